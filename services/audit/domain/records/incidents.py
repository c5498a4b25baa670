"""Incidents on their way: which office each has to reach, and by when (G18)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush

import msgspec

from services.audit.domain.mark import Mark
from shared.kernel.ids import IncidentId

AT_MOST = timedelta(hours=1)
"""So long after an entry that came later than the deadline, a clock that runs has worked it off."""
Way = tuple[IncidentId, str, str]
"""An incident, and the party and the office that it has to reach."""


class Notice(msgspec.Struct, frozen=True, order=True):
    """One way, and when the incident is due at its end."""

    due_at: datetime
    way: Way
    mark: Mark


class Incidents:
    """Every notice that is neither acknowledged nor overdue."""

    def __init__(self) -> None:
        """Begin with none."""
        self.due_at: datetime | None = None
        """When the incident that was read last is due everywhere."""
        self._open: dict[Way, Notice] = {}
        self._to_come: list[Notice] = []
        self._passed: deque[tuple[datetime, Notice]] = deque()

    def add(self, notice: Notice) -> None:
        """An incident is before an office from here."""
        self._open[notice.way] = notice
        heappush(self._to_come, notice)

    def done(self, way: Way) -> None:
        """It is acknowledged, or overdue."""
        self._open.pop(way, None)

    def late_at(self, now: datetime) -> Iterator[Notice]:
        """What an entry an hour before came after, and what is still neither."""
        while self._to_come and self._to_come[0].due_at <= now:
            self._passed.append((now, heappop(self._to_come)))
        while self._passed and self._passed[0][0] + AT_MOST <= now:
            _, notice = self._passed.popleft()
            if self._open.get(notice.way) is notice:
                yield notice
                self.done(notice.way)
