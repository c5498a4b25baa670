"""Replays a log from Kafka alone, in one process, and compares that with only consuming it.

`python -m bench replay` starts a Kafka of its own, fills a topic and prints entries a second.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer, TopicPartition

from cli.servers.kafka import start_kafka
from shared.contracts.placement import PlaceReserved
from shared.kernel.ids import AgreementRef, CustodyId, FacilityId, ManifestId, PersonId
from shared.ledger.entry import event_of, read_entry
from shared.ledger.machine import new_id
from shared.messaging.kafka import KafkaBroker
from shared.messaging.record import record_of
from shared.messaging.topic_reader import read_pages
from tests.support.entries import entry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

TOPIC = "bench.placement"
PAGE = 500


async def fill(broker: KafkaBroker, count: int) -> float:
    """Publish as the relay does; gives entries a second, the making of them not counted."""
    await broker.create(TOPIC)
    spent = 0.0
    async with broker.publisher(TOPIC) as publisher:
        for first in range(0, count, PAGE):
            entries = [entry(first + index, reservation(first + index)) for index in range(PAGE)]
            started = time.perf_counter()
            await publisher.send(
                [record_of(content, first + at) for at, content in enumerate(entries)]
            )
            spent += time.perf_counter() - started
    return count / spent


def reservation(number: int) -> PlaceReserved:
    return PlaceReserved(
        custody=CustodyId(new_id()),
        person=PersonId(new_id()),
        agreement=AgreementRef("usa-slv-2025@1"),
        facility=FacilityId(f"facility-{number % 7}"),
        manifest=ManifestId(new_id()),
        sending="USA",
        receiving="SLV",
    )


async def replay(broker: KafkaBroker, count: int) -> None:
    """Decode every entry and fold how many places each facility has reserved."""
    reserved: dict[str, int] = {}
    index = 0
    async for page in read_pages(broker, TOPIC):
        for record in page:
            attributes = read_entry(record)
            if attributes.sequence != index:
                raise SystemExit(f"entry {attributes.sequence} lies at {index}")
            index += 1
            event = event_of(attributes)
            if isinstance(event, PlaceReserved):
                reserved[event.facility] = reserved.get(event.facility, 0) + 1
    if sum(reserved.values()) != count:
        raise SystemExit(f"{sum(reserved.values())} of {count} entries were folded")


async def consume(bootstrap: str, count: int) -> None:
    """Consume with the library alone, large fetches, nothing decoded."""
    partition = TopicPartition(TOPIC, 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, max_partition_fetch_bytes=8 << 20)
    await consumer.start()
    consumer.assign([partition])
    consumer.seek(partition, 0)
    left = count
    while left:
        fetched = await consumer.getmany(partition, timeout_ms=1_000, max_records=5_000)
        left -= sum(map(len, fetched.values()))
    await consumer.stop()


async def rate(work: Callable[[], Awaitable[None]], count: int) -> float:
    started = time.perf_counter()
    await work()
    return count / (time.perf_counter() - started)


async def measure(bootstrap: str, count: int) -> None:
    broker = KafkaBroker(bootstrap)
    print(f"published by pages of {PAGE}: {await fill(broker, count):>9,.0f} entries/s")
    for attempt in range(1, 4):
        plain = await rate(lambda: consume(bootstrap, count), count)
        whole = await rate(lambda: replay(broker, count), count)
        print(
            f"{attempt}. consumed only: {plain:>9,.0f} entries/s   "
            f"replayed, decoded and folded: {whole:>9,.0f} entries/s   ratio {whole / plain:.2f}"
        )


def run(*, smoke: bool) -> int:
    """Measure and print, on a Kafka of its own."""
    count = 4_000 if smoke else 200_000
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        server = start_kafka(Path(folder))
        try:
            asyncio.run(measure(server.bootstrap, count))
        finally:
            server.stop()
    return 0
