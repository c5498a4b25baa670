"""A whole log from its topic alone: every entry from the first to the last, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.messaging.errors import LogBroken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from shared.messaging.broker import Broker, Message

PAGE = 5_000
FETCH_BYTES = 8 << 20
PATIENCE_SECONDS = 1.0


async def read_pages(broker: Broker, topic: str) -> AsyncIterator[list[bytes]]:
    """All entries up to where the topic ends now, a page at a time, duplicates dropped.

    Raises `LogBroken` at an index that is missing.
    """
    index = 0
    async with broker.subscriber(topic, 0, FETCH_BYTES) as subscriber:
        end, reached = subscriber.end, 0
        while reached < end:
            messages = await subscriber.page(PAGE, PATIENCE_SECONDS)
            if not messages:
                continue
            reached = messages[-1].offset + 1
            entries = _in_order(topic, messages, index, end)
            index += len(entries)
            yield entries


async def read_topic(broker: Broker, topic: str) -> AsyncIterator[bytes]:
    """The same, entry by entry."""
    async for page in read_pages(broker, topic):
        for entry in page:
            yield entry


def _in_order(topic: str, messages: Sequence[Message], index: int, end: int) -> list[bytes]:
    entries: list[bytes] = []
    for message in messages:
        if message.offset >= end:
            break
        sequence = message.sequence
        if sequence == index:
            entries.append(message.record.value)
            index += 1
        elif sequence is None or sequence > index:
            raise LogBroken(
                topic, index, f"the topic goes on with {sequence} at offset {message.offset}"
            )
    return entries
