"""Headcounts that fall due: none is overdue early, and none that stood is left out (G14; D3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from heapq import heappop, heappush

import msgspec

from services.audit.domain.entry import Entry
from services.audit.domain.expectations import Mark, Notes
from services.audit.domain.facilities import Facilities
from services.audit.domain.headcounts import Headcounts
from shared.contracts.codes import Timezone
from shared.contracts.placement import (
    HEADCOUNT_GRACE,
    CustodyAccepted,
    HeadcountAttested,
    HeadcountOverdue,
)
from shared.kernel.dates import ONE_DAY, last_second
from shared.kernel.ids import FacilityId

CLOCK = "XX:ops:placement-clock"
AT_MOST = timedelta(hours=1)
"""So long after an entry that came later than a deadline, the clock of a service that runs has long
worked it off.
"""
Night = tuple[FacilityId, date]


class Due(msgspec.Struct, frozen=True, order=True):
    """One deadline, and the entry that set it."""

    at: datetime
    facility: FacilityId
    night: date
    mark: Mark

    @property
    def key(self) -> Night:
        """The night that is to be attested by then."""
        return self.facility, self.night


class HeadcountDeadlines:
    """Every night that is to be attested, and when."""

    def __init__(self, notes: Notes, facilities: Facilities, headcounts: Headcounts) -> None:
        """Begin with none."""
        self._notes = notes
        self._facilities = facilities
        self._headcounts = headcounts
        self._set: dict[Night, set[datetime]] = {}
        """Nights that are neither attested nor overdue, and when they are due."""
        self._to_come: list[Due] = []
        self._passed: deque[tuple[datetime, Due]] = deque()
        """What was due before an entry was recorded, with when that was."""
        self._overdue: set[Night] = set()

    def accepted(self, event: CustodyAccepted) -> None:
        """The first night of a stay is to be attested."""
        earliest = self._notes.fact.recorded_at + HEADCOUNT_GRACE
        self._expect(event.facility, event.arrived_on, event.timezone, earliest)

    def attested(self, event: HeadcountAttested) -> None:
        """A night is done, and the next one is to be attested."""
        facility = self._facilities.of(event.facility)
        self._notes.same("G14", "the zone", facility.timezone, event.timezone)
        self._done((event.facility, event.night))
        earliest = self._notes.fact.recorded_at + HEADCOUNT_GRACE
        self._expect(event.facility, event.night + ONE_DAY, facility.timezone, earliest)

    def overdue(self, event: HeadcountOverdue) -> None:
        """The facility was silent when its headcount was due; the next night is due as ever."""
        notes, fact = self._notes, self._notes.fact
        facility, key = self._facilities.of(event.facility), (event.facility, event.night)
        notes.same("G14", "marked by", CLOCK, fact.actor)
        notes.same("G14", "the zone", facility.timezone, event.timezone)
        notes.same("G14", "the instant", event.due_at, fact.time)
        if fact.recorded_at < event.due_at:
            notes.broken("G14", f"no overdue headcount before {event.due_at}", fact.recorded_at)
        if event.night.toordinal() in facility.counted or key in self._overdue:
            notes.broken("G14", "a night that is neither attested nor overdue", event.night)
        elif event.due_at not in self._set.get(key, ()):
            notes.broken("G14", f"a deadline of {event.night} that was set", event.due_at)
        awaited = sum(1 for _ in self._headcounts.to_be_counted(facility, event.night))
        notes.same("G14", "awaited", awaited, event.awaited)
        self._skipped(event.due_at)
        self._overdue.add(key)
        self._done(key)
        self._expect(event.facility, event.night + ONE_DAY, facility.timezone, event.due_at)

    def reached(self, fact: Entry) -> None:
        """An entry of placement is read next: what was due before it, stood then if anybody was to
        be counted; and what stood an hour before still must not stand now.
        """
        if not fact.type.startswith("placement."):
            return
        while self._to_come and self._to_come[0].at <= fact.recorded_at:
            due = heappop(self._to_come)
            if self._stands(due):
                self._passed.append((fact.recorded_at, due))
        while self._passed and self._passed[0][0] + AT_MOST <= fact.recorded_at:
            self._left_out(self._passed.popleft()[1], f"{fact.ref} at {fact.recorded_at}")

    def waiting(self) -> dict[str, int]:
        """How many nights stood overdue as of placement's last entry, and are not marked yet."""
        count = sum(self._stands(due) for _, due in self._passed)
        return {"headcount": count} if count else {}

    def _expect(
        self, name: FacilityId, night: date, timezone: Timezone, earliest: datetime
    ) -> None:
        key = (name, night)
        if night.toordinal() in self._facilities.of(name).counted or key in self._overdue:
            return
        at = max(last_second(night, timezone) + HEADCOUNT_GRACE, earliest)
        if at not in self._set.setdefault(key, set()):
            self._set[key].add(at)
            heappush(self._to_come, Due(at, name, night, self._notes.mark))

    def _done(self, key: Night) -> None:
        self._set.pop(key, None)

    def _stands(self, due: Due) -> bool:
        """Whether the night is neither attested nor overdue, and somebody was there."""
        facility = self._facilities.of(due.facility)
        awaited: Iterator[object] = self._headcounts.to_be_counted(facility, due.night)
        return due.key in self._set and any(True for _ in awaited)

    def _skipped(self, due_at: datetime) -> None:
        """A clock works off the earlier instant first: what was due before this is left out."""
        earlier = [due for _, due in self._passed if due.at < due_at]
        self._passed = deque(entry for entry in self._passed if entry[1].at >= due_at)
        for due in earlier:
            self._left_out(due, f"{self._notes.fact.ref}, which was due later")

    def _left_out(self, due: Due, found: str) -> None:
        if self._stands(due):
            expected = f"the headcount of {due.night} in {due.facility} overdue at {due.at}"
            self._notes.about(due.mark, "evidence-missing", "G14", expected, found)
            self._done(due.key)
