"""When a lawful end is near, and every day on which somebody is held past it (G15)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from services.placement.domain.custody.state import AboutCustody
from services.placement.domain.lawful_end import state as lawful_ends
from services.placement.domain.lawful_end.state import LawfulEndState
from shared.contracts.overstay import LawfulEndApproached, OverstayDetected
from shared.kernel.dates import last_second, utc_date
from shared.kernel.decider import Boundary, Decider, only
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict


class NotDueYet(Conflict):
    """The instant has not come."""


class EndDoesNotBind(Conflict):
    """The person left, another end binds, or this was said already."""


class MarkApproach(AboutCustody, frozen=True, kw_only=True):
    """Record that the margin before this lawful end has begun."""

    ends_on: date
    due_at: datetime
    now: datetime


class MarkOverstay(MarkApproach, frozen=True, kw_only=True):
    """Record that the n-th day past this lawful end begins with the person in custody."""

    day: int


def approach_due(ends_on: date, margin: int, told: datetime) -> datetime | None:
    """When the margin begins: with the last second of the day that is so many days before the end,
    or when it is told. Of an end that has passed nothing is told in advance.
    """
    if told > last_second(ends_on):
        return None
    return max(last_second(ends_on - timedelta(days=margin)), told)


def overstay_due(ends_on: date, told: datetime) -> tuple[int, datetime]:
    """The first day past an end that is an alarm, and when: the first, once the end has come (D4);
    of an end that is told late the day on which it is told, at once.
    """
    end = last_second(ends_on)
    if told <= end:
        return 1, end
    return max(1, (utc_date(told) - ends_on).days), told


def day_after(ends_on: date, day: int) -> tuple[int, datetime]:
    """The next day past an end, and when it begins."""
    return day + 1, last_second(ends_on + timedelta(days=day))


def _of(command: MarkApproach) -> Boundary[LawfulEndState]:
    return only(lawful_ends.fold(command.custody))


def _about(command: MarkApproach, state: LawfulEndState) -> dict[str, Any]:
    """What both facts say; raises unless the deadline has come and its end binds."""
    if command.now < command.due_at:
        raise NotDueYet(f"{command.due_at.isoformat()} has not come")
    stay = state.accepted
    if stay is None or not state.holds_until(command.ends_on):
        raise EndDoesNotBind(f"{command.ends_on} is not until when {command.custody} is held")
    return {
        "custody": stay.custody,
        "person": stay.person,
        "agreement": stay.agreement,
        "facility": stay.facility,
        "ends_on": command.ends_on,
        "due_at": command.due_at,
    }


def _approach(command: MarkApproach, state: LawfulEndState) -> tuple[Event, ...]:
    about = _about(command, state)
    if state.approached == command.ends_on:
        raise EndDoesNotBind(f"the approach of {command.ends_on} is on record")
    return (LawfulEndApproached(**about),)


def _overstay(command: MarkOverstay, state: LawfulEndState) -> tuple[Event, ...]:
    about = _about(command, state)
    last = state.overstayed
    if last is not None and last[0] == command.ends_on and command.day <= last[1]:
        raise EndDoesNotBind(f"day {command.day} past {command.ends_on} is on record")
    return (OverstayDetected(**about, day=command.day),)


MARK_APPROACH = Decider(boundary=_of, decide=_approach)
MARK_OVERSTAY = Decider(boundary=_of, decide=_overstay)
