"""When a facility's headcount is due, and that it was silent then (G14; D3)."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from services.placement.domain import roster as rosters
from services.placement.domain.headcount import HeadcountAlreadyAttested, NobodyToCount
from services.placement.domain.roster import RosterState
from shared.contracts.placement import HEADCOUNT_GRACE, HeadcountOverdue
from shared.kernel.codes import Timezone
from shared.kernel.dates import last_second
from shared.kernel.decider import Decider, Reading
from shared.kernel.event import Event
from shared.kernel.ids import FacilityId
from shared.kernel.rejected import Conflict


class HeadcountNotDueYet(Conflict):
    """The facility still has time."""


class HeadcountOverdueAlready(Conflict):
    """That this night is overdue stands on record."""


class MarkHeadcountOverdue(msgspec.Struct, frozen=True, kw_only=True):
    """Record that a facility was silent about a night when its headcount was due."""

    facility: FacilityId
    night: date
    due_at: datetime
    now: datetime


def headcount_due(night: date, timezone: Timezone, earliest: datetime) -> datetime:
    """When a night is to be attested: twelve hours after its date has ended at the facility, and
    not before `earliest`: nobody is late with what the record did not tell in time.
    """
    return max(last_second(night, timezone) + HEADCOUNT_GRACE, earliest)


def _mark(command: MarkHeadcountOverdue, roster: RosterState) -> tuple[Event, ...]:
    night = command.night.isoformat()
    if command.now < command.due_at:
        raise HeadcountNotDueYet(f"the headcount of {night} is due at {command.due_at.isoformat()}")
    if night in roster.nights:
        raise HeadcountAlreadyAttested(f"the night of {night} is attested already")
    if night in roster.overdue:
        raise HeadcountOverdueAlready(f"the night of {night} is overdue already")
    awaited = sum(stay.must_be_counted_on(command.night) for stay in roster.stays.values())
    if not awaited:
        raise NobodyToCount(f"nobody was in custody in {command.facility} on {night}")
    overdue = HeadcountOverdue(
        facility=command.facility,
        night=command.night,
        timezone=roster.timezone,
        due_at=command.due_at,
        awaited=awaited,
    )
    return (overdue,)


def _on_roster(command: MarkHeadcountOverdue) -> Reading[RosterState]:
    return rosters.on_night(command.facility, command.night)


MARK_HEADCOUNT_OVERDUE = Decider(boundary=_on_roster, decide=_mark)
