"""Nights that wait or were kept off, and the month that bears one (G20)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from services.audit.domain.mark import Owed
from services.audit.domain.records.periods import Month
from services.audit.domain.records.stays import Stay
from services.audit.domain.state import NO_LONGER_WAITING, OWED_AGAIN, STOPPED, State
from shared.kernel import dates
from shared.kernel.ids import CustodyId, EntryRef, PersonId

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


def other_pseudonyms(state: State, person: PersonId) -> tuple[PersonId, ...]:
    """Every other pseudonym whose nights are the same person's, in order (F6)."""
    everybody = state.charged_as_one.everybody(person)
    return tuple(sorted(everybody - {person})) if len(everybody) > 1 else ()


def stopped_by(state: State, stay: Stay, day: int) -> Stay | None:
    """The stay whose return order keeps a night from being owed: its own, or that of another in
    which the person was held before it was over, under whatever pseudonym (G16).
    """
    stops: list[tuple[int, EntryRef, Stay]] = []
    for name in state.charged_as_one.everybody(stay.person):
        for own in state.people.of(name).stays:
            other = state.stays[own]
            if other.stopped is not None and other.stopped <= day:
                over = other.left is not None and stay.arrived >= other.left
                if other is stay or (other.binds_others and not over):
                    stops.append((other.stopped, other.order, other))
    return min(stops, key=lambda stop: stop[:2])[2] if stops else None


def promise_stopped(state: State, stays: Iterable[Stay]) -> None:
    """Of these stays nothing stays charged, or waits for a price, that an order has stopped."""
    promise = state.expectations.promise
    for stay in stays:
        for (agreement, component), nights in stay.charged.items():
            for day in nights:
                if stopped_by(state, stay, day) is not None:
                    key = (STOPPED, stay.custody, day, agreement, component)
                    night = f"the night {date.fromordinal(day)} ({component})"
                    promise(key, "G16", f"{night} of custody/{stay.custody} taken back")
        for day in stay.unpriced:
            if stopped_by(state, stay, day) is not None:
                waits = f"the night {date.fromordinal(day)} no longer waiting for a price"
                promise((NO_LONGER_WAITING, stay.custody, day), "G16", waits)


def owed_again(state: State, person: PersonId, day: int) -> None:
    """The person-night is not charged any more: of those that were kept off for it, the one whose
    custody began first is owed now.
    """
    everybody = state.charged_as_one.everybody(person)
    kept_off = (key for name in everybody for key in state.people.of(name).kept_off)
    waiting = (state.stays[custody] for custody, kept in kept_off if kept == day)
    owed = (stay for stay in waiting if stopped_by(state, stay, day) is None)
    first = min(owed, key=turn, default=None)
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
