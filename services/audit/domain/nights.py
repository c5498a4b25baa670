"""Nights that wait or were kept off, and the month that bears one (G20)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from services.audit.domain.mark import Owed
from services.audit.domain.records.periods import Month
from services.audit.domain.records.stays import Stay
from services.audit.domain.state import OWED_AGAIN, State
from shared.kernel import dates
from shared.kernel.ids import CustodyId, PersonId

month_of = lru_cache(maxsize=1024)(dates.month_of)
"""The month of a night; one headcount asks for the same hundreds of times."""


def bearing(state: State, stay: Stay, night: date) -> str:
    """The month that bears a night: its own, or the next that is open."""
    return state.periods.bearing(stay.terms, month_of(night))


def month_bearing(state: State, stay: Stay, period: str) -> Month:
    """An open month of the stay's agreement."""
    return state.periods.of(stay.terms, period)


def is_charged(state: State, person: PersonId, day: int) -> bool:
    """Whether a person-night is charged, under whichever pseudonym of the person (G20; T8)."""
    of, everybody = state.people.of, state.charged_as_one.everybody(person)
    return any(day in of(name).charged for name in everybody)


def owed_again(state: State, person: PersonId, day: int) -> None:
    """The person-night is not charged any more: of those that were kept off for it, the one whose
    custody began first is owed now.
    """
    everybody = state.charged_as_one.everybody(person)
    kept_off = (key for name in everybody for key in state.people.of(name).kept_off)
    waiting = (state.stays[custody] for custody, kept in kept_off if kept == day)
    first = min(waiting, key=turn, default=None)
    if first is not None:
        expected = f"the night {date.fromordinal(day)} charged for custody/{first.custody}"
        state.expectations.promise((OWED_AGAIN, first.custody, day), "G20", expected)


def turn(stay: Stay) -> tuple[int, CustodyId]:
    """Of several custodies that have one night, who keeps it: the one that began first."""
    return stay.arrived, stay.custody


def no_longer_kept_off(state: State, custody: CustodyId, person: PersonId, day: int) -> Owed | None:
    """What attested a night that was charged elsewhere, and is not any more (G20)."""
    state.expectations.keep((OWED_AGAIN, custody, day))
    return state.people.of(person).kept_off.pop((custody, day), None)
