"""Logs that are sealed and cosigned, made with our own writers and served from memory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cli.audit.findings import Absent, Finding, Unchecked
from shared.transparency.bundle import encode_bundle
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.cosignature import WitnessSigners
from shared.transparency.keys import ED25519_COSIGNATURE, Ed25519Signer, MlDsa44Signer
from shared.transparency.merkle import leaf_hash
from shared.transparency.note import with_signatures
from shared.transparency.policy import LogEntry, Policy, bilateral
from shared.transparency.signed_checkpoint import LogSigners, sign_checkpoint
from shared.transparency.tiles import Tile, TreeBuilder, bundle_path, bundles_at
from tests.support.entries import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

ORIGINS = tuple(f"accord.example/{service}/0" for service in ("intake", "placement", "billing"))
WITNESSES = ("audit.usa.accord.example", "audit.slv.accord.example")
SIGNED_AT = 1_743_500_000


def seed(name: str, kind: str) -> bytes:
    """A seed that is the same in every run: these are the keys of nobody."""
    return hashlib.sha256(f"{kind} of {name}".encode()).digest()


def log_signers(origin: str) -> LogSigners:
    return LogSigners(
        Ed25519Signer(origin, seed(origin, "ed25519")),
        MlDsa44Signer(origin, seed(origin, "ml-dsa-44")),
    )


def witness_signers(name: str) -> WitnessSigners:
    return WitnessSigners(
        Ed25519Signer(name, seed(name, "ed25519"), ED25519_COSIGNATURE),
        MlDsa44Signer(name, seed(name, "ml-dsa-44")),
    )


def policy(origins: Sequence[str] = ORIGINS, witnesses: Sequence[str] = WITNESSES) -> Policy:
    logs = [LogEntry(key) for origin in origins for key in log_signers(origin).verifiers]
    keys = [(key, None) for name in witnesses for key in witness_signers(name).verifiers]
    return bilateral(logs, keys)


def sealed(
    origin: str, written: Sequence[bytes], cosigners: Sequence[str], at: int = SIGNED_AT
) -> dict[str, bytes]:
    """Every file of a log, by its path below the origin."""
    tree = TreeBuilder()
    grown = tree.extend([leaf_hash(entry) for entry in written])
    files = {growth.tile.path: growth.hashes for growth in grown}
    for index, width in bundles_at(len(written)):
        bundle = encode_bundle(written[index * 256 : index * 256 + width])
        files[bundle_path(index, width)] = bundle
    checkpoint = Checkpoint(origin, len(written), tree.root())
    note = sign_checkpoint(checkpoint, log_signers(origin), SIGNED_AT)
    for name in cosigners:
        note = with_signatures(note, witness_signers(name).cosign(checkpoint, at))
    return {**files, "checkpoint": note.encode()}


@dataclass
class MemorySource:
    """A source whose files lie in memory: a node, or an export without a list."""

    logs: dict[str, dict[str, bytes]]
    own: Policy = field(default_factory=policy)
    name: str = "memory"
    is_live: bool = False
    closed: bool = False

    @property
    def origins(self) -> tuple[str, ...]:
        return (*self.logs,)

    def policy(self) -> bytes:
        return self.own.encode().encode()

    def checkpoint(self, origin: str) -> bytes:
        return self._bytes(origin, "checkpoint")

    def tile(self, origin: str, tile: Tile) -> bytes:
        return self._bytes(origin, tile.path)

    def bundle(self, origin: str, index: int, width: int) -> bytes:
        return self._bytes(origin, bundle_path(index, width))

    def file(self, origin: str, path: str) -> str:
        return f"{origin}/{path}"

    def is_changed(self, _file: str) -> bool:
        return False

    def afterwards(self) -> tuple[list[Finding], list[Unchecked]]:
        return [], []

    def table(self, _origin: str) -> None:
        return None

    def listed_size(self, _origin: str) -> None:
        return None

    def beside(self) -> dict[str, str]:
        return {}

    def close(self) -> None:
        self.closed = True

    def _bytes(self, origin: str, path: str) -> bytes:
        try:
            return self.logs[origin][path]
        except KeyError:
            raise Absent(f"{origin}/{path}", "it is not there") from None


def three_logs(
    sizes: Sequence[int] = (600, 3, 256), cosigners: Sequence[str] = WITNESSES
) -> MemorySource:
    """The three services' logs with as many entries as are asked for."""
    return MemorySource(
        {
            origin: sealed(origin, entries(size, origin=origin), cosigners)
            for origin, size in zip(ORIGINS, sizes, strict=True)
        }
    )
