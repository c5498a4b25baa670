"""A service that reacts to one more type than before, on real servers, and killed on its way."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from shared.database.reads import Reads
from shared.ledger.positions import TablePositions
from shared.messaging.kafka import KafkaBroker
from tests.integration.messaging.service import kill, runner_of, start
from tests.support.entries import FOREIGN, publish
from tests.support.served_log import ServedLog
from tests.support.two_kinds import causes_in, kind, two_kinds
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from shared.ledger.positions import Position

OLD, NEW = 8_000, 90


class Followed:
    """A foreign log with its topic, and the service's place in it."""

    def __init__(self, url: str, bootstrap: str, topic: str, positions: TablePositions) -> None:
        self.broker = KafkaBroker(bootstrap)
        self.where = (url, bootstrap, topic)
        self.positions = positions
        self.held: list[bytes] = []

    async def grow(self, count: int) -> None:
        more = two_kinds(count, first=len(self.held))
        first = len(self.held)
        self.held.extend(more)
        await publish(self.broker, self.where[2], list(enumerate(more, start=first)))

    @asynccontextmanager
    async def followed(self, origin: str, kinds: str) -> AsyncIterator[None]:
        process = start("follow", *self.where, origin, kinds)
        try:
            yield
        finally:
            await asyncio.to_thread(kill, process)

    async def until(self, holds: Callable[[Position], bool]) -> None:
        async def so() -> bool:
            return holds(await self.positions.read(FOREIGN))

        await until(so)


@pytest.mark.timeout(300)
async def test_a_type_that_is_added_later_gets_its_old_entries_first_in_order_also_when_killed(
    database_url: str, kafka_bootstrap: str, topic_prefix: str
) -> None:
    reads = Reads.connect(database_url)
    log = Followed(database_url, kafka_bootstrap, f"{topic_prefix}.foreign", TablePositions(reads))
    await log.broker.create(log.where[2])
    await log.grow(OLD)
    async with ServedLog(log.held).serving() as origin:
        async with log.followed(origin, "first"):
            await log.until(lambda position: position.sequence == OLD)
        async with log.followed(origin, "both"):
            await log.until(lambda position: 0 < position.sequence < position.until)
        await log.grow(NEW)
        async with log.followed(origin, "both"):
            await log.until(lambda position: position.sequence == OLD + NEW)
    await reads.close()
    async with runner_of(database_url) as runner:
        causes = causes_in(await runner.store.entries(0, 100_000))
    assert causes == [
        *(index for index in range(OLD) if kind(index, second=False)),
        *(index for index in range(OLD) if kind(index, second=True)),
        *range(OLD, OLD + NEW),
    ]
