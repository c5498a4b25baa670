"""What can go wrong between a node and its database or its topic, when a test says so."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import asyncpg

from shared.database.connections import Connections
from shared.messaging.errors import BrokerUnavailable
from shared.messaging.memory import MemoryBroker, MemorySubscriber

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from shared.messaging.broker import Message


class Killed(BaseException):
    """The process is gone: nobody catches this."""


class LossyBroker(MemoryBroker):
    """A broker in memory that can lose messages, or go away."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False

    def lose(self, topic: str, kept: int) -> None:
        """Lose all but the first messages of a topic."""
        del self._topic(topic).messages[kept:]

    async def create(self, topic: str) -> None:
        """Make the topic, unless the broker is away."""
        if self.away:
            raise BrokerUnavailable("the broker is away")
        await super().create(topic)

    @asynccontextmanager
    async def subscriber(
        self, topic: str, offset: int, fetch_bytes: int = 1 << 20
    ) -> AsyncIterator[WatchedSubscriber]:
        """Read a topic, as long as the broker is there and has what was read."""
        async with super().subscriber(topic, offset, fetch_bytes) as opened:
            yield WatchedSubscriber(self, self._topic(topic), opened)


class WatchedSubscriber(MemorySubscriber):
    """A subscriber that notices when its broker is away, or has less than was read."""

    def __init__(self, broker: LossyBroker, topic: Any, opened: MemorySubscriber) -> None:  # noqa: ANN401 - private there
        super().__init__(topic, opened.end)
        self._broker = broker
        self._opened = opened
        self._read = 0

    async def page(self, limit: int, patience: float) -> Sequence[Message]:
        """The next messages."""
        if self._broker.away or self.end < self._read:
            raise BrokerUnavailable("the broker is away, or has lost what was read")
        messages = await self._opened.page(limit, patience)
        if messages:
            self._read = messages[-1].offset + 1
        return messages


@dataclass
class Trouble:
    """Breaks statements of a database: the one that is counted down to, or all that match."""

    before: int | None = None
    """So many statements pass; the next one is never sent, and the process is gone."""
    after: int | None = None
    """So many statements pass; the next one is carried out, and the process is gone."""
    is_full: Callable[[str], bool] = field(default=lambda _sql: False)
    """Which statements find the disk full."""
    seen: int = 0

    async def carry_out(self, run: Callable[..., Any], sql: str, *given: Any) -> Any:  # noqa: ANN401 - asyncpg's own
        """One statement."""
        if self.is_full(sql):
            raise asyncpg.DiskFullError("could not extend file: No space left on device")
        place, self.seen = self.seen, self.seen + 1
        if self.before is not None and place >= self.before:
            raise Killed
        answer = await run(sql, *given)
        if self.after is not None and place >= self.after:
            raise Killed
        return answer


class TroubledConnections(Connections):
    """Connections to a database that is in trouble."""

    def __init__(self, url: str, trouble: Trouble) -> None:
        super().__init__(url, 4)
        self._trouble = trouble

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Any]:
        """A connection whose statements go through the trouble."""
        async with super().one() as connection:
            yield _Troubled(connection, self._trouble)


class _Troubled:
    """The part of a connection that a node uses."""

    def __init__(self, connection: Any, trouble: Trouble) -> None:  # noqa: ANN401 - asyncpg's own
        self._connection = connection
        self._trouble = trouble

    async def fetch(self, sql: str, *given: Any) -> Any:  # noqa: ANN401 - asyncpg's own
        return await self._trouble.carry_out(self._connection.fetch, sql, *given)

    async def fetchrow(self, sql: str, *given: Any) -> Any:  # noqa: ANN401 - asyncpg's own
        return await self._trouble.carry_out(self._connection.fetchrow, sql, *given)

    async def fetchval(self, sql: str, *given: Any) -> Any:  # noqa: ANN401 - asyncpg's own
        return await self._trouble.carry_out(self._connection.fetchval, sql, *given)

    async def execute(self, sql: str, *given: Any) -> Any:  # noqa: ANN401 - asyncpg's own
        return await self._trouble.carry_out(self._connection.execute, sql, *given)
