"""The broker in memory: Kafka's twin for one process and one event loop."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from shared.messaging.broker import Message, Record, sequence_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence


class _Topic:
    """One topic's messages, and who is told of new ones."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.grown = asyncio.Event()

    def append(self, record: Record) -> None:
        self.messages.append(Message(len(self.messages), sequence_in(record.headers), record))
        self.grown.set()
        self.grown = asyncio.Event()


class MemoryBroker:
    """Topics that live as long as their process."""

    def __init__(self) -> None:
        """Start with no topics."""
        self._topics: dict[str, _Topic] = {}

    def _topic(self, name: str) -> _Topic:
        return self._topics.setdefault(name, _Topic())

    async def create(self, topic: str) -> None:
        """Make the topic unless it is there."""
        self._topic(topic)

    async def last(self, topic: str) -> Message | None:
        """The topic's last message, if it has any."""
        messages = self._topic(topic).messages
        return messages[-1] if messages else None

    @asynccontextmanager
    async def publisher(self, topic: str) -> AsyncIterator[MemoryPublisher]:
        """Publish to a topic."""
        yield MemoryPublisher(self._topic(topic))

    @asynccontextmanager
    async def subscriber(
        self, topic: str, offset: int, fetch_bytes: int = 1 << 20
    ) -> AsyncIterator[MemorySubscriber]:
        """Read a topic from `offset` on; `fetch_bytes` means nothing here."""
        del fetch_bytes
        messages = self._topic(topic)
        yield MemorySubscriber(messages, offset if 0 <= offset <= len(messages.messages) else 0)


class MemoryPublisher:
    """Publishes to one topic in memory."""

    def __init__(self, topic: _Topic) -> None:
        """Publish to `topic`."""
        self._topic = topic

    async def send(self, records: Sequence[Record]) -> None:
        """Publish in this order."""
        for record in records:
            self._topic.append(record)


class MemorySubscriber:
    """Reads one topic in memory."""

    def __init__(self, topic: _Topic, offset: int) -> None:
        """Read `topic` from `offset` on."""
        self._topic = topic
        self._offset = offset

    @property
    def end(self) -> int:
        """The offset after the topic's last message."""
        return len(self._topic.messages)

    async def page(self, limit: int, patience: float) -> Sequence[Message]:
        """The next messages; waits up to `patience` seconds for the first."""
        if self._offset == self.end:
            grown = self._topic.grown
            try:
                async with asyncio.timeout(patience):  # wait_for may swallow a cancellation
                    await grown.wait()
            except TimeoutError:
                return ()
        messages = self._topic.messages[self._offset : self._offset + limit]
        self._offset += len(messages)
        return messages
