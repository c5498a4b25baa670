"""A task that must be alone among processes: taken over, and stopped without a trace."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

import asyncpg

from shared.database.leader_lock import alone
from tests.support.waiting import until

if TYPE_CHECKING:
    import pytest

BLOCKED = """
SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database
WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""


class Replicas:
    """Processes of one service whose relay must run once."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.ran: list[str] = []

    def start(self, name: str) -> asyncio.Task[None]:
        async def run() -> None:
            self.ran.append(name)
            await asyncio.Event().wait()

        return asyncio.create_task(alone(self.url, "relay", run))

    async def runs(self, *names: str) -> None:
        async def so() -> bool:
            return self.ran == [*names]

        await until(so)

    async def waiting(self) -> int:
        connection = await asyncpg.connect(self.url)
        count: int = await connection.fetchval(BLOCKED)
        await connection.close()
        return count

    async def wait_for_their_turn(self, count: int) -> None:
        async def so() -> bool:
            return await self.waiting() == count

        await until(so)


async def stop(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_task_that_must_be_alone_is_taken_over_when_its_process_dies(
    database_url: str,
) -> None:
    replicas = Replicas(database_url)
    first = replicas.start("first")
    await replicas.runs("first")
    second = replicas.start("second")
    await replicas.wait_for_their_turn(1)
    assert replicas.ran == ["first"]
    await stop(first)
    await replicas.runs("first", "second")
    await stop(second)
    assert replicas.ran == ["first", "second"]


async def test_replicas_that_stop_while_they_wait_give_up_their_turn_and_leave_no_error_behind(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    replicas = Replicas(database_url)
    first = replicas.start("first")
    await replicas.runs("first")
    others = [replicas.start(f"waiting {index}") for index in range(3)]
    await replicas.wait_for_their_turn(3)
    await stop(*others)
    assert await replicas.waiting() == 0
    await stop(first)
    gc.collect()
    assert [record.getMessage() for record in caplog.records] == []
    assert replicas.ran == ["first"]
