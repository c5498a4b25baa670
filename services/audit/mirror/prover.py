"""Proves what has arrived against what the log has signed, a page at a time, and holds it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from services.audit.findings import Doubt
from services.audit.mirror.entry_rows import read_page
from services.audit.mirror.mirror_findings import (
    not_checked,
    of_difference,
    root_mismatch,
    sequence_gap,
    split_view,
)
from shared.messaging.consistency import differences, leads_to, other_root
from shared.messaging.errors import OriginUnavailable
from shared.telemetry.logs import logger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.audit.mirror.backlog import Ahead
    from services.audit.mirror.history import History
    from services.audit.mirror.log import MirroredLog, Pace
    from services.audit.mirror.topic import TopicReader
    from shared.messaging.tiled_log import TiledLog
    from shared.transparency.signed_checkpoint import SignedCheckpoint

PAGE = 4_096
"""So many entries are proved, and held, at once."""
_said = logger("mirror")


class Prover:
    """Moves one log's history on, by what is ahead of it."""

    def __init__(
        self,
        log: MirroredLog,
        source: TiledLog,
        history: History,
        *,
        ahead: Ahead,
        reader: TopicReader,
        pace: Pace,
    ) -> None:
        """Move `history` on, of `log`; what the log's topic lacks comes from `source`."""
        self._log = log
        self._source = source
        self._history = history
        self._findings = history.findings
        self._ahead = ahead
        self._reader = reader
        self._pace = pace
        self._waits_since: tuple[int, float] | None = None
        every = "every entry that has arrived or is signed, proved and held"
        self._behind = Doubt(history.findings, not_checked(log.origin, None, every), pace.doubt)
        self._doubted = 0
        """Up to where entries are to be held before that doubt ends: more is no answer to it."""

    async def step(self) -> None:
        """Prove and hold one page, or wait for what it needs."""
        self._ahead.news.clear()
        goal = self._ahead.targets.next(self._ahead.pending.end)
        if goal is None:
            await self._nothing_to_prove()
            return
        end = self._page_end(goal.checkpoint.size)
        if self._ahead.pending.end < end:
            if not self._is_late():
                await self._wait(self._pace.late)
                return
            try:
                await self._fill(end)
            except OriginUnavailable:
                self._ahead.targets.absent(goal, self._pace.tries)
                raise
        self._waits_since = None
        await self._hold(end, goal)

    async def _nothing_to_prove(self) -> None:
        self._waits_since = None
        if self._ahead.lag(self._history.size):
            await self.doubt(f"no checkpoint proves what follows entry {self._before}")
        else:
            await self._behind.ends(f"all is proved up to entry {self._before}")
        await self._wait(self._pace.tries.poll)

    async def rest(self) -> None:
        """Wait for news, or until it is time to try again."""
        await self._wait(self._pace.tries.first)

    async def doubt(self, why: str) -> None:
        """Note that what is known of could not be proved now."""
        if not self._behind.is_open:
            size = self._history.size
            self._doubted = size + self._ahead.lag(size)
        await self._behind.grows(why)

    @property
    def _before(self) -> int:
        return self._history.size - 1

    def _page_end(self, goal: int) -> int:
        """Up to where to prove: to the goal if it is near, else a page, or what there is room for.

        Pages end where tiles do, so that the proof to the goal needs few of them.
        """
        size = self._history.size
        end = goal if goal - size <= PAGE else (size // PAGE + 1) * PAGE
        if self._ahead.pending.is_full and size < self._ahead.pending.end:
            end = min(end, self._ahead.pending.end)
        return end

    def _is_late(self) -> bool:
        """Whether what the topic has not brought should have come by now."""
        if self._reader.health().state in {"failing", "stuck"}:
            return True
        now, end = time.monotonic(), self._ahead.pending.end
        if self._waits_since is None or self._waits_since[0] != end:
            self._waits_since = (end, now)
        return now - self._waits_since[1] >= self._pace.late

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._ahead.news.wait()
        except TimeoutError:
            return

    async def _fill(self, end: int) -> None:
        """Fetch what is missing from the origin."""
        origin = self._log.origin
        for first, after in [*self._ahead.pending.missing(end)]:
            _said.warning("filling from the origin", origin=origin, first=first, end=after)
            if self._ahead.pending.offset_from(after) is not None:
                await self._findings.record([sequence_gap(origin, first, after, self._log.topic)])
            for index, entry in enumerate(await self._source.entries(first, after)):
                self._ahead.pending.offer(first + index, entry, None)

    async def _hold(self, end: int, goal: SignedCheckpoint) -> None:
        first, arrived = self._ahead.pending.first, self._ahead.pending.arrived(end)
        leaves = [entry.leaf for entry in arrived]
        if not await leads_to(self._history.frontier, leaves, goal.checkpoint, self._source):
            await self._explain(leaves, goal)
            return
        _, rows = await read_page(self._log.origin, first, arrived)
        await self._history.keep(first, rows, goal.encoded, self._reader.resume_offset(end))
        self._ahead.pending.proved(end)
        self._reader.proved.set()
        if end >= self._doubted:
            await self._behind.ends(f"all is proved up to entry {self._before}")
        for passed in self._ahead.targets.passed(end):
            await self._history.agrees(passed)

    async def _explain(self, leaves: Sequence[bytes], goal: SignedCheckpoint) -> None:
        """Say why entries do not lead to the goal, and drop those that are not the log's."""
        frontier, origin = self._history.frontier, self._log.origin
        differing = await differences(frontier, leaves, goal.checkpoint, self._source)
        if differing is None:
            self._ahead.targets.refuse(goal)
            other = await other_root(frontier, goal.checkpoint, self._source)
            held, notes = frontier.root(), (self._history.head.note, goal.encoded)
            await self._findings.record(
                [root_mismatch(origin, frontier.size, goal)]
                if other is None
                else [split_view(origin, frontier.size, held, other, *notes)]
            )
            return
        by_origin = [
            difference.index
            for difference in differing
            if self._ahead.pending.is_from_origin(difference.index)
        ]
        where = {True: f"the bundles of {self._source.base_url}", False: self._log.topic}
        await self._findings.record(
            of_difference(origin, difference, where[difference.index in by_origin])
            for difference in differing
        )
        for difference in differing:
            self._ahead.pending.drop(difference.index)
        if by_origin or not differing:
            raise OriginUnavailable(f"{origin} shows other entries than it has signed: {by_origin}")
