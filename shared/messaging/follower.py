"""The follower applies another service's log in order, exactly once, its place with the effects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from shared.kernel.event import Event
from shared.kernel.rejected import NotYet
from shared.ledger.clock import SystemClock
from shared.ledger.errors import EntryTooLarge
from shared.ledger.positions import Position, position_row
from shared.ledger.recorded import Recorded
from shared.ledger.work import Outcome, Settled, Step
from shared.messaging.arrival import Arrival, arrival
from shared.messaging.errors import EffectTooLarge, LogBroken, NotSealedYet, Stopped
from shared.telemetry.logs import logger
from shared.telemetry.status import Health, Patience, Status

if TYPE_CHECKING:
    from shared.kernel.clock import Clock
    from shared.ledger.row_changes import RowChange
    from shared.messaging.broker import Broker, Message

PAGE = 500
STEPS = 2_000
"""What one transaction takes, or one entry with more: the effects of an entry are not parted."""
React = Callable[[Recorded], tuple[Step, ...]]
_log = logger("follower")


class Positions(Protocol):
    """Where followers have come to: `TablePositions` or its twin in memory."""

    async def read(self, origin: str) -> Position:
        """How far the follower of this log has come."""
        ...


class Entries(Protocol):
    """A log at its origin: `OriginLog`."""

    @property
    def origin(self) -> str:
        """The log's origin."""
        ...

    def entries(self, first: int, end: int) -> AsyncIterator[list[bytes]]:
        """Entries `first` up to, and not with, `end`. Raises `NotSealedYet`."""
        ...


class Applier(Protocol):
    """Takes steps and rows in one transaction: `CommandRunner`."""

    async def apply(self, steps: Sequence[Step], rows: Sequence[RowChange] = ()) -> list[Settled]:
        """Write all of it or nothing."""
        ...


class Reaction(msgspec.Struct, frozen=True):
    """What a service does about another one's entries; other types are passed over unread."""

    types: Collection[type[Event]]
    react: React


class Follower:
    """Follows one log. Run it alone among replicas: `alone(url, follower.name, follower.run)`."""

    def __init__(
        self,
        source: Entries,
        topic: str,
        reaction: Reaction,
        *,
        broker: Broker,
        runner: Applier,
        positions: Positions,
        clock: Clock | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Follow `source` by its `topic`; `runner` takes the steps of `reaction`."""
        self.name = f"follower {source.origin}"
        self._source = source
        self._topic = topic
        self._broker = broker
        self._react = reaction.react
        self._types = frozenset(one.TYPE for one in reaction.types)
        self._runner = runner
        self._positions = positions
        self._clock = clock or SystemClock()
        self._patience = patience or Patience()
        self._status = Status(self.name, self._patience)
        self._position = Position()
        self.check = self._status.check

    def health(self) -> Health:
        """How it is doing now."""
        return self._status.health()

    async def run(self) -> None:
        """Follow until cancelled. Raises `Stopped` at an entry that does not continue the log, or
        whose effects no entry can hold.
        """
        while True:
            try:
                await self._follow()
            except Stopped as error:
                self._status.stopped(str(error))
                _log.critical(
                    "the follower has stopped",
                    origin=self._source.origin,
                    index=error.index,
                    why=str(error),
                )
                raise
            except asyncio.CancelledError:
                self._status.stand_by()
                raise
            except Exception as error:  # noqa: BLE001 - whatever it was, nothing was applied
                pause = self._status.failed(f"{type(error).__name__}: {error}")
                _log.warning("following failed", follows=self.name, why=repr(error), exc_info=True)
                await asyncio.sleep(pause)

    async def _follow(self) -> None:
        """Go on from the stored position with a new subscriber, until something fails."""
        await self._broker.create(self._topic)
        self._position = await self._positions.read(self._source.origin)
        async with self._broker.subscriber(self._topic, self._position.offset) as subscriber:
            while True:
                messages = await subscriber.page(PAGE, self._patience.poll)
                await self._take(messages)
                reached = messages[-1].offset + 1 if messages else subscriber.end
                self._status.succeeded(subscriber.end - reached)

    async def _take(self, messages: Sequence[Message]) -> None:
        """Apply what continues the log, fetch what is missing, drop what is there already."""
        arrived: list[Arrival] = []
        try:
            for message in messages:
                await self._accept(message, arrived)
        except LogBroken:
            await self._apply(arrived)  # what came before it is sound
            raise
        await self._apply(arrived)

    async def _accept(self, message: Message, arrived: list[Arrival]) -> None:
        expected = self._position.sequence + len(arrived)
        if message.sequence is None:
            why = f"message {message.offset} has no legible index"
            raise LogBroken(self._topic, expected, why)
        if message.sequence > expected:
            await self._apply(arrived)
            arrived.clear()
            await self._fill(message.sequence, message.offset)
        if message.sequence >= expected:
            value, next_offset = message.record.value, message.offset + 1
            arrived.append(self._arrival(value, message.sequence, next_offset))

    async def _fill(self, end: int, offset: int) -> None:
        """Apply the entries before `end` from the origin; `offset` is still to be read."""
        first = self._position.sequence
        _log.warning(
            "filling a gap from the origin", origin=self._source.origin, first=first, end=end
        )
        while self._position.sequence < end:
            try:
                await self._fetch(end, offset)
            except NotSealedYet as why:
                self._status.waits(str(why))
                await asyncio.sleep(self._patience.not_yet)

    async def _fetch(self, end: int, offset: int) -> None:
        """Apply what the origin proves of it now."""
        async for entries in self._source.entries(self._position.sequence, end):
            start = self._position.sequence
            await self._apply(
                [self._arrival(entry, start + place, offset) for place, entry in enumerate(entries)]
            )

    def _arrival(self, entry: bytes, index: int, next_offset: int) -> Arrival:
        return arrival(entry, self._source.origin, index, next_offset, self._types)

    async def _apply(self, arrived: Sequence[Arrival]) -> None:
        """Apply all of it, waiting wherever an entry builds on a fact that has not arrived."""
        rest, size = arrived, len(arrived)
        while rest:
            ready = await self._apply_ready(rest[:size])
            rest = rest[ready:]
            size = len(rest) if ready else 1
            if not ready:
                await asyncio.sleep(self._patience.not_yet)

    async def _apply_ready(self, arrived: Sequence[Arrival]) -> int:
        """Apply what comes before the first entry that must wait or that stops us, by halving, or
        as much of it as one transaction takes; gives how many.
        """
        try:
            taken, steps = self._steps(arrived)
            await self._commit(arrived[:taken], steps)
        except (NotYet, EntryTooLarge) as why:
            half = len(arrived) // 2
            if not half:
                return self._cannot(arrived[0], why)
            ready = await self._apply_ready(arrived[:half])
            return ready if ready < half else half + await self._apply_ready(arrived[half:])
        return taken

    def _cannot(self, one: Arrival, why: NotYet | EntryTooLarge) -> int:
        """Wait with an entry whose time has not come; stop at one that can never be applied."""
        if isinstance(why, EntryTooLarge):
            raise EffectTooLarge(self._source.origin, one.index, str(why)) from why
        self._status.waits(f"entry {one.index} waits: {why}")
        return 0

    def _steps(self, arrived: Sequence[Arrival]) -> tuple[int, list[Step]]:
        """How many of these entries one transaction takes, and the steps that follow from them."""
        steps: list[Step] = []
        for place, one in enumerate(arrived):
            more = () if one.recorded is None else self._react(one.recorded)
            if steps and len(steps) + len(more) > STEPS:
                return place, steps
            steps.extend(more)
        return len(arrived), steps

    async def _commit(self, arrived: Sequence[Arrival], steps: Sequence[Step]) -> None:
        """The steps of these entries and the new position, in one transaction."""
        position = Position(arrived[-1].index + 1, arrived[-1].next_offset)
        row = position_row(self._source.origin, position, self._clock.now())
        settled = await self._runner.apply(steps, [row])
        self._position = position
        for step, one in zip(steps, settled, strict=True):
            _report(step, one)


def _report(step: Step, settled: Settled) -> None:
    """Log what a rule refused: that is final, and the entry that led to it stays as it is."""
    if isinstance(settled, Outcome) and settled.refusal is None:
        return
    refused = {"command": type(step.command).__name__, "causation": step.provenance.causation}
    if isinstance(settled, Outcome):
        _log.info("a reaction was refused on record", why=settled.refusal, **refused)
    else:
        _log.warning(
            "a reaction was refused", why=f"{type(settled).__name__}: {settled}", **refused
        )
