"""A real Kafka in the hands of somebody else: what followers do, and what they never do (G21)."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from shared.contracts.placement import PlaceReserved
from shared.database.reads import Reads
from shared.ledger.entry import decode
from shared.ledger.positions import TablePositions
from shared.messaging.follower import Follower, Reaction
from shared.messaging.kafka import KafkaBroker
from tests.integration.messaging.service import reserve_for_each, runner_of
from tests.support.entries import FOREIGN, entries, entry, publish
from tests.support.served_log import ServedLog
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from shared.ledger.runner import CommandRunner

    Topic = Sequence[tuple[int, bytes]]

LOG = entries(40)
HONEST = [*enumerate(LOG)]
ATTACKS: dict[str, Topic] = {
    "forges the next entry": [*HONEST[:20], (20, entry(20)), *HONEST[20:]],
    "forges in place of an entry": [*HONEST[:20], (20, entry(20)), *HONEST[21:]],
    "forges the end": [*HONEST, (40, entry(40)), (41, entry(41))],
    "repeats": [*HONEST, *HONEST[10:30], *HONEST],
    "reorders": [*HONEST[20:], *reversed(HONEST[:20])],
    "withholds the middle": [*HONEST[:10], *HONEST[30:]],
    "withholds the end": HONEST[:10],
    "withholds everything": [],
    "writes garbage": [(-1, b"garbage"), *HONEST[:20], (-1, b"\xff"), *HONEST[20:], (39, b"")],
    "claims an index far ahead": [*HONEST[:5], (1_000_000, entry(9)), (60, b"x"), *HONEST[5:]],
}


def custodies(log: Sequence[bytes]) -> list[str]:
    events = [decode(entry).event for entry in log]
    return [event.custody for event in events if isinstance(event, PlaceReserved)]


@asynccontextmanager
async def following(
    log: ServedLog, topic: str, broker: KafkaBroker, database_url: str
) -> AsyncIterator[tuple[CommandRunner, TablePositions]]:
    """A service on PostgreSQL that follows the log by this topic."""
    reads = Reads.connect(database_url)
    positions = TablePositions(reads)
    async with runner_of(database_url) as runner:
        reaction = Reaction((PlaceReserved,), reserve_for_each)
        follower = Follower(
            log.source(), topic, reaction, broker=broker, runner=runner, positions=positions
        )
        task = asyncio.create_task(follower.run())
        yield runner, positions
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await reads.close()


async def reaches(positions: TablePositions, size: int) -> None:
    async def there() -> bool:
        return (await positions.read(FOREIGN)).sequence == size

    await until(there, patience=30, every=0.02)


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_follower_applies_exactly_what_the_log_has_signed_whatever_the_broker_does(
    attack: str, database_url: str, kafka_bootstrap: str, topic_prefix: str
) -> None:
    broker, topic = KafkaBroker(kafka_bootstrap), f"{topic_prefix}.foreign"
    await broker.create(topic)
    await publish(broker, topic, ATTACKS[attack])
    log = ServedLog([*LOG])
    async with following(log, topic, broker, database_url) as (runner, positions):
        await reaches(positions, 40)
        log.held += (more := entries(5, first=40))
        await publish(broker, topic, [*enumerate(more, start=40)])
        await reaches(positions, 45)
        applied = custodies(await runner.store.entries(0, 1_000))
    assert applied == custodies(log.held)
