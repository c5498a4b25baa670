"""The follower's rules: duplicates, gaps, forgeries, refusals, waiting and recovery."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from shared.contracts.placement import PlaceReserved
from shared.kernel.rejected import NotYet
from shared.ledger.clock import SystemClock
from shared.ledger.entry import decode
from shared.ledger.errors import Unavailable
from shared.ledger.memory import MemoryStore
from shared.ledger.positions import MemoryPositions, Position
from shared.ledger.runner import CommandRunner
from shared.messaging.errors import BrokerUnavailable, LogBroken, OriginUnavailable
from shared.messaging.follower import Follower, Reaction
from shared.messaging.memory import MemoryBroker
from shared.messaging.reaction import steps_because_of
from shared.messaging.status import Patience
from tests.support.entries import FOREIGN, entries, entry, publish
from tests.support.ledgers import ORIGIN, RESERVE, Reserve, reservation_rows
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from shared.ledger.recorded import Recorded
    from shared.ledger.rows import RowChange
    from shared.ledger.work import Settled, Step
    from shared.messaging.follower import React

TOPIC = "accord.foreign"
QUICK = Patience(first=0.001, longest=0.005, failures=3, not_yet=0.001, poll=0.01)


def reserve_for_each(recorded: Recorded, limit: int = 1_000_000) -> tuple[Step, ...]:
    assert isinstance(recorded.event, PlaceReserved)
    command = Reserve(recorded.event.facility, limit, recorded.event.custody)
    return steps_because_of(recorded, "placement", (RESERVE, command))


class HeldEntries:
    """The foreign log at its origin."""

    origin = FOREIGN

    def __init__(self, held: Sequence[bytes]) -> None:
        self.held = list(held)
        self.failures = 0
        self.asked: list[tuple[int, int]] = []

    async def entries(self, first: int, end: int) -> AsyncIterator[list[bytes]]:
        self.asked.append((first, end))
        if self.failures:
            self.failures -= 1
            raise OriginUnavailable("not now")
        if end > len(self.held):
            raise LogBroken(self.origin, len(self.held), "the log ends here")
        for start in range(first, end, 4):
            yield self.held[start : min(start + 4, end)]


class Follows:
    """A service in memory that follows the foreign log."""

    def __init__(self, held: Sequence[bytes] = (), react: React = reserve_for_each) -> None:
        self.broker = MemoryBroker()
        self.store = MemoryStore(ORIGIN)
        self.runner = CommandRunner(self.store, SystemClock(), reservation_rows)
        self.origin = HeldEntries(held)
        self.react = react
        self.types: tuple[type[PlaceReserved], ...] = (PlaceReserved,)
        self.pages: list[int] = []
        self.failing: Callable[[], None] = lambda: None
        self.follower = self.restarted()

    def restarted(self) -> Follower:
        return Follower(
            self.origin,
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
        theirs = [decode(one).event.custody for one in self.origin.held]  # type: ignore[attr-defined]  # the same
        return [theirs.index(custody) for custody in custodies]

    async def position(self) -> Position:
        return await MemoryPositions(self.store).read(FOREIGN)

    async def reaches(self, sequence: int) -> None:
        async def there() -> bool:
            return (await self.position()).sequence >= sequence

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


async def test_entries_are_applied_in_order_with_the_position() -> None:
    log = entries(10)
    service = Follows(log)
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(10)
        assert await service.causes() == list(range(10))
        assert await service.position() == Position(10, 10)


async def test_a_page_is_one_transaction() -> None:
    log = entries(200)
    service = Follows(log)
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(200)
    assert service.pages == [200]


async def test_duplicates_are_dropped() -> None:
    log = entries(6)
    service = Follows(log)
    await service.publish(*[(index, log[index]) for index in (0, 1, 2, 1, 2, 3, 0, 4, 5, 5)])
    async with service.running():
        await service.reaches(6)
        assert await service.causes() == [0, 1, 2, 3, 4, 5]
    assert service.origin.asked == []


async def test_a_gap_is_filled_from_the_origin() -> None:
    log = entries(20)
    service = Follows(log)
    await service.publish(*[(index, log[index]) for index in (0, 1, 12, 13, 14, 19)])
    async with service.running():
        await service.reaches(20)
        assert await service.causes() == list(range(20))
        assert await service.position() == Position(20, 6)
    assert service.origin.asked == [(2, 12), (15, 19)]


async def test_a_gap_stays_open_until_the_origin_answers() -> None:
    log = entries(5)
    service = Follows(log)
    service.origin.failures = 4
    await service.publish((4, log[4]))
    async with service.running():
        await service.becomes("stuck")
        assert await service.follower.check() is not None
        await service.reaches(5)
        await service.becomes("running")
        assert await service.follower.check() is None
        assert await service.causes() == [0, 1, 2, 3, 4]


FORGERIES = {
    "another index": entry(7),
    "another log": entry(3, origin="accord.example/billing/0"),
    "no JSON": b"not an entry",
    "an attribute too many": entry(3).replace(b'{"specversion"', b'{"more":1,"specversion"'),
    "data that do not fit": entry(3).replace(b'"facility":"cecot"', b'"facility":12345'),
}


@pytest.mark.parametrize("what", FORGERIES)
async def test_a_forged_entry_stops_the_follower_and_nothing_after_it_is_applied(what: str) -> None:
    log = entries(6)
    service = Follows(log)
    forged = [log[0], log[1], log[2], FORGERIES[what], log[4], log[5]]
    await service.publish(*enumerate(forged))
    async with service.running() as task:
        with pytest.raises(LogBroken, match="at entry 3") as stopped:
            await task
        assert stopped.value.index == 3
        assert await service.causes() == [0, 1, 2]
        assert await service.position() == Position(3, 3)
    assert service.follower.health().state == "stopped"
    assert "entry 3" in (await service.follower.check() or "")


async def test_a_message_without_an_index_stops_the_follower() -> None:
    log = entries(2)
    service = Follows(log)
    await service.publish((0, log[0]), (-1, log[1]))
    async with service.running() as task:
        with pytest.raises(LogBroken, match="at entry 1: message 1 has no legible index"):
            await task
        assert (await service.position()).sequence == 1


async def test_a_message_from_beyond_the_end_of_its_log_stops_the_follower() -> None:
    log = entries(3)
    service = Follows(log)
    await service.publish((0, log[0]), (9, entry(9)))
    async with service.running() as task:
        with pytest.raises(LogBroken, match="at entry 3: the log ends here"):
            await task
        assert (await service.position()).sequence == 1


async def test_a_forged_entry_in_a_bundle_stops_the_follower() -> None:
    log = entries(9)
    service = Follows([*log[:6], entry(60), *log[7:]])
    await service.publish((8, log[8]))
    async with service.running() as task:
        with pytest.raises(LogBroken, match="at entry 6"):
            await task
        assert (await service.position()).sequence == 4


async def test_entries_of_other_types_are_passed_over_unread() -> None:
    log = entries(3)
    service = Follows(log)
    service.types = ()
    service.follower = service.restarted()
    unreadable = log[1].replace(b'"facility":"cecot"', b'"facility":12345')
    await service.publish((0, log[0]), (1, unreadable), (2, log[2]))
    async with service.running():
        await service.reaches(3)
        assert await service.causes() == []


async def test_a_step_that_a_rule_refuses_does_not_stop_the_log() -> None:
    log = entries(5)
    service = Follows(log, lambda recorded: reserve_for_each(recorded, limit=2))
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(5)
        assert await service.causes() == [0, 1]
        assert await service.follower.check() is None


@pytest.mark.parametrize("early", range(6))
async def test_an_entry_that_builds_on_a_missing_fact_waits_and_what_comes_before_it_is_applied(
    early: int,
) -> None:
    log = entries(6)
    arrived = asyncio.Event()

    def react(recorded: Recorded) -> tuple[Step, ...]:
        if recorded.sequence == early and not arrived.is_set():
            raise NotYet("the place has not been offered")
        return reserve_for_each(recorded)

    service = Follows(log, react)
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(early)
        await service.becomes("waiting")
        assert f"entry {early} waits: the place" in service.follower.health().detail
        assert await service.causes() == list(range(early))
        arrived.set()
        await service.reaches(6)
        assert await service.causes() == list(range(6))
        await service.becomes("running")


async def test_a_failure_applies_nothing_and_is_tried_again() -> None:
    log = entries(8)
    service = Follows(log)
    left = [Unavailable("no database"), RuntimeError("a fault"), BrokerUnavailable("no broker")]

    def failing() -> None:
        if left:
            raise left.pop()

    service.failing = failing
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(8)
        assert await service.causes() == list(range(8))


async def test_a_failure_that_stays_makes_the_service_not_ready_until_it_goes() -> None:
    log = entries(4)
    service = Follows(log)
    broken = True

    def failing() -> None:
        if broken:
            raise RuntimeError("a fault in our own code")

    service.failing = failing
    await service.publish(*enumerate(log))
    async with service.running():
        await service.becomes("stuck")
        assert "a fault in our own code" in (await service.follower.check() or "")
        assert await service.position() == Position()
        broken = False
        await service.reaches(4)
        await service.becomes("running")


async def test_an_entry_that_arrives_again_after_its_position_was_lost_does_not_act_again() -> None:
    log = entries(5)
    service = Follows(log)
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(5)
        del service.store.rows["follower_positions"]
        again = asyncio.create_task(service.restarted().run())
        await service.reaches(5)
        again.cancel()
        await asyncio.gather(again, return_exceptions=True)
        assert await service.causes() == [0, 1, 2, 3, 4]


async def test_a_follower_tells_how_far_it_is_behind() -> None:
    log = entries(700)
    service = Follows(log)
    standing_by = service.follower.health()
    assert (standing_by.state, standing_by.idle_seconds) == ("standby", None)
    lags: list[int] = []
    service.failing = lambda: lags.append(service.follower.health().lag)
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(700)

        async def caught_up() -> bool:
            return service.follower.health().lag == 0

        await until(caught_up)
        health = service.follower.health()
        assert health.idle_seconds is not None
        assert health.idle_seconds < 5
    assert lags == [0, 200]
    assert service.follower.health().state == "standby"
