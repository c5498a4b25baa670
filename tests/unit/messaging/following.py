"""A service in memory that follows a foreign log, for tests of the follower's rules."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from shared.contracts.placement import PlaceReserved
from shared.ledger.entry import decode
from shared.ledger.machine import SystemClock
from shared.ledger.memory import MemoryStore
from shared.ledger.positions import MemoryPositions, Position
from shared.ledger.runner import CommandRunner
from shared.ledger.tables import TOPIC_FINDINGS
from shared.messaging.follower import Follower, Reaction
from shared.messaging.memory import MemoryBroker
from shared.messaging.reaction import steps_because_of
from shared.telemetry.status import Patience
from tests.support.entries import FOREIGN, publish
from tests.support.ledgers import ORIGIN, RESERVE, Reserve, reservation_rows
from tests.support.served_log import ServedLog
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from shared.database.row_changes import RowChange
    from shared.kernel.event import Event
    from shared.ledger.recorded import Recorded
    from shared.ledger.work import Settled, Step
    from shared.messaging.follower import React

TOPIC = "accord.foreign"
QUICK = Patience(
    first=0.001,
    longest=0.005,
    failures=3,
    not_yet=0.001,
    poll=0.01,
    proof=0.002,
    late=0.02,
    look=0.02,
)


def reserve_for_each(recorded: Recorded, limit: int = 1_000_000) -> tuple[Step, ...]:
    assert isinstance(recorded.event, PlaceReserved)
    command = Reserve(recorded.event.facility, limit, recorded.event.custody)
    return steps_because_of(recorded, "placement", (RESERVE, command))


class Follows:
    """A service in memory that follows the foreign log."""

    def __init__(self, held: Sequence[bytes] = (), react: React = reserve_for_each) -> None:
        self.broker = MemoryBroker()
        self.store = MemoryStore(ORIGIN)
        self.runner = CommandRunner(self.store, SystemClock(), reservation_rows)
        self.origin = ServedLog(list(held))
        self.react = react
        self.types: tuple[type[Event], ...] = (PlaceReserved,)
        self.pages: list[int] = []
        self.failing: Callable[[], None] = lambda: None
        self.follower = self.restarted()

    def restarted(self) -> Follower:
        return Follower(
            self.origin.source(),
            TOPIC,
            Reaction(self.types, self.react),
            broker=self.broker,
            runner=self,
            positions=MemoryPositions(self.store),
            patience=QUICK,
        )

    async def apply(self, steps: Sequence[Step], rows: Sequence[RowChange] = ()) -> list[Settled]:
        self.failing()
        self.pages.append(len(steps))
        return await self.runner.apply(steps, rows)

    async def publish(self, *published: tuple[int, bytes]) -> None:
        await publish(self.broker, TOPIC, published)

    async def causes(self) -> list[int]:
        """Which foreign entries led to entries of our own, in our order."""
        own = await self.store.entries(0, 10_000)
        custodies = [entry.event.custody for entry in map(decode, own)]  # type: ignore[attr-defined]  # all are PlaceReserved
        theirs = [decode(content).event.custody for content in self.origin.held]  # type: ignore[attr-defined]  # the same
        return [theirs.index(custody) for custody in custodies]

    def findings(self) -> list[tuple[int, int | None]]:
        """The records that were found not to be the log's: their offsets, and what they claim."""
        rows = self.store.rows.get(TOPIC_FINDINGS, {}).values()
        return [(row["topic_offset"], row["sequence"]) for row in rows]

    async def position(self) -> Position:
        return await MemoryPositions(self.store).read(FOREIGN)

    async def reaches(self, sequence: int) -> None:
        async def there() -> bool:
            return (await self.position()).sequence >= sequence

        await until(there)

    async def notes(self, *findings: tuple[int, int | None]) -> None:
        async def there() -> bool:
            return self.findings() == [*findings]

        await until(there)

    async def becomes(self, state: str) -> None:
        async def so() -> bool:
            return self.follower.health().state == state

        await until(so)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        await self.runner.start()
        task = asyncio.create_task(self.follower.run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self.runner.stop()
