"""Arrivals that are refused: nobody is taken over, and the return is ordered with it (G13; T4)."""

from __future__ import annotations

from services.audit.domain.capacity import gives_up, holds_a_place
from services.audit.domain.journey_over import forget_journey, settle_offers
from services.audit.domain.state import SENT_BACK, Rules, State
from shared.contracts.arrival import ArrivalRefused
from shared.contracts.case_return import CaseRefusedAtArrival
from shared.contracts.placement import HandoverPending


def refused(state: State, event: ArrivalRefused) -> None:
    """An offer is answered with no, once it was made: the sending state takes the person back."""
    findings, custody = state.findings, state.custodies.get(event.custody)
    if custody is None or custody.accepted is not None or custody.refused_at is not None:
        return
    pending = state.latest.last(HandoverPending, "custody", event.custody)
    if pending is not None and event.refused_at < pending.event.offered_at:
        expected = f"a refusal from {pending.event.offered_at} on"
        findings.broken("G13", expected, event.refused_at)
    held = holds_a_place(state, event.custody)
    findings.same("G19", "a place was reserved:", held, event.place_was_reserved)
    gives_up(state, custody)
    settle_offers(state, event.person, event.custody)
    custody.refused_at = event.refused_at
    state.obligations.expect("refusal", (event.custody,))
    state.expectations.promise(
        (SENT_BACK, event.custody), "G13", f"the return of custody/{event.custody} ordered with it"
    )


def case_refused(state: State, event: CaseRefusedAtArrival) -> None:
    """Intake says so of the case, once: its journey is over."""
    if state.obligations.done("refusal", (event.custody,)) is None:
        state.findings.missing("G13", "an arrival that was refused", event.refused)
    state.people.of(event.person).journey = None
    journey = state.journeys.get(event.manifest)
    if journey is not None:
        forget_journey(state, journey, event.manifest, event.case)


RULES: Rules = {ArrivalRefused: refused, CaseRefusedAtArrival: case_refused}
