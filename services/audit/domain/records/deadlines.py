"""What falls due in placement, and when: nights to be attested, lawful ends (G14, G15; D3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

import msgspec

from services.audit.domain.mark import Mark

AT_MOST = timedelta(hours=1)
"""So long after an entry that came later than a deadline, the clock of a service that runs has long
worked it off.
"""
HEADCOUNT, APPROACH, OVERSTAY, REPORT = "headcount", "lawful-end", "overstay", "report"
Key = tuple[Any, ...]
"""What falls due: its kind, and what it is about."""


class Due(msgspec.Struct, frozen=True, order=True):
    """One deadline, and the entry that set it."""

    at: datetime
    key: Key
    mark: Mark


class Deadlines:
    """Everything that is to fall due, and was neither marked nor done before."""

    def __init__(self) -> None:
        """Begin with none."""
        self.open: dict[Key, set[datetime]] = {}
        """When each of these is due."""
        self.overdue: set[Key] = set()
        """The nights that are on record as overdue."""
        self.passed: deque[tuple[datetime, Due]] = deque()
        """What was due before an entry was recorded, with when that was."""
        self._to_come: list[Due] = []

    def set(self, due: Due) -> None:
        """Something falls due at an instant."""
        instants = self.open.setdefault(due.key, set())
        if due.at not in instants:
            instants.add(due.at)
            heappush(self._to_come, due)

    def done(self, key: Key) -> None:
        """It is marked, or done before."""
        self.open.pop(key, None)

    def due_by(self, now: datetime) -> Iterator[Due]:
        """What came due since this was last asked."""
        while self._to_come and self._to_come[0].at <= now:
            yield heappop(self._to_come)

    def late_at(self, now: datetime) -> Iterator[Due]:
        """What was due so long ago that it has to be marked."""
        while self.passed and self.passed[0][0] + AT_MOST <= now:
            yield self.passed.popleft()[1]

    def passed_over(self, due_at: datetime) -> list[Due]:
        """What was due before a deadline that was worked off: a clock takes the earlier first."""
        earlier = [due for _, due in self.passed if due.at < due_at]
        self.passed = deque(passed for passed in self.passed if passed[1].at >= due_at)
        return earlier
