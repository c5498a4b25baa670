"""How old the oldest entry is that is not final: what says whether a service is overloaded."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from shared.database.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.sealing.finality import Finality

LOOK_SECONDS = 0.1
STILL_SECONDS = 3.0
"""If finality has not moved for so long, though nothing was taken, a witness is away: that is no
load, and refusing commands would not bring it back. Until it has moved once, it stands still."""
MOST_MARKS = 1_000


class FinalityLag:
    """Notes when the log grew and how far it is final, and gives the age of what is between."""

    name = "finality-lag"

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Tell the time by `now`, in seconds."""
        self._now = now
        self._marks: deque[tuple[int, float]] = deque()
        self._final = 0
        self._moved_at: float | None = None

    @property
    def waiting(self) -> bool:
        """Whether there is an entry that is not final."""
        return bool(self._marks)

    def begins(self, size: int) -> None:
        """Note that so many entries were final before anybody looked."""
        self._final = size

    def recorded(self, size: int) -> None:
        """Note that the log has so many entries now."""
        if size <= (self._marks[-1][0] if self._marks else self._final):
            return
        if not self._marks and self._moved_at is not None:
            self._moved_at = self._now()
        if len(self._marks) < MOST_MARKS:
            self._marks.append((size, self._now()))
        else:
            self._marks[-1] = size, self._marks[-1][1]

    def final(self, size: int) -> None:
        """Note that so many entries are final now."""
        if size == self._final:
            return
        self._final, self._moved_at = size, self._now()
        while self._marks and self._marks[0][0] <= size:
            self._marks.popleft()

    def age(self) -> float:
        """Seconds since the oldest unfinal entry was recorded; none if that is not due to load."""
        moved = self._moved_at
        if not self._marks or moved is None or self._now() - moved > STILL_SECONDS:
            return 0.0
        return self._now() - self._marks[0][1]

    async def watch(self, size: Callable[[], int], finality: Finality) -> None:
        """Look again and again; `size` says how many entries the log has."""
        self.begins((await finality.sizes()).final)
        while True:
            self.recorded(size())
            if self.waiting:
                with suppress(Unavailable):
                    self.final((await finality.sizes()).final)
            await asyncio.sleep(LOOK_SECONDS)
