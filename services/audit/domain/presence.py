"""Who has to be counted on a night, and which nights nobody has attested (G14)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

from services.audit.domain.records.deadlines import Due
from services.audit.domain.records.facilities import Facility
from services.audit.domain.state import State
from shared.kernel.ids import CustodyId


def to_be_counted(state: State, facility: Facility, night: date) -> Iterator[CustodyId]:
    """Who is missing when not counted: in custody by then, and not gone by then."""
    custodies = state.custodies
    for name in facility.present:
        if custodies[name].arrived_on <= night:
            yield name
    later = bisect_right(facility.left, night.toordinal(), key=_day)
    for _, name in facility.left[later:]:
        if custodies[name].arrived_on <= night:
            yield name


def stands(state: State, due: Due) -> bool:
    """Whether a night is neither attested nor overdue, and somebody was there."""
    awaited = to_be_counted(state, state.facilities.of(due.facility), due.night)
    return due.key in state.deadlines.open and any(True for _ in awaited)


def waiting(state: State) -> dict[str, int]:
    """How many nights stood overdue as of placement's last entry, and are not marked yet."""
    count = sum(stands(state, due) for _, due in state.deadlines.passed)
    return {"headcount": count} if count else {}


def _day(left: tuple[int, CustodyId]) -> int:
    return left[0]
