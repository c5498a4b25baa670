"""Waiting in a test for what another task or process does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def until(
    condition: Callable[[], Awaitable[bool]], patience: float = 60.0, every: float = 0.005
) -> None:
    """Return as soon as the condition holds. Raises `TimeoutError` when it does not in time."""
    async with asyncio.timeout(patience):
        while not await condition():  # noqa: ASYNC110 - the condition may be in a database or a broker
            await asyncio.sleep(every)
