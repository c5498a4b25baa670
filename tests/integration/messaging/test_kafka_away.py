"""A Kafka that is not there, refuses or stops answering: said at once, and worth another try."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.servers.process import free_port
from shared.messaging import kafka
from shared.messaging.errors import BrokerUnavailable
from shared.messaging.kafka import KafkaBroker
from shared.messaging.record import record_of
from tests.support.entries import entry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from shared.messaging.broker import Broker

TOPIC = "accord.intake"


async def create(broker: Broker) -> None:
    await broker.create(TOPIC)


async def ask_for_the_last(broker: Broker) -> None:
    await broker.last(TOPIC)


async def publish(broker: Broker) -> None:
    async with broker.publisher(TOPIC):
        pytest.fail("nobody is there to publish to")


async def subscribe(broker: Broker) -> None:
    async with broker.subscriber(TOPIC, 0):
        pytest.fail("nobody is there to read from")


@pytest.mark.parametrize("ask", [create, ask_for_the_last, publish, subscribe])
async def test_a_kafka_that_is_not_there_is_unavailable(
    ask: Callable[[Broker], Awaitable[None]],
) -> None:
    with pytest.raises(BrokerUnavailable, match="Kafka did not"):
        await ask(KafkaBroker(f"127.0.0.1:{free_port()}"))


async def test_a_topic_that_kafka_refuses_to_make_is_named(kafka_bootstrap: str) -> None:
    with pytest.raises(BrokerUnavailable, match="did not create no/topic: InvalidTopic"):
        await KafkaBroker(kafka_bootstrap).create("no/topic")


async def test_what_kafka_does_not_take_in_time_is_not_published(
    kafka_bootstrap: str, topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = KafkaBroker(kafka_bootstrap)
    await broker.create(topic_prefix)
    async with broker.publisher(topic_prefix) as publisher:
        monkeypatch.setattr(kafka, "PATIENCE_SECONDS", 0.0)
        with pytest.raises(BrokerUnavailable, match="Kafka did not publish: TimeoutError"):
            await publisher.send([record_of(entry(0), 0)])
