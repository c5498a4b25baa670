"""The continuous replay: every entry that is held is read at once, and what is wrong is found."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from services.audit.domain.replay import Replay
from services.audit.findings import Doubt, Noted
from services.audit.mirror.mirror_findings import not_checked
from services.audit.watch.causal_reader import CausalReader, may_come
from shared.telemetry.logs import logger
from shared.telemetry.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from services.audit.domain.entry import Entry
    from services.audit.domain.finding import Finding
    from services.audit.findings import Findings
    from services.audit.mirror.log import Pace
    from services.audit.mirror.mirror import Mirror
    from services.audit.mirror.store import MirrorStore
    from shared.contracts.agreement_signature import SignatureCheck
    from shared.telemetry.status import Health

AT_ONCE = 100
"""After so many entries others have their turn: a cosignature does not wait for a replay."""
_log = logger("replay")


class ContinuousReplay:
    """Replays what the mirrors hold, from the beginning at each start. Run it alone."""

    def __init__(
        self,
        mirrors: Mapping[str, Mirror],
        store: MirrorStore,
        findings: Findings,
        *,
        signatures: SignatureCheck,
        pace: Pace,
    ) -> None:
        """Replay what `mirrors` hold in `store`; `signatures` knows the states' keys."""
        self._signatures = signatures
        self.name = "replay"
        self._mirrors = mirrors
        self._store = store
        self._findings = findings
        self._pace = pace
        self._status = Status(self.name, pace.tries)
        self._since: dict[str, float] = {}
        """Since when the entries wait that keep others waiting."""
        every = "every entry that is held, replayed after what caused it"
        self._doubts = {
            origin: Doubt(findings, not_checked(origin, None, every), 0) for origin in mirrors
        }
        self.check = self._status.check

    def health(self) -> Health:
        """How it is doing now."""
        return self._status.health()

    async def run(self) -> None:
        """Replay until cancelled. After a failure it begins again: nothing is found twice."""
        await self._status.keep_going(self._replay, _failed)

    async def _replay(self) -> None:
        logs = {origin: mirror.history.head.log for origin, mirror in self._mirrors.items()}
        reader, replay = CausalReader(self._store, logs), Replay(self._signatures)
        while True:
            for mirror in self._mirrors.values():
                await mirror.refresh()
            sizes = {origin: mirror.history.size for origin, mirror in self._mirrors.items()}
            facts = await reader.more(sizes)
            await self._note(await feed(replay, facts))
            if not facts and not await self._flush(reader, replay, sizes):
                self._status.succeeded(reader.waiting)
                await asyncio.sleep(self._pace.tries.poll)

    async def _flush(self, reader: CausalReader, replay: Replay, sizes: Mapping[str, int]) -> bool:
        """Read what waits for a cause that does not come; while it may still, that is said."""
        now, heads = time.monotonic(), reader.heads
        self._since = {head.ref: self._since.get(head.ref, now) for head in heads}
        hoping = [head for head in heads if self._may_come(head, sizes)]
        if heads and not hoping:
            await self._note(await feed(replay, reader.rest()))
            return True
        late = {
            head.origin: head for head in heads if now - self._since[head.ref] >= self._pace.doubt
        }
        for origin, doubt in self._doubts.items():
            if origin in late:
                await doubt.grows(f"{late[origin].ref} waits for {late[origin].causation}")
            elif all(head.origin != origin for head in heads):
                await doubt.ends("nothing waits")
        return False

    def _may_come(self, fact: Entry, sizes: Mapping[str, int]) -> bool:
        """Whether what caused an entry may come yet: not when its log, all held, has it not."""
        cause = fact.cause
        if cause is None or not may_come(fact, sizes):
            return False
        waited, mirror = time.monotonic() - self._since[fact.ref], self._mirrors[cause[0]]
        return waited < self._pace.doubt or not mirror.is_heard or mirror.lag > 0

    async def _note(self, findings: Iterable[Finding]) -> None:
        await self._findings.record(Noted(finding) for finding in findings)


async def feed(replay: Replay, facts: Iterable[Entry]) -> list[Finding]:
    """Read facts, with turns for others; gives what was found."""
    findings: list[Finding] = []
    for index, fact in enumerate(facts):
        if index % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        findings += replay.feed(fact)
    return findings


def _failed(error: Exception, pause: float) -> None:
    """Whatever it was, all of it is read again."""
    _log.warning("the replay failed", why=repr(error), retry_in=pause)
