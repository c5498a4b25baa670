"""The relay's rules: it goes on after the topic's end, and refuses what contradicts the log."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from shared.messaging import relay as relays
from shared.messaging.errors import BrokerUnavailable, TopicContradictsLog
from shared.messaging.memory import MemoryBroker
from shared.messaging.relay import Relay
from shared.messaging.topic_reader import read_topic
from shared.telemetry.status import Patience
from tests.support.absent_broker import AbsentBroker
from tests.support.entries import FOREIGN, entries, entry, publish
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from shared.messaging.broker import Publisher, Record
    from shared.messaging.memory import MemoryPublisher

TOPIC = "accord.foreign"
QUICK = Patience(first=0.001, longest=0.005, failures=3, poll=0.01)


class GrowingLog:
    """A log in memory."""

    origin = FOREIGN

    def __init__(self, held: Sequence[bytes] = ()) -> None:
        self.held = list(held)

    async def size(self) -> int:
        return len(self.held)

    async def read(self, first: int, limit: int) -> list[bytes]:
        return self.held[first : first + limit]


class FailingBroker(MemoryBroker):
    """A broker that fails in the middle of pages: nobody knows what arrived."""

    def __init__(self, chance: float) -> None:
        super().__init__()
        self.random = random.Random(20250316)
        self.chance = chance
        self.failures = 0

    @asynccontextmanager
    async def publisher(self, topic: str) -> AsyncIterator[Publisher]:  # type: ignore[override]  # of another class
        async with super().publisher(topic) as publisher:
            yield FailingPublisher(publisher, self)


class FailingPublisher:
    """Publishes a part of a page before it fails."""

    def __init__(self, publisher: MemoryPublisher, broker: FailingBroker) -> None:
        self.publisher = publisher
        self.broker = broker

    async def send(self, records: Sequence[Record]) -> None:
        if self.broker.random.random() < self.broker.chance:
            self.broker.failures += 1
            await self.publisher.send(records[: self.broker.random.randint(0, len(records))])
            raise BrokerUnavailable("the connection was lost")
        await self.publisher.send(records)


@asynccontextmanager
async def relaying(
    log: GrowingLog, broker: MemoryBroker, appended: asyncio.Event | None = None
) -> AsyncIterator[Relay]:
    relay = Relay(log, broker, TOPIC, appended=appended or asyncio.Event(), patience=QUICK)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def published(broker: MemoryBroker, count: int) -> None:
    async def there() -> bool:
        last = await broker.last(TOPIC)
        return last is not None and last.sequence == count - 1

    await until(there)


async def in_topic(broker: MemoryBroker) -> list[bytes]:
    return [message async for message in read_topic(broker, TOPIC)]


async def test_a_log_is_published_from_the_beginning_and_as_it_grows() -> None:
    log, broker = GrowingLog(entries(1_200)), MemoryBroker()
    async with relaying(log, broker) as relay:
        await published(broker, 1_200)
        log.held.extend(entries(3, first=1_200))
        await published(broker, 1_203)
        assert relay.health().lag == 0
        assert await relay.check() is None
    assert await in_topic(broker) == log.held
    assert relay.health().state == "standby"


async def test_an_append_of_this_process_is_published_at_once() -> None:
    log, broker, appended = GrowingLog(), MemoryBroker(), asyncio.Event()
    relay = Relay(log, broker, TOPIC, appended=appended, patience=Patience(poll=3600))
    task = asyncio.create_task(relay.run())
    for count in range(1, 4):
        await asyncio.sleep(0.02)
        log.held.append(entry(count - 1))
        appended.set()
        await published(broker, count)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_relay_that_starts_again_goes_on_after_the_last_entry_of_the_topic() -> None:
    log, broker = GrowingLog(entries(7)), MemoryBroker()
    await publish(broker, TOPIC, list(enumerate(log.held[:4])))
    async with relaying(log, broker):
        await published(broker, 7)
    last = await broker.last(TOPIC)
    assert last is not None
    assert last.offset == 6


async def test_failures_lose_nothing_and_reorder_nothing() -> None:
    log, broker = GrowingLog(entries(30)), FailingBroker(chance=0.5)
    async with relaying(log, broker):
        for first in range(30, 330, 10):
            log.held.extend(entries(10, first=first))
            await published(broker, first + 10)
    assert broker.failures > 5
    assert await in_topic(broker) == log.held


async def test_two_relays_at_once_lose_nothing_and_reorder_nothing() -> None:
    log, broker = GrowingLog(entries(30)), FailingBroker(chance=0.3)
    async with relaying(log, broker), relaying(log, broker):
        for first in range(30, 230, 10):
            log.held.extend(entries(10, first=first))
            await published(broker, first + 10)
    assert await in_topic(broker) == log.held


async def test_a_broker_that_stays_away_makes_the_service_not_ready_until_it_is_back() -> None:
    log, broker = GrowingLog(entries(3)), AbsentBroker()
    async with relaying(log, broker) as relay:

        async def ready() -> bool:
            return await relay.check() is None

        async def stuck() -> bool:
            return not await ready()

        await until(stuck)
        assert relay.health().state == "stuck"
        broker.back = True
        await published(broker, 3)
        await until(ready)


CONTRADICTIONS = {
    "ahead of the log": ((5, entry(5)), 5),
    "another entry at that index": ((3, entry(3)), 3),
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
async def test_a_topic_that_contradicts_the_log_stops_the_relay_and_nothing_is_published(
    what: str,
) -> None:
    (index, value), named = CONTRADICTIONS[what]
    log, broker = GrowingLog(entries(5)), MemoryBroker()
    await publish(broker, TOPIC, [(index, value)])
    relay = Relay(log, broker, TOPIC, appended=asyncio.Event(), patience=QUICK)
    with pytest.raises(TopicContradictsLog, match=f"at entry {named}") as stopped:
        await relay.run()
    assert stopped.value.index == named
    last = await broker.last(TOPIC)
    assert last is not None
    assert last.offset == 0
    assert relay.health().state == "stopped"
    assert f"entry {named}" in (await relay.check() or "")


async def goes_on(
    *garbage: tuple[int, bytes], published: int = 0, log: GrowingLog | None = None
) -> list[int | None]:
    """The indices in a topic that had three entries and this garbage, once the log is all there."""
    growing, broker = log or GrowingLog(entries(5)), MemoryBroker()
    await publish(broker, TOPIC, [*enumerate(growing.held[:3]), *garbage])

    async def cosigned() -> int:
        return published

    relay = Relay(
        growing, broker, TOPIC, appended=asyncio.Event(), published=cosigned, patience=QUICK
    )
    task = asyncio.create_task(relay.run())

    async def ends_with_the_log() -> bool:
        last = await broker.last(TOPIC)
        return last is not None and last.record.value == growing.held[-1]

    await until(ends_with_the_log)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with broker.subscriber(TOPIC, 0) as subscriber:
        return [message.sequence for message in await subscriber.page(1_000, 1)]


async def test_garbage_at_the_end_of_the_topic_is_left_behind() -> None:
    garbage = ((-1, b"garbage"), (-1, entry(4)))
    assert await goes_on(*garbage) == [0, 1, 2, None, None, 3, 4]


async def test_a_forged_entry_where_the_logs_own_is_cosigned_is_left_behind() -> None:
    assert await goes_on((3, entry(3)), published=4) == [0, 1, 2, 3, 3, 4]


async def test_garbage_is_left_behind_however_much_of_it_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relays, "PAGE", 2)
    garbage = [(-1, b"garbage")] * 11
    assert await goes_on(*garbage) == [0, 1, 2, *[None] * 11, 3, 4]


async def test_a_topic_of_nothing_but_garbage_gets_the_whole_log() -> None:
    broker, log = MemoryBroker(), GrowingLog(entries(2))
    await publish(broker, TOPIC, [(-1, b"garbage")])
    relay = Relay(log, broker, TOPIC, appended=asyncio.Event(), patience=QUICK)
    task = asyncio.create_task(relay.run())
    await until(lambda: _ends_with(broker, log))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _ends_with(broker: MemoryBroker, log: GrowingLog) -> bool:
    last = await broker.last(TOPIC)
    return last is not None and last.record.value == log.held[-1]


async def test_an_index_ahead_stops_the_relay_until_witnesses_have_cosigned_something_newer() -> (
    None
):
    log, broker, cosigned = GrowingLog(entries(5)), MemoryBroker(), [5]
    await publish(broker, TOPIC, [*enumerate(log.held), (9, entry(9))])

    async def published() -> int:
        return cosigned[0]

    relay = Relay(log, broker, TOPIC, appended=asyncio.Event(), published=published, patience=QUICK)
    for _ in range(2):
        with pytest.raises(TopicContradictsLog, match="is the log a restored backup"):
            await relay.run()
    log.held += entries(1, first=5)
    cosigned[0] = 6
    task = asyncio.create_task(relay.run())
    await until(lambda: _ends_with(broker, log))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
