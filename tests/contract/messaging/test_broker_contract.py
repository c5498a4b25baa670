"""What every broker promises: one suite, run against Kafka and against memory."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from shared.messaging.broker import Record, topic_name
from shared.messaging.errors import LogBroken
from shared.messaging.kafka import KafkaBroker
from shared.messaging.memory import MemoryBroker
from shared.messaging.record import record_of
from shared.messaging.topic_reader import read_pages, read_topic
from tests.support.entries import entries, entry, publish

if TYPE_CHECKING:
    from shared.messaging.broker import Broker, Message, Subscriber

LARGEST = 65_535


@pytest.fixture(params=["memory", "kafka"])
def broker(request: pytest.FixtureRequest) -> Broker:
    if request.param == "memory":
        return MemoryBroker()
    return KafkaBroker(request.getfixturevalue("kafka_bootstrap"))


@pytest.fixture
async def topic(broker: Broker, topic_prefix: str) -> str:
    name = topic_name(topic_prefix, "intake")
    await broker.create(name)
    return name


def records(count: int, first: int = 0) -> list[Record]:
    return [
        record_of(content, first + index) for index, content in enumerate(entries(count, first))
    ]


async def send(broker: Broker, topic: str, sent: list[Record]) -> None:
    async with broker.publisher(topic) as publisher:
        await publisher.send(sent)


async def receive(subscriber: Subscriber, count: int) -> list[Message]:
    got: list[Message] = []
    async with asyncio.timeout(60):
        while len(got) < count:
            got.extend(await subscriber.page(count - len(got), 0.2))
    return got


async def test_what_was_published_arrives_in_order_byte_for_byte(
    broker: Broker, topic: str
) -> None:
    sent = records(300)
    await send(broker, topic, sent)
    async with broker.subscriber(topic, 0) as subscriber:
        got = await receive(subscriber, 300)
    assert [message.record for message in got] == sent
    assert [message.sequence for message in got] == list(range(300))
    assert [message.offset for message in got] == list(range(300))


async def test_a_record_says_what_it_is(broker: Broker, topic: str) -> None:
    sent = entry(0)
    await send(broker, topic, [record_of(sent, 0)])
    last = await broker.last(topic)
    assert last is not None
    assert last.record.value == sent
    assert last.record.key.startswith(b"custody/")
    assert dict(last.record.headers) == {
        "content-type": b"application/cloudevents+json",
        "ce_type": b"placement.PlaceReserved.v1",
        "ce_sequence": b"0",
    }


async def test_the_largest_entry_fits(broker: Broker, topic: str) -> None:
    sent = [Record(b"key", bytes([n]) * LARGEST, (("ce_sequence", b"%d" % n),)) for n in range(40)]
    await send(broker, topic, sent)
    async with broker.subscriber(topic, 0) as subscriber:
        got = await receive(subscriber, 40)
    assert [message.record for message in got] == sent


async def test_making_a_topic_again_changes_nothing(broker: Broker, topic: str) -> None:
    await send(broker, topic, records(3))
    await broker.create(topic)
    last = await broker.last(topic)
    assert last is not None
    assert last.offset == 2


async def test_an_empty_topic_has_no_last_message(broker: Broker, topic: str) -> None:
    assert await broker.last(topic) is None


async def test_the_last_message_is_the_one_published_last(broker: Broker, topic: str) -> None:
    await send(broker, topic, records(5))
    await send(broker, topic, records(2, first=5))
    last = await broker.last(topic)
    assert last is not None
    assert (last.offset, last.sequence) == (6, 6)


async def test_a_reader_begins_at_its_offset(broker: Broker, topic: str) -> None:
    await send(broker, topic, records(10))
    async with broker.subscriber(topic, 7) as subscriber:
        assert [message.offset for message in await receive(subscriber, 3)] == [7, 8, 9]


async def test_a_reader_whose_place_is_gone_begins_at_the_beginning(
    broker: Broker, topic: str
) -> None:
    await send(broker, topic, records(3))
    async with broker.subscriber(topic, 1_000) as subscriber:
        assert [message.offset for message in await receive(subscriber, 3)] == [0, 1, 2]


async def test_a_page_is_never_longer_than_asked(broker: Broker, topic: str) -> None:
    await send(broker, topic, records(10))
    async with broker.subscriber(topic, 0) as subscriber:
        got = await receive(subscriber, 1)
        assert len(got) == 1
        assert len(await subscriber.page(4, 5)) <= 4


async def test_a_reader_at_the_end_waits_and_gets_nothing(broker: Broker, topic: str) -> None:
    await send(broker, topic, records(2))
    async with broker.subscriber(topic, 2) as subscriber:
        assert list(await subscriber.page(10, 0.3)) == []
        assert subscriber.end == 2


async def test_a_waiting_reader_gets_what_is_published_then(broker: Broker, topic: str) -> None:
    async with broker.subscriber(topic, 0) as subscriber:
        waiting = asyncio.create_task(receive(subscriber, 4))
        await asyncio.sleep(0.05)
        await send(broker, topic, records(4))
        assert [message.sequence for message in await waiting] == [0, 1, 2, 3]
        assert subscriber.end == 4


async def test_two_readers_each_get_everything(broker: Broker, topic: str) -> None:
    await send(broker, topic, records(5))
    async with broker.subscriber(topic, 0) as one, broker.subscriber(topic, 0) as other:
        assert await receive(one, 5) == await receive(other, 5)


@pytest.mark.parametrize("headers", [(), (("ce_sequence", b"-1"),), (("ce_sequence", b"x"),)])
async def test_a_record_without_a_legible_index_has_none(
    broker: Broker, topic: str, headers: tuple[tuple[str, bytes], ...]
) -> None:
    await send(broker, topic, [Record(b"key", b"value", headers)])
    last = await broker.last(topic)
    assert last is not None
    assert last.sequence is None


async def test_a_replay_gives_every_entry_in_order_and_once(broker: Broker, topic: str) -> None:
    log = entries(20)
    order = [0, 1, 2, 1, 2, 3, *range(2, 12), 0, *range(12, 20), 19]
    await publish(broker, topic, [(index, log[index]) for index in order])
    assert [message async for message in read_topic(broker, topic)] == log


async def test_a_replay_of_an_empty_topic_gives_nothing(broker: Broker, topic: str) -> None:
    assert [message async for message in read_topic(broker, topic)] == []


async def test_a_replay_ends_where_the_topic_ended_when_it_began(
    broker: Broker, topic: str
) -> None:
    await send(broker, topic, records(3))
    pages = read_pages(broker, topic)
    first = await anext(pages)
    await send(broker, topic, records(2, first=3))
    rest = [page async for page in pages]
    assert len(first) + sum(map(len, rest)) == 3


async def test_a_replay_names_the_index_that_is_missing(broker: Broker, topic: str) -> None:
    await publish(broker, topic, [(0, entry(0)), (1, entry(1)), (3, entry(3))])
    with pytest.raises(LogBroken) as stopped:
        _ = [message async for message in read_topic(broker, topic)]
    assert stopped.value.index == 2
