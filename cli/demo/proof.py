"""The end of the demo: both governments cosign the last entry, prove all, and catch a change.

It reads the two audit nodes as an auditor would, under the policy, and puts what the services claim
beside what each node's entries come to.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from typing import TYPE_CHECKING

import httpx
import msgspec

from cli.audit.causal_replay import Replayed, replayed
from cli.audit.export import exported
from cli.audit.findings import GOOD, Absent, Audit
from cli.audit.folder import FolderSource
from cli.audit.manifest import NAME, parse_manifest
from cli.audit.source_audit import SourceAudit
from cli.audit.trust import Trust
from cli.audit.verify import opened
from cli.demo.comparison import Verdict, compared
from cli.local.addresses import NODES, SERVICES, origin_of
from cli.output import FINDING, CouldNot, Output
from shared.sealing.keyfiles import read_agreement_keys
from shared.transparency.bundle import parse_bundle
from shared.transparency.errors import TransparencyError
from shared.transparency.tiles import TILE_WIDTH, bundle_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cli.demo.claims import Claims
    from cli.local.stack import LocalStack
    from shared.transparency.policy import Policy

PATIENCE_SECONDS = 90.0
CHANGED = (origin_of("placement"), 42)
"""The entry of which one byte is flipped in a copy."""


class Node(msgspec.Struct, frozen=True):
    """What one government's node, and its export, have shown."""

    name: str
    party: str
    entries: int
    """Proved, of all logs."""
    verified: bool
    replayed: bool
    comparison: Verdict
    """What the services claim against what this node's entries come to."""
    trouble: tuple[str, ...]
    """Whatever was found or could not be checked."""
    exported: bool
    named: str | None
    """The entry that the verifier names after one byte of the export was flipped."""


class Proof(msgspec.Struct, frozen=True):
    """What both nodes have shown."""

    final: dict[str, int]
    """How many entries of each log both governments have cosigned: all of them."""
    flipped: str
    nodes: tuple[Node, ...]

    @property
    def good(self) -> bool:
        """Whether everything is proved, by both, and the change was named by both."""
        return all(
            node.verified
            and node.replayed
            and node.comparison.equal
            and node.exported
            and node.named == self.flipped
            for node in self.nodes
        )


async def prove(stack: LocalStack, claims: Claims, say: Callable[[str], None]) -> Proof:
    """Wait until everything is final, then let each node prove it.

    Raises `CouldNot` when a node does not do its part.
    """
    trust = Trust.given(stack.folder.log_keys.policy)
    final = await asyncio.to_thread(_await_final, stack.urls, trust.policy)
    say(f"final: both governments have cosigned all {sum(final.values()):,} entries")
    nodes = [await asyncio.to_thread(_ask, stack, name, trust, claims) for name in NODES]
    origin, index = CHANGED
    return Proof(final, f"{origin}#{index}", tuple(nodes))


def _await_final(urls: Mapping[str, str], policy: Policy) -> dict[str, int]:
    """Until both nodes show every entry under both cosignatures; gives how many there are."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    final: dict[str, int] = {}
    with httpx.Client(timeout=30) as http:
        for service in SERVICES:
            size = http.get(f"{urls[service]}/v1/log").json()["size"]
            for node in NODES:
                while _final_size(urls[node], origin_of(service), policy) < size:
                    if time.monotonic() > deadline:
                        raise CouldNot(f"{node} has not all {size} entries of {service} final")
                    time.sleep(0.1)
            final[origin_of(service)] = size
    return final


def _final_size(url: str, origin: str, policy: Policy) -> int:
    """How many entries of a log a node shows under both cosignatures."""
    try:
        with opened(url) as source:
            signed = policy.open(source.checkpoint(origin), origin)
            return signed.checkpoint.size if policy.judge(signed).satisfied else -1
    except (Absent, TransparencyError):  # not there, or not signed by all, so far
        return -1


def _ask(stack: LocalStack, name: str, trust: Trust, claims: Claims) -> Node:
    """Verify and replay a node, export it, and verify a copy of which one byte was flipped."""
    folder = stack.folder.root / "exports" / name
    keys = read_agreement_keys(stack.folder.jwks)
    with opened(stack.urls[name]) as source:
        outcome = replayed(SourceAudit(source, trust), keys.fault, detailed=True)
        copied = exported(source, trust, folder, Output(as_json=True))
    offline = _verified(folder, trust)
    return Node(
        name=name,
        party=NODES[name],
        entries=sum(log.size for log in offline.logs),
        verified=outcome.audit.status == copied.status == GOOD,
        replayed=outcome.status == GOOD,
        comparison=compared(claims, outcome.report),
        trouble=_trouble(outcome),
        exported=offline.status == GOOD,
        named=_named(folder, trust),
    )


def _trouble(outcome: Replayed) -> tuple[str, ...]:
    audit = outcome.audit
    findings = [
        f"{finding.kind} {finding.origin}#{finding.index}: {finding.detail}"
        for finding in outcome.findings
    ]
    rest = (*audit.findings, *audit.unchecked, *outcome.unchecked)
    return (*findings, *map(str, rest))


def _named(folder: Path, trust: Trust) -> str | None:
    """The entry that the verifier names when one byte of it was flipped in a copy."""
    copy = folder.with_name(f"{folder.name}-changed")
    shutil.copytree(folder, copy)
    _flip(copy)
    audit = _verified(copy, trust)
    if audit.status != FINDING or len(audit.findings) != 1:
        return None
    (finding,) = audit.findings
    return f"{finding.origin}#{finding.index}"


def _flip(folder: Path) -> None:
    """Change one bit in the middle of an entry."""
    origin, index = CHANGED
    manifest = parse_manifest((folder / NAME).read_bytes())
    (size,) = [log.size for log in manifest.logs if log.origin == origin]
    bundle = folder / origin / bundle_path(0, min(TILE_WIDTH, size))
    data = bytearray(bundle.read_bytes())
    entries = parse_bundle(bytes(data))
    offset = sum(2 + len(entry) for entry in entries[:index]) + 2 + len(entries[index]) // 2
    data[offset] ^= 1
    bundle.write_bytes(data)


def _verified(folder: Path, trust: Trust) -> Audit:
    return SourceAudit(FolderSource(folder), trust).run()
