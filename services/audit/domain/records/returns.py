"""Returns that are ordered, and when each is to be marked as overdue next (G16)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush

import msgspec

from services.audit.domain.mark import Mark
from shared.kernel.ids import CustodyId

AT_MOST = timedelta(hours=1)
"""So long after an entry that came later than an alarm was due, the clock has long given it."""


class Alarm(msgspec.Struct, frozen=True, order=True):
    """When a return is overdue, or overdue again, and the entry that says so."""

    at: datetime
    custody: CustodyId
    mark: Mark


class Returns:
    """Every return that is ordered and not marked as overdue for the day."""

    def __init__(self) -> None:
        """Begin with none."""
        self.due: dict[CustodyId, datetime] = {}
        """By when each has to be completed: the order that is due first."""
        self.next: dict[CustodyId, datetime] = {}
        """The next alarm of each."""
        self.alarmed: set[CustodyId] = set()
        self._passed: deque[tuple[datetime, Alarm]] = deque()
        self._to_come: list[Alarm] = []

    def expect(self, alarm: Alarm) -> None:
        """A return is overdue at an instant, if the person is not back by then."""
        self.next[alarm.custody] = alarm.at
        heappush(self._to_come, alarm)

    def reached(self, now: datetime) -> Iterator[Alarm]:
        """The alarms that were due an hour ago, as of another entry, and were not given since."""
        while self._to_come and self._to_come[0].at <= now:
            self._passed.append((now, heappop(self._to_come)))
        while self._passed and self._passed[0][0] + AT_MOST <= now:
            alarm = self._passed.popleft()[1]
            if self.next.get(alarm.custody) == alarm.at:
                yield alarm
