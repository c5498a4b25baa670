"""Whose nights are one person's: charged once by whatever pseudonym, apart when told so (G20)."""

from __future__ import annotations

from collections import Counter
from datetime import date

from services.audit.domain.nights import is_charged, owed_again, promise_stopped, stopped_by, turn
from services.audit.domain.records.pseudonyms import Likeness
from services.audit.domain.records.stays import Stay
from services.audit.domain.recounting import promised
from services.audit.domain.state import CHARGED_TWICE, NO_LONGER_WAITING, Rules, State
from shared.contracts.billing import (
    ChargedIdentity,
    PersonsChargedApart,
    PersonsChargedAsOne,
)
from shared.kernel.ids import PersonId


def as_one(state: State, event: PersonsChargedAsOne) -> None:
    """Merged: of every night that is charged twice, all charges but one are taken back (T8)."""
    _about_everybody(state, event)
    if state.charged_as_one.between(event.person, event.other) is not None:
        state.findings.broken("G20", "two who are not charged as one yet", event.other)
    state.charged_as_one.say(Likeness(event.person, event.other, "", merged=True))
    everybody = state.charged_as_one.everybody(event.person)
    promised(state, event, (tuple(sorted(everybody)),))
    times = Counter(day for name in everybody for day in state.people.of(name).charged)
    for day, charged in times.items():
        if charged > 1:
            _promise_one(state, everybody, day)
    stays = _stays(state, everybody)
    promise_stopped(state, stays)
    for stay in stays:
        for day in stay.unpriced:
            if _is_kept_charged(state, stays, day) and stopped_by(state, stay, day) is None:
                waits = f"the night {date.fromordinal(day)} no longer waiting for a price"
                key = (NO_LONGER_WAITING, stay.custody, day)
                state.expectations.promise(key, "T8", waits)


def apart(state: State, event: PersonsChargedApart) -> None:
    """Told apart: what was kept off for the other's night is charged after all."""
    _about_everybody(state, event)
    if state.charged_as_one.between(event.person, event.other) is None:
        state.findings.broken("G20", "two who are charged as one", event.other)
        return
    state.charged_as_one.unsay(event.person, event.other)
    each = map(state.charged_as_one.everybody, sorted((event.person, event.other)))
    persons = dict.fromkeys(tuple(sorted(everybody)) for everybody in each)
    promised(state, event, tuple(persons))
    for name in (event.person, event.other):
        everybody = state.charged_as_one.everybody(name)
        kept_off = {day for own in everybody for _, day in state.people.of(own).kept_off}
        for day in kept_off:
            if not is_charged(state, name, day):
                owed_again(state, name, day)


def _about_everybody(state: State, event: ChargedIdentity) -> None:
    """What intake asked for; everybody is named who is one with either, so that each sees it."""
    state.obligations.done("who", (event.decided,))
    known = state.charged_as_one.everybody
    everybody = tuple(sorted(known(event.person) | known(event.other)))
    if event.persons != everybody:
        found = " ".join(event.persons)
        state.findings.broken("G20", f"everybody named: {' '.join(everybody)}", found)


def _promise_one(state: State, everybody: set[PersonId], day: int) -> None:
    """The custody that began first keeps the night."""
    charged = (stay for stay in _stays(state, everybody) if stay.is_charged(day))
    stays = [stay for stay in charged if stopped_by(state, stay, day) is None]
    for stay in sorted(stays, key=turn)[1:]:
        for agreement, component in (key for key, nights in stay.charged.items() if day in nights):
            key = (CHARGED_TWICE, stay.custody, day, agreement, component)
            night = f"the night {date.fromordinal(day)} ({component}) of custody/{stay.custody}"
            state.expectations.promise(key, "T8", f"{night} taken back")


def _is_kept_charged(state: State, stays: list[Stay], day: int) -> bool:
    """Whether a night is charged for any of these, and no return order takes that back."""
    charged = (stay for stay in stays if stay.is_charged(day))
    return any(stopped_by(state, stay, day) is None for stay in charged)


def _stays(state: State, everybody: set[PersonId]) -> list[Stay]:
    return [state.stays[own] for name in everybody for own in state.people.of(name).stays]


RULES: Rules = {PersonsChargedAsOne: as_one, PersonsChargedApart: apart}
