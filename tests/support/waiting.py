"""Waiting in a test for what another task or process does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx


async def until(
    condition: Callable[[], Awaitable[bool]], patience: float = 60.0, every: float = 0.005
) -> None:
    """Return as soon as the condition holds. Raises `TimeoutError` when it does not in time."""
    async with asyncio.timeout(patience):
        while not await condition():  # noqa: ASYNC110 - the condition may be in a database or a broker
            await asyncio.sleep(every)


async def until_read(
    get: Callable[[str], Awaitable[httpx.Response]],
    path: str,
    holds: Callable[[Any], bool],
    patience: float = 60.0,
) -> Any:  # noqa: ANN401 - any JSON document
    """What a read gives as soon as it is as expected; until then it may be refused, or not there.

    Fails with the last answer when it never is.
    """
    deadline = time.monotonic() + patience
    while True:
        answer = await get(path)
        if answer.is_success and holds(answer.json()):
            return answer.json()
        assert time.monotonic() < deadline, answer.text
        await asyncio.sleep(0.02)
