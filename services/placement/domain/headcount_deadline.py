"""When a facility's headcount is due, and that it was silent then (G14; D3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from services.placement.domain import roster as rosters
from services.placement.domain.roster import RosterState
from shared.contracts.placement import HEADCOUNT_GRACE, HeadcountOverdue
from shared.kernel.codes import Timezone
from shared.kernel.dates import DatePeriod, last_second
from shared.kernel.decider import Decider, Reading
from shared.kernel.event import Event
from shared.kernel.ids import FacilityId
from shared.kernel.rejected import Conflict


class HeadcountNotDueYet(Conflict):
    """The facility still has time."""


class NoSilentNight(Conflict):
    """Each night is attested, on record as overdue, or had nobody to count."""


class MarkHeadcountOverdue(msgspec.Struct, frozen=True, kw_only=True):
    """Record each of these nights about which a facility was silent when its headcount was due."""

    facility: FacilityId
    nights: DatePeriod
    due_at: datetime
    now: datetime


def headcount_due(night: date, timezone: Timezone, earliest: datetime) -> datetime:
    """When a night is to be attested: twelve hours after its date has ended at the facility, and
    not before `earliest`: nobody is late with what the record did not tell in time.
    """
    return max(last_second(night, timezone) + HEADCOUNT_GRACE, earliest)


def _mark(command: MarkHeadcountOverdue, roster: RosterState) -> tuple[Event, ...]:
    nights = f"{command.nights.start} up to {command.nights.end}"
    if command.now < command.due_at:
        raise HeadcountNotDueYet(f"the nights {nights} are due at {command.due_at.isoformat()}")
    overdue = tuple(_overdue(command, roster))
    if not overdue:
        raise NoSilentNight(f"{command.facility} owes no headcount of the nights {nights}")
    return overdue


def _overdue(command: MarkHeadcountOverdue, roster: RosterState) -> Iterator[HeadcountOverdue]:
    for night in command.nights.dates():
        awaited = sum(stay.must_be_counted_on(night) for stay in roster.stays.values())
        known = night.isoformat() in roster.nights or night.isoformat() in roster.overdue
        if awaited and not known:
            yield HeadcountOverdue(
                facility=command.facility,
                night=night,
                timezone=roster.timezone,
                due_at=command.due_at,
                awaited=awaited,
            )


def _on_roster(command: MarkHeadcountOverdue) -> Reading[RosterState]:
    return rosters.on_night(command.facility, command.nights.start)


MARK_HEADCOUNT_OVERDUE = Decider(boundary=_on_roster, decide=_mark)
