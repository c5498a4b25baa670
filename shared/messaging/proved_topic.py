"""What a log's topic brings, held back until a checkpoint that the log has signed proves it.

The broker is believed in nothing. A record that is not the log's entry is a finding; what the topic
lacks, or hides, comes from the origin, and is proved in the same way.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shared.ledger.errors import MAX_ENTRY_BYTES
from shared.ledger.positions import TopicFinding
from shared.messaging.errors import OriginUnavailable
from shared.messaging.unproved_entries import UnprovedEntries
from shared.telemetry.logs import logger
from shared.transparency.merkle import Frontier
from shared.transparency.tiles import TILE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.ledger.positions import Position
    from shared.messaging.broker import Message
    from shared.messaging.consistency import Difference
    from shared.messaging.origin import OriginLog
    from shared.messaging.unproved_entries import Arrived
    from shared.transparency.checkpoint import Checkpoint

PAGE = 2_048
"""So many entries are proved at once; a page ends where tiles do, so that its proof is short."""
DOUBLES = 256
"""So many further records of indices that wait are kept to be compared with what is proved: whoever
writes more of them fills the topic, and not our memory.
"""
_log = logger("follower")


class ProvedTopic:
    """Takes a topic's messages in, and gives entries out once they are proved, in order."""

    def __init__(self, source: OriginLog, topic: str, start: Position, late: float) -> None:
        """Go on from `start`; what has not come `late` seconds after it was signed is fetched."""
        self._source = source
        self._topic = topic
        self._late = late
        self._unproved = UnprovedEntries()
        self._unproved.proved(start.sequence)
        self.frontier = Frontier(start.sequence, start.peaks)
        """The tree of what was given out."""
        self.reached = start.offset
        """The offset after the last message that was taken."""
        self._goal: Checkpoint | None = None
        self._waits: tuple[int, float] = (-1, 0.0)
        self._doubles: dict[int, list[tuple[int, bytes]]] = {}
        self._findings: list[TopicFinding] = []
        self._said = (0, 0)

    @property
    def lag(self) -> int:
        """How many entries are known of, and not given out yet."""
        signed = 0 if self._goal is None else self._goal.size
        return max(signed, self._unproved.farthest) - self._unproved.first

    @property
    def is_waiting(self) -> bool:
        """Whether the next entry has arrived, or is known to be signed."""
        signed = 0 if self._goal is None else self._goal.size
        return max(signed, self._unproved.end) > self._unproved.first

    @property
    def is_full(self) -> bool:
        """Whether some must be proved before more are taken in."""
        return self._unproved.is_full

    def take(self, messages: Sequence[Message]) -> None:
        """Take messages in: nothing of them is believed."""
        for message in messages:
            index, entry = message.sequence, message.record.value
            if index is None:
                self._find(message.offset, None, "it has no legible index", entry)
                continue
            offered = self._unproved.offer(index, entry, message.offset)
            if offered == "other" and self._room_for(entry):
                self._doubles.setdefault(index, []).append((message.offset, entry))
            elif offered == "too-far":
                _log.warning("a record is far ahead", topic=self._topic, index=index)
        if messages:
            self.reached = messages[-1].offset + 1

    def resume_offset(self, index: int) -> int:
        """Where to read on so that nothing from `index` on is missed."""
        waiting = self._unproved.offset_from(index)
        return self.reached if waiting is None else min(waiting, self.reached)

    def findings(self) -> list[TopicFinding]:
        """What was found in the topic that is not the log's, since this was asked last."""
        findings, self._findings = self._findings, []
        return findings

    async def proved(self) -> list[Arrived]:
        """The next entries that are proved; none while a checkpoint or the topic lags behind.

        Raises `OriginUnavailable`, and `AppliedUnsigned`.
        """
        goal = await self._newest()
        if goal is None or goal.size <= self._unproved.first:
            return []
        end = self._page_end(goal.size)
        if self._unproved.end < end:
            if not self._is_late():
                return []
            await self._fill(end, goal.size)
        arrived = self._unproved.arrived(end)
        leaves = [entry.leaf for entry in arrived]
        differences = await self._source.unsigned(self.frontier, leaves, goal)
        if not differences:
            return arrived
        self._drop(differences)
        return []

    def given(self, count: int) -> None:
        """Go on after so many of the entries that were proved: they are applied."""
        first = self._unproved.first
        arrived = self._unproved.arrived(first + count)
        for index, entry in enumerate(arrived, first):
            for offset, other in self._doubles.pop(index, ()):
                if other != entry.entry:
                    self._find(offset, index, "the log has signed another entry there", other)
        self.frontier.extend([entry.leaf for entry in arrived])
        self._unproved.proved(first + count)

    def ask_again(self) -> None:
        """Let go of the checkpoint that could not be used: the log has a newer one by now."""
        self._goal = None

    async def _newest(self) -> Checkpoint | None:
        """A checkpoint that proves what has arrived; asked for only where the last is used up."""
        if self._goal is None or self._goal.size <= self._unproved.first:
            newest = await self._source.newest()
            if newest is not None and (self._goal is None or newest.size >= self._goal.size):
                self._goal = newest
        return self._goal

    def _page_end(self, goal: int) -> int:
        first = self._unproved.first
        end = goal if goal - first <= PAGE else (first // PAGE + 1) * PAGE
        return min(end, self._unproved.end) if self.is_full and self._unproved.end > first else end

    def _is_late(self) -> bool:
        """Whether what the topic has not brought should have come by now, or was passed over."""
        now, end = time.monotonic(), self._unproved.end
        if self._unproved.farthest > end:
            return True  # a topic is in order: what lies before something cannot come any more
        if self._waits[0] != end:
            self._waits = (end, now)
        return now - self._waits[1] >= self._late

    async def _fill(self, end: int, sealed: int) -> None:
        """Fetch what is missing up to `end` from the origin, to be proved as all the rest.

        Its bundles are asked for as wide as its checkpoint makes them.
        """
        for first, after in [*self._unproved.missing(end)]:
            self._say_gap(first, after)
            until = min(-(-after // TILE_WIDTH) * TILE_WIDTH, sealed)
            for index, entry in enumerate(await self._source.entries(first, until), first):
                self._unproved.offer(index, entry, None)

    def _say_gap(self, first: int, after: int) -> None:
        """Say once that a gap is filled, however often that is tried."""
        if self._said != (first, after):
            self._said = (first, after)
            origin = self._source.origin
            _log.warning("filling a gap from the origin", origin=origin, first=first, end=after)

    def _drop(self, differences: Sequence[Difference]) -> None:
        """Let go of what is not the log's; it is a finding, and its place is filled anew."""
        of_origin = []
        for difference in differences:
            index = difference.index
            arrived = self._unproved.arrived_at(index)
            self._unproved.drop(index)
            if arrived.offset is None:
                of_origin.append(index)
                continue
            self._find(
                arrived.offset, index, "the log has signed another entry there", arrived.entry
            )
            self._offer_double(index)
        if of_origin:
            shown = ", ".join(map(str, of_origin))
            raise OriginUnavailable(
                f"{self._source.origin} shows other entries than it has signed: {shown}"
            )

    def _room_for(self, entry: bytes) -> bool:
        """Whether a further record is kept; one that is larger than any entry is none."""
        kept = sum(map(len, self._doubles.values()))
        return kept < DOUBLES and len(entry) <= MAX_ENTRY_BYTES

    def _offer_double(self, index: int) -> None:
        """A second record for the same index takes the place of the first, to be proved too."""
        doubles = self._doubles.get(index)
        if doubles:
            offset, entry = doubles.pop(0)
            self._unproved.offer(index, entry, offset)

    def _find(self, offset: int, index: int | None, why: str, record: bytes) -> None:
        _log.critical(
            "a record in a topic is not the log's: it was not applied",
            topic=self._topic,
            offset=offset,
            index=index,
            why=why,
        )
        self._findings.append(TopicFinding(self._source.origin, offset, index, why, record))
