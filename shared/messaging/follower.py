"""The follower applies another service's log in order, exactly once, its position with the effects,
and nothing that a checkpoint which the log has signed does not prove.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from shared.kernel.event import Event, names_of
from shared.kernel.rejected import NotYet
from shared.ledger.errors import EntryTooLarge
from shared.ledger.machine import SystemClock
from shared.ledger.positions import Position, position_row
from shared.ledger.recorded import Recorded
from shared.ledger.work import Outcome, Settled, Step
from shared.messaging.arrival import Arrival, arrival
from shared.messaging.errors import EffectTooLarge, LogBroken, OriginUnavailable, Stopped
from shared.messaging.kept_findings import KeptFindings
from shared.messaging.late_reactions import begun, moved, types_at
from shared.messaging.proved_topic import ProvedTopic
from shared.telemetry.logs import logger
from shared.telemetry.status import Health, Patience, Status

if TYPE_CHECKING:
    from shared.database.row_changes import RowChange
    from shared.kernel.clock import Clock
    from shared.ledger.positions import KeptFinding
    from shared.messaging.broker import Broker, Subscriber
    from shared.messaging.origin import OriginLog
    from shared.messaging.unproved_entries import Arrived

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

    async def findings(self, origin: str) -> Sequence[KeptFinding]:
        """Which findings of this log are kept."""
        ...


class Applier(Protocol):
    """Takes steps and rows in one transaction: `CommandRunner`."""

    async def apply(self, steps: Sequence[Step], rows: Sequence[RowChange] = ()) -> list[Settled]:
        """Write all of it or nothing."""
        ...


def _no_rows(_recorded: Recorded) -> Iterable[RowChange]:
    return ()


class Reaction(msgspec.Struct, frozen=True):
    """What a service does about another one's entries; other types are passed over unread."""

    types: Collection[type[Event]]
    react: React
    keeps: Callable[[Recorded], Iterable[RowChange]] = _no_rows
    """What it keeps of an entry to answer reads from: rows that go in with the position."""


class Follower:
    """Follows one log. Run it alone among replicas: `alone(url, follower.name, follower.run)`."""

    def __init__(
        self,
        source: OriginLog,
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
        self._keeps = reaction.keeps
        self._types = frozenset(name for kind in reaction.types for name in names_of(kind))
        self._runner = runner
        self._positions = positions
        self._clock = clock or SystemClock()
        self._patience = patience or Patience()
        self._status = Status(self.name, self._patience)
        self._position = Position()
        self._proved = ProvedTopic(source, topic, self._position, self._patience.late)
        self._kept = KeptFindings()
        self._looked = 0.0
        self.check = self._status.check

    @property
    def found(self) -> int:
        """How many records of the topic were not the log's, as far as that is counted."""
        return self._kept.count

    def health(self) -> Health:
        """How it is doing now."""
        return self._status.health()

    async def run(self) -> None:
        """Follow until cancelled. Raises `Stopped` at an entry of the log that cannot be read, or
        whose effects no entry can hold.
        """
        try:
            await self._status.keep_going(self._follow, self._failed, final=Stopped)
        except Stopped as error:
            why, origin = str(error), self._source.origin
            _log.critical("the follower has stopped", origin=origin, index=error.index, why=why)
            raise

    def _failed(self, error: Exception, pause: float) -> None:
        """Whatever it was, nothing was applied."""
        why = repr(error)
        _log.warning("following failed", follows=self.name, why=why, retry_in=pause, exc_info=error)

    async def _follow(self) -> None:
        """Go on from the stored position with a new subscriber, until something fails."""
        await self._broker.create(self._topic)
        stored = await self._positions.read(self._source.origin)
        position = self._position = begun(stored, self._types)
        self._kept = KeptFindings(await self._positions.findings(self._source.origin))
        self._proved = ProvedTopic(self._source, self._topic, position, self._patience.late)
        async with self._broker.subscriber(self._topic, position.offset) as subscriber:
            while True:
                await self._take(subscriber)
                behind = subscriber.end - self._proved.reached
                self._status.lag = max(self._proved.lag, behind)
                if self._proved.is_waiting or self._looks_again():
                    await self._go_on()

    async def _take(self, subscriber: Subscriber) -> None:
        """Take in what the topic brings, and wait for it, unless something waits to be proved."""
        patience = self._patience.proof if self._proved.is_waiting else self._patience.poll
        if self._proved.is_full:
            await asyncio.sleep(patience)
            return
        self._proved.take(await subscriber.page(PAGE, patience))

    def _looks_again(self) -> bool:
        """Whether to ask the log itself, though its topic is silent: a broker can hide entries."""
        now = time.monotonic()
        if now - self._looked < self._patience.look:
            return False
        self._looked = now
        return True

    async def _go_on(self) -> None:
        """Apply what is proved by now; wait, in good health, while nothing can be."""
        try:
            arrived = await self._proved.proved()
        except OriginUnavailable as why:
            self._proved.ask_again()
            self._status.waits(str(why))
            await asyncio.sleep(self._patience.not_yet)
            return
        finally:
            await self._keep_findings()
        first = self._proved.frontier.size
        await self._apply_proved(first, arrived)
        if arrived or not self._proved.lag:
            self._status.succeeded(self._proved.lag)
        else:
            self._status.waits(f"no checkpoint that the log has signed covers entry {first} yet")

    async def _keep_findings(self) -> None:
        """Write down what lay in the topic and is not the log's, with the record itself."""
        findings = self._proved.findings()
        if findings:
            now = self._clock.now()
            await self._runner.apply((), [*self._kept.rows(findings, now)])

    async def _apply_proved(self, first: int, arrived: Sequence[Arrived]) -> None:
        """Apply these entries; one that cannot be read stops us after what came before it."""
        ready: list[Arrival] = []
        try:
            for index, entry in enumerate(arrived, first):
                types = types_at(self._position, index, self._types)
                ready.append(arrival(entry, self._source.origin, index, types))
        except LogBroken:
            await self._apply(ready)
            raise
        await self._apply(ready)
        await self._keep_findings()

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

    def _cannot(self, arrived: Arrival, why: NotYet | EntryTooLarge) -> int:
        """Wait with an entry whose time has not come; stop at one that can never be applied."""
        if isinstance(why, EntryTooLarge):
            raise EffectTooLarge(self._source.origin, arrived.index, str(why)) from why
        self._status.waits(f"entry {arrived.index} waits: {why}")
        return 0

    def _steps(self, arrived: Sequence[Arrival]) -> tuple[int, list[Step]]:
        """How many of these entries one transaction takes, and the steps that follow from them."""
        steps: list[Step] = []
        for index, entry in enumerate(arrived):
            more = () if entry.recorded is None else self._react(entry.recorded)
            if steps and len(steps) + len(more) > STEPS:
                return index, steps
            steps.extend(more)
        return len(arrived), steps

    async def _commit(self, arrived: Sequence[Arrival], steps: Sequence[Step]) -> None:
        """The steps of these entries and the new position, in one transaction."""
        end, frontier = arrived[-1].index + 1, self._proved.frontier.copy()
        frontier.extend([entry.leaf for entry in arrived])
        reached = Position(end, self._proved.resume_offset(end), frontier.peaks)
        position = moved(self._position, reached, self._types)
        rows = [row for entry in arrived if entry.recorded for row in self._keeps(entry.recorded)]
        rows.append(position_row(self._source.origin, position, self._clock.now()))
        settled = await self._runner.apply(steps, rows)
        self._position = position
        self._proved.given(len(arrived))
        for step, outcome in zip(steps, settled, strict=True):
            _report(step, outcome)


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
