"""The broker as a port: one topic a log, one partition a topic, in Kafka and in memory alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

SEQUENCE = "ce_sequence"
_LONGEST_INDEX = 19
"""Digits of an index that no log reaches; thousands of them are no number to Python."""
Headers = tuple[tuple[str, bytes], ...]


class Record(msgspec.Struct, frozen=True, gc=False):
    """What is published: the entry's bytes under its subject, with headers that tell what it is."""

    key: bytes
    value: bytes
    headers: Headers


class Message(msgspec.Struct, frozen=True, gc=False):
    """A record as it lies in a topic, and what its header says is its index in the log."""

    offset: int
    sequence: int | None
    """Nothing where the header is missing or illegible."""
    record: Record


class Publisher(Protocol):
    """Publishes to one topic."""

    async def send(self, records: Sequence[Record]) -> None:
        """Publish in this order; returns when all of them are durable.

        Raises `BrokerUnavailable` when that is not known: then close this publisher, and look what
        the topic has.
        """
        ...


class Subscriber(Protocol):
    """Reads one topic from an offset on."""

    @property
    def end(self) -> int:
        """The offset after the topic's last message, as far as this subscriber has heard."""
        ...

    async def page(self, limit: int, patience: float) -> Sequence[Message]:
        """The next messages, at most `limit`; waits up to `patience` seconds for the first.

        Raises `BrokerUnavailable`.
        """
        ...


class Broker(Protocol):
    """Keeps topics. Everything here raises `BrokerUnavailable` when the broker does not answer."""

    async def create(self, topic: str) -> None:
        """Make the topic, which keeps everything for ever, unless it is there."""
        ...

    async def last(self, topic: str) -> Message | None:
        """The topic's last message, if it has any."""
        ...

    def publisher(self, topic: str) -> AbstractAsyncContextManager[Publisher]:
        """Publish to a topic for as long as the block lasts."""
        ...

    def subscriber(
        self, topic: str, offset: int, fetch_bytes: int = 1 << 20
    ) -> AbstractAsyncContextManager[Subscriber]:
        """Read a topic from `offset` on, or from its beginning where it has no such place."""
        ...


def topic_name(prefix: str, service: str) -> str:
    """The topic of a service's log: `accord.intake`."""
    return f"{prefix}.{service}"


def sequence_in(headers: Sequence[tuple[str, bytes]]) -> int | None:
    """The index of an entry as its headers have it."""
    for name, value in headers:
        if name == SEQUENCE:
            return int(value) if value.isdigit() and len(value) < _LONGEST_INDEX else None
    return None
