"""A topic read into what waits to be proved: in any order, nothing believed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from shared.telemetry.logs import logger
from shared.telemetry.status import Status
from shared.transparency.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from services.audit.mirror.backlog import Ahead
    from services.audit.mirror.log import MirroredLog
    from shared.messaging.broker import Broker, Message
    from shared.messaging.unproved_entries import Offered
    from shared.telemetry.status import Health, Patience

PAGE = 500
_log = logger("mirror")


class TopicReader:
    """Reads one log's topic. A record that is not the log's entry is found out by its leaf hash."""

    def __init__(
        self,
        log: MirroredLog,
        broker: Broker,
        ahead: Ahead,
        *,
        patience: Patience,
        again: Callable[[dict[int, bytes]], Awaitable[None]],
    ) -> None:
        """Read into what is `ahead`; `again` is given the leaf hashes of proved entries that the
        topic brings once more.
        """
        self._broker = broker
        self._topic = log.topic
        self._pending = ahead.pending
        self._arrived = ahead.news
        self._patience = patience
        self._again = again
        self.name = f"reader {log.origin}"
        self._status = Status(self.name, patience)
        self._again_at: dict[int, bytes] = {}
        self.reached = 0
        """The offset after the last message that was read."""
        self.proved = asyncio.Event()
        """Set by the mirror when something was proved, and there is room again."""

    def health(self) -> Health:
        """How it is doing now."""
        return self._status.health()

    def resume_offset(self, index: int) -> int:
        """Where to read on so that nothing from `index` on is missed."""
        waiting = self._pending.offset_from(index)
        return self.reached if waiting is None else min(waiting, self.reached)

    async def run(self, first_offset: int) -> None:
        """Read until cancelled, from this offset on."""
        self.reached = first_offset
        await self._status.keep_going(self._read, self._failed)

    def _failed(self, error: Exception, pause: float) -> None:
        """Whatever it was, nothing was believed."""
        _log.warning("reading failed", topic=self._topic, why=repr(error), retry_in=pause)
        self._arrived.set()

    async def _read(self) -> None:
        await self._broker.create(self._topic)
        start = self.resume_offset(self._pending.first)
        async with self._broker.subscriber(self._topic, start) as subscriber:
            if subscriber.end < self.reached:
                _log.error(
                    "the topic has lost what was read from it",
                    topic=self._topic,
                    end=subscriber.end,
                    was=self.reached,
                )
            while True:
                await self._room()
                messages = await subscriber.page(PAGE, self._patience.poll)
                await self._take(messages)
                self.reached = messages[-1].offset + 1 if messages else subscriber.end
                self._status.succeeded(subscriber.end - self.reached)

    async def _room(self) -> None:
        """Wait until some of what waits has been proved, if there is too much of it."""
        while self._pending.is_full:
            self.proved.clear()
            await self.proved.wait()

    async def _take(self, messages: Sequence[Message]) -> None:
        """Take a page. Of two records for one entry the first waits to be proved, and the other is
        compared with what was.
        """
        for message in messages:
            index, entry = message.sequence, message.record.value
            if index is None:
                _log.warning("a message has no index", topic=self._topic, offset=message.offset)
                continue
            if await self._offered(index, entry, message.offset) in {"proved", "other"}:
                self._again_at[index] = leaf_hash(entry)
        if messages:
            self._arrived.set()
        proved = {
            index: leaf for index, leaf in self._again_at.items() if index < self._pending.first
        }
        if proved:
            await self._again(proved)
            for index in proved:
                del self._again_at[index]

    async def _offered(self, index: int, entry: bytes, offset: int) -> Offered:
        """Offer an entry until there is room for it, unless it belongs nowhere near."""
        pending = self._pending
        while (offered := pending.offer(index, entry, offset)) == "too-far":
            if index > pending.farthest + PAGE:
                _log.warning("an entry is far ahead", topic=self._topic, index=index)
                break
            self._arrived.set()
            self.proved.clear()
            await self.proved.wait()
        return offered
