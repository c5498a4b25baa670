"""Replays that somebody asked for: everything held is hashed, read and derived once more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

import msgspec

from services.audit.domain.finding import Finding
from services.audit.domain.replay import Replay
from services.audit.domain.report import ReplayReport
from services.audit.findings import Noted, storable
from services.audit.mirror.mirror_findings import hash_mismatch, not_checked, root_differs
from services.audit.watch.causal_reader import CausalReader, may_come
from services.audit.watch.continuous_replay import feed
from shared.telemetry.logs import logger
from shared.transparency.merkle import Frontier, leaf_hash

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from services.audit.findings import Findings
    from services.audit.mirror.log import Pace
    from services.audit.mirror.store import MirrorStore
    from services.audit.mirror.values import Head
    from shared.contracts.agreement_signature import SignatureCheck
    from shared.database.connections import Connections
    from shared.kernel.clock import Clock

SHOWN = 100
"""So many findings stand in a replay's own document; all of them are recorded."""
Verdict = Literal["good", "findings", "not-checked"]
_ASK = """
INSERT INTO replays (replay, asked_at, asked_by, document) VALUES ($1, $2, $3, $4::jsonb)
ON CONFLICT (replay) DO NOTHING
"""
_NEXT = "SELECT replay FROM replays WHERE finished_at IS NULL ORDER BY asked_at LIMIT 1"
_FINISH = "UPDATE replays SET finished_at = $2, document = $3::jsonb WHERE replay = $1"
_log = logger("replay")


class ReplayDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay has come to."""

    state: Literal["waiting", "done"] = "waiting"
    extent: dict[str, int] = {}
    """How many entries of each log it read."""
    roots: dict[str, str] = {}
    """The roots that they have, in hexadecimal."""
    verdict: Verdict | None = None
    findings: int = 0
    first_findings: tuple[Finding, ...] = ()
    report: ReplayReport | None = None


class ReplayOrders:
    """Takes orders for replays and carries them out, one after another. Run it alone."""

    def __init__(
        self,
        connections: Connections,
        store: MirrorStore,
        origins: tuple[str, ...],
        *,
        findings: Findings,
        signatures: SignatureCheck,
        clock: Clock,
        pace: Pace,
    ) -> None:
        """Replay the logs with these origins from `store`; `signatures` knows the states' keys."""
        self._signatures = signatures
        self.name = "replays"
        self._connection = connections.one
        self._store = store
        self._origins = origins
        self._findings = findings
        self._clock = clock
        self._pace = pace
        self._asked = asyncio.Event()

    async def ask(self, replay: str, asked_by: str) -> None:
        """Order a replay under this name; one that was ordered before is not ordered again."""
        document = msgspec.json.encode(ReplayDocument()).decode()
        async with self._connection() as connection:
            await connection.execute(_ASK, replay, self._clock.now(), asked_by, document)
        self._asked.set()

    async def run(self) -> None:
        """Carry out what was asked for until cancelled; what a restart interrupted begins again."""
        while True:
            self._asked.clear()
            async with self._connection() as connection:
                replay = await connection.fetchval(_NEXT)
            if replay is not None:
                document = await self._carry_out()
                _log.info("replayed", replay=replay, verdict=document.verdict)
                encoded = storable(document)
                async with self._connection() as connection:
                    await connection.execute(_FINISH, replay, self._clock.now(), encoded)
                continue
            try:
                async with asyncio.timeout(self._pace.poll):
                    await self._asked.wait()
            except TimeoutError:
                continue

    async def _carry_out(self) -> ReplayDocument:
        heads = {origin: await self._store.open(origin) for origin in self._origins}
        findings: list[Finding] = []
        for head in heads.values():
            findings += [finding async for finding in self._hashed(head)]
        replay = Replay(self._signatures)
        read = CausalReader(self._store, {origin: head.log for origin, head in heads.items()})
        sizes = {origin: head.size for origin, head in heads.items()}
        while facts := await read.more(sizes):
            findings += await feed(replay, facts)
        ahead = [
            not_checked(late.origin, late.sequence, f"what caused it, {late.causation}, held too")
            for late in read.heads
            if may_come(late, sizes)
        ]
        if not ahead:  # else no entry is blamed for a cause that is only not held yet
            findings += await feed(replay, read.rest())
        await self._findings.record(Noted(finding) for finding in findings)
        findings += [*ahead, *replay.finish()]
        return ReplayDocument(
            state="done",
            extent=sizes,
            roots={origin: head.root.hex() for origin, head in heads.items()},
            verdict=verdict_of(findings),
            findings=len(findings),
            first_findings=tuple(findings[:SHOWN]),
            report=replay.report(),
        )

    async def _hashed(self, head: Head) -> AsyncIterator[Finding]:
        """Hash every entry that is held once more, up to the root that the log has signed."""
        frontier = Frontier()
        async for first, entries, leaves in self._pages(head):
            again = [leaf_hash(entry) for entry in entries]
            for index, (held, now) in enumerate(zip(leaves, again, strict=True)):
                if held != now:
                    where = "this node's own mirror"
                    yield hash_mismatch(head.origin, first + index, held, now, where).finding
            frontier.extend(again)
        if frontier.root() != head.root:
            yield root_differs(head.origin, head.size, head.root, frontier.root())

    async def _pages(self, head: Head) -> AsyncIterator[tuple[int, list[bytes], list[bytes]]]:
        first = 0
        while first < head.size:
            rows = await self._store.page(head.log, first, head.size)
            yield first, [entry for entry, _ in rows], [leaf for _, leaf in rows]
            if not rows:
                return
            first += len(rows)


def verdict_of(findings: list[Finding]) -> Verdict:
    """Good only if all could be checked and nothing was wrong."""
    if any(finding.kind != "coverage-incomplete" for finding in findings):
        return "findings"
    return "not-checked" if findings else "good"
