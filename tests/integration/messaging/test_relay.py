"""The relay with real servers: killed, doubled, and before a topic that contradicts its log."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from shared.kernel.ids import FacilityId
from shared.ledger.log import Log
from shared.ledger.work import Step
from shared.messaging.errors import TopicContradictsLog
from shared.messaging.kafka import KafkaBroker
from shared.messaging.relay import Relay
from shared.messaging.topic_reader import read_topic
from tests.integration.messaging.service import Replicas, runner_of, start
from tests.support.ledgers import ORIGIN, RESERVE, Reserve, ledger_database, provenance
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cli.servers.postgres import PostgresServer
    from shared.ledger.runner import CommandRunner

ROUNDS = 8


async def append(runner: CommandRunner, count: int) -> None:
    steps = [Step(RESERVE, Reserve(FacilityId("cecot")), provenance()) for _ in range(count)]
    await runner.apply(steps)


@asynccontextmanager
async def appending(runner: CommandRunner) -> AsyncIterator[None]:
    """Append for as long as the block lasts."""
    enough = asyncio.Event()

    async def on_and_on() -> None:
        while not enough.is_set():
            await append(runner, 30)
            await asyncio.sleep(0.05)

    task = asyncio.create_task(on_and_on())
    try:
        yield
    finally:
        enough.set()
        await task


@asynccontextmanager
async def relaying(runner: CommandRunner, broker: KafkaBroker, topic: str) -> AsyncIterator[Relay]:
    relay = Relay(Log(runner.store, ORIGIN), broker, topic, appended=runner.appended)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def last_index(broker: KafkaBroker, topic: str) -> int:
    last = await broker.last(topic)
    return -1 if last is None or last.sequence is None else last.sequence


async def published(runner: CommandRunner, broker: KafkaBroker, topic: str) -> None:
    size = (await runner.store.head()).next_index

    async def there() -> bool:
        return await last_index(broker, topic) == size - 1

    await until(there, patience=60, every=0.1)


async def both_have_published(broker: KafkaBroker, topic: str) -> None:
    """Until an entry is in the topic twice."""

    async def so() -> bool:
        last = await broker.last(topic)
        return last is not None and last.sequence is not None and last.offset > last.sequence

    await until(so, patience=60, every=0.1)


async def assert_topic_is_the_log(runner: CommandRunner, broker: KafkaBroker, topic: str) -> None:
    log = await runner.store.entries(0, 1_000_000)
    assert len(log) == (await runner.store.head()).next_index
    assert [entry async for entry in read_topic(broker, topic)] == log


@pytest.mark.timeout(300)
async def test_relays_killed_at_any_moment_lose_nothing_and_reorder_nothing(
    database_url: str, kafka_bootstrap: str, topic_prefix: str
) -> None:
    topic, broker, chance = (
        f"{topic_prefix}.placement",
        KafkaBroker(kafka_bootstrap),
        random.Random(7),
    )
    await broker.create(topic)

    async def grows() -> None:
        reached = await last_index(broker, topic)

        async def grown() -> bool:
            return await last_index(broker, topic) > reached

        await until(grown, patience=60, every=0.1)

    async with runner_of(database_url) as runner:
        with Replicas(lambda: start("relay", database_url, kafka_bootstrap, topic)) as replicas:
            async with appending(runner):
                for _ in range(ROUNDS):
                    await grows()
                    await asyncio.sleep(chance.uniform(0, 0.4))
                    await asyncio.to_thread(replicas.kill, chance.randrange(2))
            await published(runner, broker, topic)
        await assert_topic_is_the_log(runner, broker, topic)


async def test_two_relays_at_once_lose_nothing_and_reorder_nothing(
    database_url: str, kafka_bootstrap: str, topic_prefix: str
) -> None:
    topic, broker = f"{topic_prefix}.placement", KafkaBroker(kafka_bootstrap)
    async with (
        runner_of(database_url) as runner,
        relaying(runner, broker, topic),
        relaying(runner, broker, topic),
    ):
        async with appending(runner):
            await both_have_published(broker, topic)
        await published(runner, broker, topic)
        await assert_topic_is_the_log(runner, broker, topic)


async def test_a_log_restored_from_an_old_backup_is_not_published(
    postgres_server: PostgresServer, database_url: str, kafka_bootstrap: str, topic_prefix: str
) -> None:
    topic, broker = f"{topic_prefix}.placement", KafkaBroker(kafka_bootstrap)
    async with runner_of(database_url) as runner, relaying(runner, broker, topic):
        await append(runner, 30)
        await published(runner, broker, topic)
    restored = f"{database_url.rpartition('/')[2].partition('?')[0]}_restored"
    postgres_server.create_database(restored)
    await ledger_database(postgres_server.url(restored))
    async with runner_of(postgres_server.url(restored)) as runner:
        await append(runner, 10)
        relay = Relay(Log(runner.store, ORIGIN), broker, topic, appended=runner.appended)
        with pytest.raises(TopicContradictsLog, match="does not: is the log a restored backup"):
            await relay.run()
        await append(runner, 40)  # now the topic is no longer ahead, but its end is another entry
        with pytest.raises(TopicContradictsLog, match=r"at entry 29: .* different entries"):
            await relay.run()
    postgres_server.drop_database(restored)
    assert await last_index(broker, topic) == 29
