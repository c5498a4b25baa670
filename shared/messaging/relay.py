"""The relay: publishes a log to its topic in order, byte for byte. The log is its own outbox."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from shared.messaging.errors import Stopped, TopicContradictsLog
from shared.messaging.record import record_of
from shared.telemetry.logs import logger
from shared.telemetry.status import Patience, Status

if TYPE_CHECKING:
    from shared.messaging.broker import Broker, Publisher
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
        patience: Patience | None = None,
    ) -> None:
        """Publish `log`; `appended` is the runner's, other processes' appends are polled for."""
        self.name = f"relay {log.origin}"
        self._log = log
        self._broker = broker
        self._topic = topic
        self._appended = appended
        self._patience = patience or Patience()
        self._status = Status(self.name, self._patience)
        self.check = self._status.check

    def health(self) -> Health:
        """How it is doing now."""
        return self._status.health()

    async def run(self) -> None:
        """Publish until cancelled. Raises `Stopped` when the topic contradicts the log."""
        while True:
            try:
                await self._publish()
            except Stopped as error:
                self._status.stopped(str(error))
                _log.critical(
                    "the relay has stopped",
                    origin=self._log.origin,
                    index=error.index,
                    why=str(error),
                )
                raise
            except asyncio.CancelledError:
                self._status.stand_by()
                raise
            except Exception as error:  # noqa: BLE001 - whatever it was, the topic tells where to go on
                pause = self._status.failed(f"{type(error).__name__}: {error}")
                _log.warning(
                    "publishing failed", origin=self._log.origin, why=repr(error), retry_in=pause
                )
                await asyncio.sleep(pause)

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
            records = [record_of(entry, index + place) for place, entry in enumerate(entries)]
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
        """The index after the topic's last entry, once it is sure that this is the log's entry."""
        last = await self._broker.last(self._topic)
        if last is None:
            return 0
        if last.sequence is None:
            raise TopicContradictsLog(
                self._topic, 0, f"the last message, {last.offset}, has no legible index"
            )
        entries = await self._log.read(last.sequence, 1)
        if not entries:
            raise TopicContradictsLog(
                self._topic,
                last.sequence,
                "the topic has this entry and the log does not: is the log a restored backup?",
            )
        if entries[0] != last.record.value:
            raise TopicContradictsLog(
                self._topic, last.sequence, "the topic and the log have different entries"
            )
        return last.sequence + 1
