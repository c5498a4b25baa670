"""The fee stops where a return was ordered, under whatever pseudonym of the person (G16)."""

from __future__ import annotations

from datetime import date

from services.audit.domain.nights import promise_stopped
from services.audit.domain.state import Rules, State
from shared.contracts.fee_stop import FeesStopped


def stopped(state: State, event: FeesStopped) -> None:
    """An order stops the fee from its day on: whatever was charged since is taken back at once."""
    findings, stay = state.findings, state.stays.get(event.custody)
    state.obligations.done("return", (event.order,))
    findings.same("G16", "before the custody:", stay is None, event.before_custody)
    if stay is None:
        _before_the_custody(state, event)
        return
    start = event.ordered_on.toordinal()
    if stay.stopped is not None and stay.stopped <= start:
        earlier = date.fromordinal(stay.stopped)
        findings.broken("G16", f"an order from before {earlier}", event.ordered_on)
    left = None if stay.left is None else date.fromordinal(stay.left)
    findings.same("G16", "the day of departure", left, event.departed_on)
    stay.stopped, stay.order, stay.binds_others = start, event.order, True
    kept_off = state.people.of(event.person).kept_off
    for custody, day in list(kept_off):
        if custody == event.custody and day >= start:
            del kept_off[custody, day]
    everybody = state.charged_as_one.everybody(event.person)
    persons = (state.people.of(name) for name in everybody)
    promise_stopped(state, (state.stays[own] for person in persons for own in person.stays))


def _before_the_custody(state: State, event: FeesStopped) -> None:
    """It binds once the person is taken over; the first order of several."""
    earlier = state.stopped.get(event.custody)
    if earlier is not None and earlier.ordered_on <= event.ordered_on:
        state.findings.broken("G16", f"an order from before {earlier.ordered_on}", event.ordered_on)
    state.findings.same("G16", "the day of departure", None, event.departed_on)
    state.stopped[event.custody] = event


RULES: Rules = {FeesStopped: stopped}
