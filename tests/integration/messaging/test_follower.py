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

from cli.servers.kafka import start_kafka
from cli.servers.process import free_port
from shared.contracts.placement import PlaceReserved
from shared.database.reads import Reads
from shared.kernel.ids import FacilityId
from shared.ledger.entry import decode
from shared.ledger.log import Log
from shared.ledger.machine import SystemClock
from shared.ledger.memory import MemoryStore
from shared.ledger.positions import MemoryPositions, TablePositions
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Step
from shared.messaging.follower import Follower, Reaction
from shared.messaging.kafka import KafkaBroker
from shared.messaging.memory import MemoryBroker
from shared.messaging.origin import OriginLog
from shared.messaging.relay import Relay
from shared.sealing.finality import Finality
from shared.sealing.heads import NEVER, Published, SealedHead
from shared.sealing.log import SealedLog
from shared.sealing.memory import MemoryTree
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.merkle import root_of
from shared.transparency.signed_checkpoint import sign_checkpoint
from shared.transparency.tiles import TreeBuilder
from shared.web.endpoints.log import log_routers
from tests.integration.messaging.service import (
    Replicas,
    reserve_for_each,
    runner_of,
    start,
)
from tests.support.entries import FOREIGN, entries, publish
from tests.support.ledgers import ORIGIN, RESERVE, Reserve, provenance
from tests.support.served_log import ServedLog
from tests.support.signers import SIGNED_AT, log_signers
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
    from pathlib import Path

    from shared.ledger.store import Store
    from shared.messaging.broker import Broker

ROUNDS = 6
CECOT = FacilityId("cecot")
KEYS = log_signers(ORIGIN)
PLACEMENT = "accord.placement"
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


class GrowingTopic:
    """A foreign log's topic that grows for as long as a block lasts."""

    def __init__(self, broker: KafkaBroker, name: str) -> None:
        self.broker = broker
        self.name = name
        self.log: list[bytes] = []
        self.origin = ServedLog(self.log)
        self._enough = asyncio.Event()

    @asynccontextmanager
    async def growing(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._grow())
        try:
            yield
        finally:
            self._enough.set()
            await task

    async def _grow(self) -> None:
        while not self._enough.is_set():
            more = entries(50, first=len(self.log))
            first = len(self.log)
            self.log.extend(more)
            await publish(self.broker, self.name, list(enumerate(more, start=first)))
            await asyncio.sleep(0.05)


async def beyond(positions: TablePositions, sequence: int) -> None:
    async def there() -> bool:
        return (await positions.read(FOREIGN)).sequence > sequence

    await until(there, patience=60, every=0.05)


async def assert_effects_and_position_agree(store: Store, positions: TablePositions) -> None:
    before = await custodies(store)
    position = await positions.read(FOREIGN)
    after = await custodies(store)
    assert len(before) <= position.sequence <= len(after), "one without the other"


@pytest.mark.timeout(300)
async def test_followers_killed_at_any_moment_apply_everything_once_and_with_their_position(
    database_url: str, kafka_bootstrap: str, topic_prefix: str
) -> None:
    topic = GrowingTopic(KafkaBroker(kafka_bootstrap), f"{topic_prefix}.foreign")
    await topic.broker.create(topic.name)
    chance = random.Random(7)
    async with (
        runner_of(database_url) as runner,
        positions_at(database_url) as positions,
        topic.origin.serving() as origin,
    ):
        where = (database_url, kafka_bootstrap, topic.name, origin)
        with Replicas(lambda: start("follow", *where)) as both:
            async with topic.growing():
                for _ in range(ROUNDS):
                    await beyond(positions, (await positions.read(FOREIGN)).sequence)
                    await asyncio.sleep(chance.uniform(0, 0.3))
                    await asyncio.to_thread(both.kill, chance.randrange(2))
                    await assert_effects_and_position_agree(runner.store, positions)
            await beyond(positions, len(topic.log) - 1)
        assert await custodies(runner.store) == custodies_in(topic.log)


async def seal(tree: MemoryTree, size: int) -> None:
    """Publish a checkpoint of so many entries."""
    leaves = await tree.leaves(0, size)
    grown, root = TreeBuilder().extend(leaves), root_of(leaves)
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root), KEYS, SIGNED_AT).encode()
    await tree.seal(await tree.sealed(), SealedHead(size, root, note, NEVER), grown)
    await tree.publish(Published(size, note, is_final=False, cosigned_at=NEVER))


@asynccontextmanager
async def serving(store: Store, tree: MemoryTree) -> AsyncIterator[str]:
    """The log's endpoints on a real HTTP server."""
    app = FastAPI()
    log = SealedLog(Log(store, ORIGIN), tree, Finality(tree))
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


def reservations(count: int) -> list[Step]:
    return [Step(RESERVE, Reserve(CECOT), provenance()) for _ in range(count)]


class Applies:
    """A service in memory that follows `placement`."""

    def __init__(self, source: OriginLog, broker: Broker) -> None:
        self.store = MemoryStore("accord.example/billing/0")
        self.runner = CommandRunner(self.store, SystemClock(), lambda _recorded: ())
        self.follower = Follower(
            source,
            PLACEMENT,
            REACTION,
            broker=broker,
            runner=self.runner,
            positions=MemoryPositions(self.store),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.runner.start()
        async with during(self.follower.run()):
            yield
        await self.runner.stop()

    async def waits(self) -> bool:
        """Whether it is well, and waits for something."""
        return self.follower.health().state == "waiting"

    async def reaches(self, size: int) -> None:
        async def there() -> bool:
            return (await self.store.head()).next_index >= size

        await until(there, patience=60)


async def test_gaps_are_filled_from_the_origins_own_endpoints_as_far_as_it_is_sealed(
    database_url: str,
) -> None:
    broker = MemoryBroker()
    async with runner_of(database_url) as runner, httpx.AsyncClient() as client:
        await runner.apply(reservations(900))
        log = await runner.store.entries(0, 900)
        kept = [*range(10), *range(300, 310), 899]
        await publish(broker, PLACEMENT, [(index, log[index]) for index in kept])
        tree = MemoryTree(runner.store)
        await seal(tree, 600)
        async with serving(runner.store, tree) as base:
            service = Applies(OriginLog(client, base, ORIGIN, KEYS.verifiers), broker)
            async with service.running():
                await service.reaches(600)
                await until(service.waits)
                assert await service.follower.check() is None
                assert await custodies(service.store) == custodies_in(log[:600])
                await seal(tree, 900)
                await service.reaches(900)
    assert await custodies(service.store) == custodies_in(log)


class RestartedKafka:
    """A Kafka of this test's own, which goes away and comes back with its data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._server = start_kafka(folder, port=self._port)
        self.bootstrap = self._server.bootstrap

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server = start_kafka(self._folder, port=self._port)


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[RestartedKafka]:
    kafka = RestartedKafka(tmp_path)
    yield kafka
    kafka.stop()


async def test_relay_and_follower_go_on_when_the_broker_comes_back(kafka: RestartedKafka) -> None:
    source, broker = MemoryStore(ORIGIN), KafkaBroker(kafka.bootstrap)
    writer = CommandRunner(source, SystemClock(), lambda _recorded: ())
    await writer.start()
    relay = Relay(Log(source, ORIGIN), broker, PLACEMENT, appended=writer.appended)
    tree = MemoryTree(source)
    async with httpx.AsyncClient() as client, serving(source, tree) as base:
        service = Applies(OriginLog(client, base, ORIGIN, KEYS.verifiers), broker)
        await _through_an_outage(kafka, service, writer, relay, tree)
    await writer.stop()
    assert await custodies(service.store) == await custodies(source)


async def _through_an_outage(
    kafka: RestartedKafka, service: Applies, writer: CommandRunner, relay: Relay, tree: MemoryTree
) -> None:
    """Fifty entries, one while the broker is away, and fifty more once it is back."""
    async with during(relay.run()), service.running():
        await writer.apply(reservations(50))
        await seal(tree, 50)
        await service.reaches(50)
        await asyncio.to_thread(kafka.stop)
        await writer.apply(reservations(1))
        await asyncio.sleep(3)
        await asyncio.to_thread(kafka.start)
        await writer.apply(reservations(50))
        await seal(tree, 101)
        await service.reaches(101)
