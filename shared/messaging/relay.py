"""The relay: publishes a log to its topic in order, byte for byte. The log is its own outbox."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from shared.messaging.errors import Stopped, TopicContradictsLog
from shared.messaging.record import record_of
from shared.telemetry.logs import logger
from shared.telemetry.status import Patience, Status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from shared.messaging.broker import Broker, Message, Publisher
    from shared.telemetry.status import Health

PAGE = 500
_log = logger("relay")


class PublishedLog(Protocol):
    """A log as it is read: `shared.ledger.log.Log`."""

    @property
    def origin(self) -> str:
        """The log's origin."""
        ...

    async def size(self) -> int:
        """How many entries the log has."""
        ...

    async def read(self, first: int, limit: int) -> list[bytes]:
        """Entry bytes from an index on, without a hole."""
        ...


class Relay:
    """Publishes one log. Run it alone among the replicas: `alone(url, relay.name, relay.run)`.

    Should two run at once all the same, the topic has entries twice but lacks none: each begins
    after the last entry that it found there, and followers drop what they have.
    """

    def __init__(
        self,
        log: PublishedLog,
        broker: Broker,
        topic: str,
        *,
        appended: asyncio.Event,
        published: Callable[[], Awaitable[int]] | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Publish `log`; `appended` is the runner's, other processes' appends are polled for.

        `published` tells how many entries are under a checkpoint that a witness has cosigned.
        """
        self.name = f"relay {log.origin}"
        self._log = log
        self._broker = broker
        self._topic = topic
        self._appended = appended
        self._patience = patience or Patience()
        self._published = published or _nothing
        self._noticed: int | None = None
        self._status = Status(self.name, self._patience)
        self.check = self._status.check

    def health(self) -> Health:
        """How it is doing now."""
        return self._status.health()

    async def run(self) -> None:
        """Publish until cancelled. Raises `Stopped` when the topic contradicts the log."""
        try:
            await self._status.keep_going(self._publish, self._failed, final=Stopped)
        except Stopped as error:
            why, origin = str(error), self._log.origin
            _log.critical("the relay has stopped", origin=origin, index=error.index, why=why)
            raise

    def _failed(self, error: Exception, pause: float) -> None:
        """Whatever it was, the topic tells where to go on."""
        origin = self._log.origin
        _log.warning("publishing failed", origin=origin, why=repr(error), retry_in=pause)

    async def _publish(self) -> None:
        """Go on after the topic's last entry, until something fails."""
        await self._broker.create(self._topic)
        index = await self._next_index()
        async with self._broker.publisher(self._topic) as publisher:
            while True:
                self._appended.clear()
                index += await self._publish_page(publisher, index)

    async def _publish_page(self, publisher: Publisher, index: int) -> int:
        entries = await self._log.read(index, PAGE)
        if entries:
            records = [record_of(entry, at) for at, entry in enumerate(entries, index)]
            await publisher.send(records)
        full = len(entries) == PAGE
        self._status.succeeded(await self._log.size() - index - PAGE if full else 0)
        if not full:
            await self._wait()
        return len(entries)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._patience.poll):
                await self._appended.wait()
        except TimeoutError:
            return

    async def _next_index(self) -> int:
        """The index after the topic's last entry that is the log's own.

        Raises `TopicContradictsLog` while what lies behind it may be the log's, and the log a
        restored backup.
        """
        last = await self._broker.last(self._topic)
        if last is None:
            return 0
        why = await self._contradiction(last)
        if not why:
            return (last.sequence or 0) + 1
        if not await self._is_forged(last):
            raise TopicContradictsLog(self._topic, last.sequence or 0, why)
        index = await self._after_own(last.offset)
        _log.critical(
            "the topic ends with what is not the log's: going on behind it",
            topic=self._topic,
            offset=last.offset,
            index=last.sequence,
            why=why,
            goes_on_at=index,
        )
        return index

    async def _contradiction(self, message: Message) -> str:
        """Why a message is not the log's entry; nothing if it is."""
        if message.sequence is None:
            return f"the last message, {message.offset}, has no legible index"
        entries = await self._log.read(message.sequence, 1)
        if not entries:
            return "the topic has this entry and the log does not: is the log a restored backup?"
        if entries[0] != message.record.value:
            return "the topic and the log have different entries"
        return ""

    async def _is_forged(self, message: Message) -> bool:
        """Whether a message that contradicts the log cannot be the log's, though it were a backup.

        So it is where the log's own entry is cosigned already. Where that is not so, the witnesses
        decide: they cosign nothing new of a log that has lost what they have seen.
        """
        if message.sequence is None:
            return True
        published = await self._published()
        if self._noticed is None or published < self._noticed:
            self._noticed = published
        return published > min(message.sequence, self._noticed)

    async def _after_own(self, end: int) -> int:
        """The index after the last own entry among the messages before `end`."""
        width = PAGE
        while True:
            start = max(0, end - width)
            last = await self._last_own(start, end)
            if last is not None or start == 0:
                return 0 if last is None else last + 1
            width *= 4

    async def _last_own(self, start: int, end: int) -> int | None:
        """The index of the last message from `start` up to `end` that is the log's own entry."""
        last: int | None = None
        async with self._broker.subscriber(self._topic, start) as subscriber:
            reached = start
            while reached < end:
                messages = await subscriber.page(PAGE, self._patience.poll)
                for message in messages:
                    if message.offset < end and not await self._contradiction(message):
                        last = message.sequence
                reached = messages[-1].offset + 1 if messages else reached
        return last


async def _nothing() -> int:
    """How much of a log is cosigned that nobody seals."""
    return 0
