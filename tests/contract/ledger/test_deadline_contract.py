"""What every store promises about deadlines, in memory and in PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from shared.database.errors import Unavailable
from shared.database.reads import Reads
from shared.kernel.ids import FacilityId
from shared.ledger.deadline_clock import DeadlineFault
from shared.ledger.deadlines import Deadline, deadline_row
from shared.ledger.memory import MemoryStore
from tests.support.deadlines import NOON, clock, deadlines_of, due_runner, plan, reserve_once
from tests.support.ledgers import RESERVE, Reserve, SteppingClock
from tests.support.reserving import log_of, reserve
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from shared.database.row_changes import RowChange
    from shared.kernel.decider import Decider
    from shared.ledger.deadlines import Deadlines
    from shared.ledger.runner import CommandRunner
    from shared.ledger.store import Store
    from shared.ledger.work import Settled, Step

HOUR = timedelta(hours=1)


@pytest.fixture
async def deadlines(store: Store, request: pytest.FixtureRequest) -> AsyncIterator[Deadlines]:
    if isinstance(store, MemoryStore):
        yield deadlines_of(store, None)
        return
    reads = Reads.connect(request.getfixturevalue("database_url"))
    yield deadlines_of(store, reads)
    await reads.close()


def at_noon(count: int) -> list[Deadline]:
    return [Deadline(NOON, "reserve", f"f-{index:04}") for index in range(count)]


async def facilities(store: Store) -> list[str]:
    return [recorded.event.facility for recorded in await log_of(store)]  # type: ignore[attr-defined]  # reservations all


async def test_what_is_due_is_filled_by_the_entry_that_it_follows_from_and_acts_at_its_instant(
    store: Store, deadlines: Deadlines
) -> None:
    now = SteppingClock(NOON)
    async with due_runner(store, now) as runner:
        await reserve(runner, Reserve(FacilityId("north@2")))
        timer = clock(runner, deadlines, now)
        now.step(2 * HOUR - timedelta(microseconds=1))
        await timer.work_off()
        assert await facilities(store) == ["north@2"], "nothing falls due early"
        now.step(timedelta(microseconds=1))
        await timer.work_off()
    answer = (await log_of(store))[-1]
    assert (answer.actor, answer.time) == ("XX:ops:placement-clock", NOON + 2 * HOUR)
    assert await facilities(store) == ["north@2", "north"]
    assert await deadlines.due(now.now() + 1000 * HOUR, 10) == []


async def test_a_deadline_whose_reason_is_gone_records_nothing_and_is_settled(
    store: Store, deadlines: Deadlines
) -> None:
    now = SteppingClock(NOON + HOUR)
    async with due_runner(store, now) as runner:
        await reserve(runner, Reserve(FacilityId("f-0000")))
        await plan(runner, at_noon(1))
        await clock(runner, deadlines, now).work_off()
    assert await facilities(store) == ["f-0000"]
    assert await deadlines.due(now.now(), 10) == []


async def test_deadlines_act_in_the_order_of_their_instants_also_those_that_follow_from_others(
    store: Store, deadlines: Deadlines
) -> None:
    now = SteppingClock(NOON + 9 * HOUR)
    last = Deadline(NOON + 3 * HOUR, "reserve", "last")
    leads_on = Deadline(NOON + HOUR, "reserve", "between@2")
    async with due_runner(store, now) as runner:
        await plan(runner, [last, leads_on, *at_noon(1)])
        await clock(runner, deadlines, now).work_off()
    assert await facilities(store) == ["f-0000", "between@2", "between", "last"]


async def test_a_clock_that_steps_back_skips_nothing_and_does_nothing_twice(
    store: Store, deadlines: Deadlines
) -> None:
    now = SteppingClock(NOON - HOUR)
    late = Deadline(NOON + HOUR, "reserve", "late")
    async with due_runner(store, now) as runner:
        await plan(runner, [*at_noon(1), late])
        timer = clock(runner, deadlines, now)
        now.step(HOUR)
        await timer.work_off()
        now.step(-3 * HOUR)
        await timer.work_off()
        now.step(3 * HOUR)
        await timer.work_off()
        assert await facilities(store) == ["f-0000"]
        now.step(100 * HOUR)
        await timer.work_off()
        now.step(-100 * HOUR)
        await timer.work_off()
    assert await facilities(store) == ["f-0000", "late"]


async def test_a_thousand_due_at_once_act_once_each(store: Store, deadlines: Deadlines) -> None:
    now = SteppingClock(NOON)
    async with due_runner(store, now) as runner:
        await plan(runner, at_noon(1_000))
        await clock(runner, deadlines, now).work_off()
    assert await facilities(store) == [deadline.subject for deadline in at_noon(1_000)]


async def test_two_replicas_that_both_believe_to_be_alone_act_once(
    store: Store, deadlines: Deadlines
) -> None:
    now = SteppingClock(NOON)
    async with due_runner(store, now) as one, due_runner(store, now) as two:
        await plan(one, at_noon(200))
        await asyncio.gather(
            *(clock(runner, deadlines, now).work_off() for runner in (one, two, one))
        )
    assert sorted(await facilities(store)) == [deadline.subject for deadline in at_noon(200)]


async def test_a_deadline_that_is_said_again_stands_again_and_is_not_recorded_twice(
    store: Store, deadlines: Deadlines
) -> None:
    now = SteppingClock(NOON)

    def always(deadline: Deadline, _now: datetime) -> tuple[Decider[Any, Any], object]:
        return RESERVE, Reserve(FacilityId(deadline.subject))  # no limit: only the key stops it

    async with due_runner(store, now) as runner:
        timer = clock(runner, deadlines, now, always)
        for _ in range(2):
            await plan(runner, at_noon(1))
            assert await deadlines.due(NOON, 10) == at_noon(1)
            await timer.work_off()
    assert await facilities(store) == ["f-0000"]


class Crashing:
    """A runner whose process dies at the commit of one deadline: before it, or after it."""

    def __init__(self, runner: CommandRunner, when: str) -> None:
        self.runner = runner
        self.when = when
        self.clock_skew = runner.clock_skew

    async def apply(self, steps: Sequence[Step], rows: Sequence[RowChange] = ()) -> list[Settled]:
        if self.when == "before":
            raise Unavailable("died")
        settled = await self.runner.apply(steps, rows)
        if self.when == "after":
            raise Unavailable("died")
        return settled


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_between_deciding_and_being_told_loses_nothing_and_repeats_nothing(
    store: Store, deadlines: Deadlines, when: str
) -> None:
    now = SteppingClock(NOON)
    async with due_runner(store, now) as runner:
        await plan(runner, at_noon(3))
        with pytest.raises(Unavailable):
            await clock(Crashing(runner, when), deadlines, now).work_off()
    async with due_runner(store, now) as restarted:
        await clock(restarted, deadlines, now).work_off()
        await clock(restarted, deadlines, now).work_off()
    assert await facilities(store) == [deadline.subject for deadline in at_noon(3)]


async def test_one_that_cannot_be_decided_does_not_hold_up_the_others_and_stays_due(
    store: Store, deadlines: Deadlines
) -> None:
    now = SteppingClock(NOON + HOUR)
    later = Deadline(NOON + HOUR, "reserve", "later")

    def faulty(deadline: Deadline, at: datetime) -> tuple[Decider[Any, Any], object]:
        if deadline.subject == "f-0001":
            raise KeyError(deadline.kind)
        return reserve_once(deadline, at)

    async with due_runner(store, now) as runner:
        await plan(runner, [*at_noon(3), later])
        with pytest.raises(DeadlineFault, match=r"1 could not be decided.*f-0001"):
            await clock(runner, deadlines, now, faulty).work_off()
    assert await facilities(store) == ["f-0000", "f-0002", "later"]
    assert await deadlines.due(now.now(), 10) == [at_noon(3)[1]]


async def test_a_clock_that_runs_works_off_what_becomes_due_and_stands_by_when_it_is_stopped(
    store: Store, deadlines: Deadlines
) -> None:
    now = SteppingClock(NOON - HOUR)
    async with due_runner(store, now) as runner:
        timer = clock(runner, deadlines, now)
        task = asyncio.create_task(timer.run())

        async def runs() -> bool:
            return timer.health().state == "running"

        await until(runs)
        await plan(runner, at_noon(2))
        now.step(HOUR)

        async def all_done() -> bool:
            return len(await log_of(store)) == 2

        await until(all_done)
        assert await timer.check() is None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert timer.health().state == "standby"


def test_a_deadline_is_its_instant_its_kind_and_its_subject() -> None:
    assert [*deadline_row(at_noon(1)[0]).values] == ["due_at", "kind", "subject", "settled_at"]
