"""The broker that is Kafka: idempotent producers, and consumers that assign their partition."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    KafkaError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)

from shared.messaging.access import ONE_COPY, OPEN, Access, Replicas
from shared.messaging.broker import Message, Record, sequence_in
from shared.messaging.errors import BrokerUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

PATIENCE_SECONDS = 30.0
"""How long the broker may take over anything."""
CLOSE_SECONDS = 5.0
BATCH_BYTES = 512 * 1024
"""A page is one or two requests. 64 KiB made it six, one after another, at a third of the speed."""
CONTACT_SECONDS = 5.0
"""How long a topic may be silent before the broker is asked whether there is really nothing new."""
_FOR_EVER = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
_LOST = (KafkaError, OSError, TimeoutError)


class KafkaBroker:
    """Topics in Kafka."""

    def __init__(
        self, bootstrap: str, access: Access = OPEN, replicas: Replicas = ONE_COPY
    ) -> None:
        """Use the cluster at `host:port`; topics made here are kept by so many brokers."""
        self._options = {"bootstrap_servers": bootstrap, **access.options()}
        self._replicas = replicas

    async def create(self, topic: str) -> None:
        """Make the topic unless it is there; who may only read it waits for its owner to."""
        configs = {**_FOR_EVER, "min.insync.replicas": str(self._replicas.in_sync)}
        wanted = NewTopic(topic, 1, self._replicas.copies, topic_configs=configs)
        admin = AIOKafkaAdminClient(**self._options)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await admin.start()
                answer = await admin.create_topics([wanted])
                there = await admin.list_topics() if _forbidden(answer) else ()
        except _LOST as error:
            raise _unavailable("create a topic", error) from error
        finally:
            await admin.close()
        for _, code, *why in answer.topic_errors:
            if code not in (0, TopicAlreadyExistsError.errno) and topic not in there:
                message = f"Kafka did not create {topic}: {for_code(code).__name__} {why}"
                raise BrokerUnavailable(message)

    async def last(self, topic: str) -> Message | None:
        """The topic's last message, if it has any."""
        partition = TopicPartition(topic, 0)
        async with self._consumer(topic, 1 << 20) as consumer:
            first, end = await _bounds(consumer, partition)
            if first == end:
                return None
            consumer.seek(partition, end - 1)
            subscriber = KafkaSubscriber(consumer, partition, end - 1, end)
            messages = await subscriber.page(1, PATIENCE_SECONDS)
        if not messages:
            raise BrokerUnavailable(f"Kafka did not give the last message of {topic} in time")
        return messages[0]

    @asynccontextmanager
    async def publisher(self, topic: str) -> AsyncIterator[KafkaPublisher]:
        """Publish to a topic with a producer of its own."""
        producer = AIOKafkaProducer(
            **self._options,
            acks="all",
            enable_idempotence=True,
            linger_ms=0,  # a page is queued at once: lingering gains nothing
            max_batch_size=BATCH_BYTES,
            compression_type="zstd",
        )
        try:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await producer.start()
            except _LOST as error:
                raise _unavailable("start a producer", error) from error
            yield KafkaPublisher(producer, topic)
        finally:
            await _abandon(producer)

    @asynccontextmanager
    async def subscriber(
        self, topic: str, offset: int, fetch_bytes: int = 1 << 20
    ) -> AsyncIterator[KafkaSubscriber]:
        """Read a topic from `offset` on, or from its beginning where it has no such place."""
        partition = TopicPartition(topic, 0)
        async with self._consumer(topic, fetch_bytes) as consumer:
            first, end = await _bounds(consumer, partition)
            start = offset if first <= offset <= end else first
            consumer.seek(partition, start)
            yield KafkaSubscriber(consumer, partition, start, end)

    @asynccontextmanager
    async def _consumer(self, topic: str, fetch_bytes: int) -> AsyncIterator[Any]:
        consumer = AIOKafkaConsumer(
            **self._options,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=fetch_bytes,
        )
        try:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await consumer.start()
            except _LOST as error:
                raise _unavailable("start a consumer", error) from error
            consumer.assign([TopicPartition(topic, 0)])
            yield consumer
        finally:
            await consumer.stop()


class KafkaPublisher:
    """Publishes to one topic in Kafka."""

    def __init__(self, producer: Any, topic: str) -> None:  # noqa: ANN401 - aiokafka has no types
        """Use a producer that is started."""
        self._producer = producer
        self._topic = topic

    async def send(self, records: Sequence[Record]) -> None:
        """Publish in this order; returns when every in-sync replica has all of them."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*[await self._queue(record) for record in records])
        except _LOST as error:
            raise _unavailable("publish", error) from error

    async def _queue(self, record: Record) -> asyncio.Future[Any]:
        queued: asyncio.Future[Any] = await self._producer.send(
            self._topic, record.value, record.key, partition=0, headers=list(record.headers)
        )
        return queued


class KafkaSubscriber:
    """Reads one topic in Kafka."""

    def __init__(self, consumer: Any, partition: TopicPartition, offset: int, end: int) -> None:  # noqa: ANN401 - no types
        """Use a consumer that has sought `offset`, of a partition that ended at `end`."""
        self._consumer = consumer
        self._partition = partition
        self._offset = offset
        self._end = end
        self._heard = time.monotonic()
        self._expected = offset

    @property
    def end(self) -> int:
        """The offset after the topic's last message, as of the last fetch."""
        return max(self._end, self._consumer.highwater(self._partition) or 0)

    async def page(self, limit: int, patience: float) -> Sequence[Message]:
        """The next messages; waits up to `patience` seconds for the first."""
        try:
            fetched = await self._consumer.getmany(
                self._partition, timeout_ms=round(patience * 1000), max_records=limit
            )
            records = fetched.get(self._partition, ())
            if not records:
                await self._make_sure()
        except _LOST as error:
            raise _unavailable("read", error) from error
        if records:
            self._heard = time.monotonic()
            self._offset = records[-1].offset + 1
        return [_message(record) for record in records]

    async def _make_sure(self) -> None:
        """Ask whether there really is nothing new: a consumer that hangs never says so."""
        if time.monotonic() - self._heard < CONTACT_SECONDS:
            return
        if self._offset < self._expected:
            raise BrokerUnavailable(
                f"the consumer of {self._partition.topic} hangs at {self._offset}"
            )
        _, self._expected = await _bounds(self._consumer, self._partition)
        self._heard = time.monotonic()


def _forbidden(answer: Any) -> bool:  # noqa: ANN401 - aiokafka has no types
    """Whether the cluster lets this user make no topic: its owner alone need be able to."""
    forbidden = (TopicAuthorizationFailedError.errno, ClusterAuthorizationFailedError.errno)
    return any(code in forbidden for _, code, *_why in answer.topic_errors)


async def _bounds(consumer: Any, partition: TopicPartition) -> tuple[int, int]:  # noqa: ANN401 - no types
    """The offsets of a topic's first message and after its last one."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            first = await consumer.beginning_offsets([partition])
            end = await consumer.end_offsets([partition])
    except _LOST as error:
        raise _unavailable(f"tell the bounds of {partition.topic}", error) from error
    return first[partition], end[partition]


async def _abandon(producer: Any) -> None:  # noqa: ANN401 - aiokafka has no types
    """Close a producer, not waiting for deliveries: an idempotent send never expires."""
    pending = producer._message_accumulator  # noqa: SLF001 - `stop` would wait for it for ever
    pending.fail_all(KafkaError("closed"))
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await producer.stop()
    except TimeoutError:
        await producer.client.close()


def _message(record: Any) -> Message:  # noqa: ANN401 - aiokafka has no types
    headers = record.headers
    return Message(
        record.offset,
        sequence_in(headers),
        Record(record.key or b"", record.value or b"", headers),
    )


def _unavailable(what: str, error: BaseException) -> BrokerUnavailable:
    return BrokerUnavailable(f"Kafka did not {what}: {type(error).__name__} {error}")
