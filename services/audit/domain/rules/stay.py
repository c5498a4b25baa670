"""Stays: once custody ended nothing is owed, and what was charged is taken back (F10; T7)."""

from __future__ import annotations

from datetime import date

from services.audit.domain.attendance import told_late
from services.audit.domain.records.stays import Stay
from services.audit.domain.state import NO_LONGER_WAITING, TAKEN_BACK, Rules, State
from shared.contracts.billing import StayClosed, StayOpened
from shared.kernel.ids import agreement_of


def opened(state: State, event: StayOpened) -> None:
    """Custody was accepted, and billing says so in the same words (G20)."""
    state.obligations.done("stay", (event.custody,))
    terms = agreement_of(event.agreement)
    stay = Stay(
        custody=event.custody,
        person=event.person,
        agreement=event.agreement,
        terms=terms,
        arrived=event.arrived_on.toordinal(),
        borne_by=told_late(state, terms, event.arrived_on),
    )
    order = state.stopped.pop(event.custody, None)
    if order is not None:
        stay.stopped, stay.order = order.ordered_on.toordinal(), order.order
        stay.binds_others = False
    if state.stays.setdefault(event.custody, stay) is stay:
        state.people.of(event.person).stays.append(event.custody)


def closed(state: State, event: StayClosed) -> None:
    """Custody ended: whatever was charged from then on is taken back at once (T7)."""
    stay = state.stays.get(event.custody)
    state.obligations.done("exit", (event.custody,))
    if stay is None or stay.until is not None:
        return
    arrived = date.fromordinal(stay.arrived)
    until = state.terms.first_after(stay.agreement, arrived, event.departed_on)
    state.findings.same("F10", "the first day after its nights", until, event.owed_until)
    stay.until, stay.ended = until.toordinal(), event.ended
    stay.left = event.departed_on.toordinal()
    kept_off = state.people.of(event.person).kept_off
    for custody, day in list(kept_off):
        if custody == event.custody and not stay.has(day):
            del kept_off[custody, day]
    _promise_what_follows(state, stay)


def _promise_what_follows(state: State, stay: Stay) -> None:
    promise = state.expectations.promise
    for (agreement, component), nights in stay.charged.items():
        for day in nights.after(stay.arrived):
            if not stay.has(day):
                key = (TAKEN_BACK, stay.custody, day, agreement, component)
                promise(key, "T7", f"the night {date.fromordinal(day)} ({component}) taken back")
    for day in stay.unpriced:
        if not stay.has(day):
            night = date.fromordinal(day)
            waits = (NO_LONGER_WAITING, stay.custody, day)
            promise(waits, "T7", f"the night {night} no longer waiting for a price")


RULES: Rules = {StayOpened: opened, StayClosed: closed}
