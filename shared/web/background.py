"""Background tasks of a service: kept running, and honest about it when they do not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from shared.telemetry.logs import logger

Run = Callable[[], Awaitable[None]]
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 30.0
_HEALTHY_AFTER = 60.0
_log = logger("background")


class Background:
    """The tasks of a service: one that ends is logged, shown as not ready and restarted."""

    def __init__(self, tasks: Mapping[str, Run], *, first_pause: float = _FIRST_PAUSE) -> None:
        """Run these; the first restart waits `first_pause` seconds, each further one twice that."""
        self._tasks = dict(tasks)
        self._first_pause = first_pause
        self._wrong = dict.fromkeys(tasks, "it has not been started")

    def why_not(self, name: str) -> str | None:
        """Why a task is not running, or nothing."""
        return self._wrong.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The tasks' names."""
        return tuple(self._tasks)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the tasks as long as the context lasts, then stop all of them."""
        kept = [
            asyncio.create_task(self._keep(name, run), name=name)
            for name, run in self._tasks.items()
        ]
        try:
            yield
        finally:
            for task in kept:
                task.cancel()
            await asyncio.gather(*kept, return_exceptions=True)

    async def _keep(self, name: str, run: Run) -> None:
        pause = self._first_pause
        while True:
            self._wrong.pop(name, None)
            started = time.monotonic()
            self._wrong[name] = await self._once(name, run)
            if time.monotonic() - started > _HEALTHY_AFTER:
                pause = self._first_pause
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _once(self, name: str, run: Run) -> str:
        try:
            await run()
        except Exception as error:  # noqa: BLE001 - whatever it died of, it is started again
            _log.exception("background task died", task=name)
            return f"it died ({type(error).__name__}) and is being restarted"
        _log.error("background task ended", task=name)
        return "it ended and is being restarted"
