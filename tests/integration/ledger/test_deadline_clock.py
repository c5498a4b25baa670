"""The clock of a service on a real database: one among replicas, and only a true one (G1)."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.database.leader_lock import alone
from shared.database.reads import Reads
from shared.ledger.deadline_clock import ClockSkewed
from shared.ledger.deadlines import Deadline, TableDeadlines
from shared.ledger.machine import SystemClock
from shared.ledger.postgres import PostgresStore
from tests.support.deadlines import NOON, clock, due_runner, plan
from tests.support.ledgers import SteppingClock
from tests.support.reserving import log_of
from tests.support.waiting import until

if TYPE_CHECKING:
    from shared.ledger.deadline_clock import DeadlineClock


async def opened(stack: AsyncExitStack, url: str, now: SystemClock | SteppingClock) -> Replica:
    """One process of the service, with its own connections."""
    store = await PostgresStore.connect(url, now)
    stack.push_async_callback(store.close)
    reads = Reads.connect(url)
    stack.push_async_callback(reads.close)
    runner = await stack.enter_async_context(due_runner(store, now))
    return Replica(url, store, clock(runner, TableDeadlines(reads), now))


class Replica:
    """A process of a service: its clock waits for its turn and then works."""

    def __init__(self, url: str, store: PostgresStore, timer: DeadlineClock) -> None:
        self.url = url
        self.store = store
        self.timer = timer
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.task = asyncio.create_task(alone(self.url, self.timer.name, self.timer.run))

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    async def has_recorded(self, count: int) -> None:
        async def so() -> bool:
            return len(await log_of(self.store)) >= count

        await until(so)


async def test_when_the_replica_that_works_dies_the_other_goes_on_and_nothing_is_lost_or_repeated(
    database_url: str,
) -> None:
    due = [
        Deadline(NOON + timedelta(hours=index), "reserve", f"f-{index:03}") for index in range(300)
    ]
    async with AsyncExitStack() as stack:
        one = await opened(stack, database_url, SystemClock())
        two = await opened(stack, database_url, SystemClock())
        async with due_runner(one.store, SystemClock()) as runner:
            await plan(runner, due)
        one.start()
        await one.has_recorded(1)
        two.start()
        await one.stop()
        await two.has_recorded(300)
        await two.stop()
        recorded = [entry.event.facility for entry in await log_of(two.store)]  # type: ignore[attr-defined]  # reservations all
    assert recorded == [deadline.subject for deadline in due]


@pytest.mark.parametrize("hours", [-1, 1])
async def test_nothing_falls_due_by_a_clock_that_is_not_the_logs_and_readiness_says_so(
    database_url: str, hours: int
) -> None:
    now = SteppingClock(SystemClock().now() + timedelta(hours=hours))
    due_by_now = Deadline(NOON, "reserve", "f")
    async with AsyncExitStack() as stack:
        replica = await opened(stack, database_url, now)
        async with due_runner(replica.store, now) as runner:
            await plan(runner, [due_by_now])
        with pytest.raises(ClockSkewed, match="set it right"):
            await replica.timer.work_off()
        replica.start()

        async def stuck() -> bool:
            return "ClockSkewed" in (await replica.timer.check() or "")

        await until(stuck)
        assert await log_of(replica.store) == []
        now.time = SystemClock().now()
        await replica.has_recorded(1)
        await replica.stop()
