"""The follower with real servers: killed, in front of gaps, and without its broker for a while."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from cli.stack.kafka import start_kafka
from cli.stack.process import free_port
from shared.contracts.placement import PlaceReserved
from shared.kernel.ids import FacilityId
from shared.ledger.clock import SystemClock
from shared.ledger.entry import decode
from shared.ledger.log import Log
from shared.ledger.memory import MemoryStore
from shared.ledger.positions import MemoryPositions, TablePositions
from shared.ledger.reads import Reads
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Step
from shared.messaging.follower import Follower, Reaction
from shared.messaging.kafka import KafkaBroker
from shared.messaging.memory import MemoryBroker
from shared.messaging.origin import OriginLog
from shared.messaging.relay import Relay
from shared.web.log_endpoints import log_routers
from tests.integration.messaging.service import (
    NowhereElse,
    Replicas,
    reserve_for_each,
    runner_of,
    start,
)
from tests.support.entries import FOREIGN, entries, publish
from tests.support.ledgers import ORIGIN, RESERVE, Reserve, ledger_database, provenance
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Sequence
    from pathlib import Path

    from shared.ledger.store import Store

ROUNDS = 6
CECOT = FacilityId("cecot")
REACTION = Reaction((PlaceReserved,), reserve_for_each)


async def custodies(store: Store) -> list[str]:
    return custodies_in(await store.entries(0, 1_000_000))


def custodies_in(log: Sequence[bytes]) -> list[str]:
    events = [decode(entry).event for entry in log]
    return [event.custody for event in events if isinstance(event, PlaceReserved)]


@asynccontextmanager
async def positions_at(url: str) -> AsyncIterator[TablePositions]:
    reads = Reads.connect(url)
    yield TablePositions(reads)
    await reads.close()


@asynccontextmanager
async def during(work: Awaitable[None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.timeout(300)
async def test_followers_killed_at_any_moment_apply_everything_once_and_with_their_position(
    database_url: str, kafka_bootstrap: str, topic_prefix: str
) -> None:
    await ledger_database(database_url)
    topic, broker, chance = (
        f"{topic_prefix}.foreign",
        KafkaBroker(kafka_bootstrap),
        random.Random(7),
    )
    await broker.create(topic)
    log: list[bytes] = []
    enough = asyncio.Event()

    async def grow() -> None:
        while not enough.is_set():
            more = entries(50, first=len(log))
            await publish(broker, topic, list(enumerate(more, start=len(log))))
            log.extend(more)
            await asyncio.sleep(0.05)

    async with runner_of(database_url) as runner, positions_at(database_url) as positions:

        async def beyond(sequence: int) -> None:
            async def there() -> bool:
                return (await positions.read(FOREIGN)).sequence > sequence

            await until(there, patience=60, every=0.05)

        with Replicas(lambda: start("follow", database_url, kafka_bootstrap, topic)) as replicas:
            growing = asyncio.create_task(grow())
            for _ in range(ROUNDS):
                await beyond((await positions.read(FOREIGN)).sequence)
                await asyncio.sleep(chance.uniform(0, 0.3))
                await asyncio.to_thread(replicas.kill, chance.randrange(2))
                before = await custodies(runner.store)
                position = await positions.read(FOREIGN)
                after = await custodies(runner.store)
                assert len(before) <= position.sequence <= len(after), "one without the other"
            enough.set()
            await growing
            await beyond(len(log) - 1)
        assert await custodies(runner.store) == custodies_in(log)


@asynccontextmanager
async def serving(log: Log) -> AsyncIterator[str]:
    """The log's endpoints on a real HTTP server."""
    app = FastAPI()
    app.include_router(log_routers(log)[0])
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


async def test_gaps_are_filled_from_the_origins_own_endpoints(database_url: str) -> None:
    await ledger_database(database_url)
    broker, own = MemoryBroker(), MemoryStore("accord.example/billing/0")
    async with runner_of(database_url) as runner:
        steps = [Step(RESERVE, Reserve(CECOT), provenance()) for _ in range(900)]
        await runner.apply(steps)
        log = await runner.store.entries(0, 900)
        kept = [*range(10), *range(300, 310), 899]
        await publish(broker, "accord.placement", [(index, log[index]) for index in kept])
        async with (
            serving(Log(runner.store, ORIGIN)) as base,
            httpx.AsyncClient() as client,
        ):
            applier = CommandRunner(own, SystemClock(), lambda _recorded: ())
            await applier.start()
            follower = Follower(
                OriginLog(client, base, ORIGIN),
                "accord.placement",
                REACTION,
                broker=broker,
                runner=applier,
                positions=MemoryPositions(own),
            )

            async def complete() -> bool:
                return len(await own.entries(0, 1_000)) == 900

            async with during(follower.run()):
                await until(complete)
            await applier.stop()
    assert await custodies(own) == custodies_in(log)


async def test_relay_and_follower_go_on_when_the_broker_comes_back(tmp_path: Path) -> None:
    port = free_port()
    server = await asyncio.to_thread(start_kafka, tmp_path, port=port)
    source, own = MemoryStore(ORIGIN), MemoryStore("accord.example/billing/0")
    writer = CommandRunner(source, SystemClock(), lambda _recorded: ())
    applier = CommandRunner(own, SystemClock(), lambda _recorded: ())
    await writer.start()
    await applier.start()
    relay = Relay(
        Log(source, ORIGIN),
        KafkaBroker(server.bootstrap),
        "accord.placement",
        appended=writer.appended,
    )
    nowhere = NowhereElse()
    nowhere.origin = ORIGIN
    follower = Follower(
        nowhere,
        "accord.placement",
        REACTION,
        broker=KafkaBroker(server.bootstrap),
        runner=applier,
        positions=MemoryPositions(own),
    )

    async def append_and_arrive() -> None:
        await writer.apply([Step(RESERVE, Reserve(CECOT), provenance()) for _ in range(50)])
        size = (await source.head()).next_index

        async def arrived() -> bool:
            return (await own.head()).next_index == size

        await until(arrived, patience=60)

    try:
        async with during(relay.run()), during(follower.run()):
            await append_and_arrive()
            await asyncio.to_thread(server.stop)
            await writer.apply([Step(RESERVE, Reserve(CECOT), provenance())])
            await asyncio.sleep(3)
            server = await asyncio.to_thread(start_kafka, tmp_path, port=port)
            await append_and_arrive()
        assert await custodies(own) == await custodies(source)
    finally:
        await asyncio.to_thread(server.stop)
        await writer.stop()
        await applier.stop()
