"""Tasks that must be alone: whoever holds the database's advisory lock runs, and another takes over
when it dies.
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

RETRY_SECONDS = 1.0
CLOSING_SECONDS = 2.0


async def alone(url: str, task: str, run: Callable[[], Awaitable[None]]) -> None:
    """Wait for the lock named `task` in the database at `url`, then run until it ends or the lock
    is lost.

    The lock belongs to the connection: when the process dies, the database gives it to the next one
    waiting.
    """
    key = int.from_bytes(hashlib.sha256(task.encode()).digest()[:8], "big", signed=True)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", key, timeout=None)
        await _while_held(connection, run)
    finally:
        await _close(connection)


async def _close(connection: Any) -> None:  # noqa: ANN401 - asyncpg's own
    """Give the lock back now, not when the database notices that nobody is there.

    `close` waits until a statement that is under way has been cancelled, and aborts the connection
    where that fails: whatever it raises then, the connection is gone.
    """
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        await connection.close(timeout=CLOSING_SECONDS)


async def _while_held(connection: Any, run: Callable[[], Awaitable[None]]) -> None:  # noqa: ANN401 - asyncpg's own
    running = asyncio.ensure_future(run())
    try:
        while not running.done():
            await asyncio.wait([running], timeout=RETRY_SECONDS)
            await connection.fetchval("SELECT 1", timeout=RETRY_SECONDS * 5)
        await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
