"""An event loop that runs until nobody can go on: what happens in it depends on no time."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class _Watched(selectors.SelectSelector):
    """Says when the loop would wait, instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.when_idle: Callable[[], None] | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.when_idle is None or timeout == 0:
            return super().select(timeout)
        self.when_idle()
        return []


class IdleLoop(asyncio.SelectorEventLoop):
    """A loop that can be run for as long as anything is ready in it."""

    def __init__(self) -> None:
        self._watched = _Watched()
        super().__init__(self._watched)

    def run_until_idle(self) -> None:
        """Run whatever is ready, and what that makes ready, until all of it waits."""
        self._watched.when_idle = self.stop
        try:
            self.run_forever()
        finally:
            self._watched.when_idle = None
