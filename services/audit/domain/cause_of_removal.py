"""Why somebody is taken off a manifest, by what the record says stands in their way (G3, F13)."""

from __future__ import annotations

from services.audit.domain.findings import Findings
from services.audit.domain.gate import (
    day_of,
    goes_on,
    has_money,
    in_term,
    pass_gate,
    to_a_facility_of,
)
from services.audit.domain.records.journeys import Journey
from services.audit.domain.state import State
from services.audit.domain.travel_on_record import travel_of
from shared.contracts.removal import RemovalCause
from shared.kernel.ids import CaseId, agreement_of

COSTS_NOTHING: frozenset[RemovalCause] = frozenset({"order", "recall", "no-place"})
"""A place that is given up for one of these is owed nothing for, however late (F13)."""
WITHDRAWN = "withdrawn"
LEFT_BEHIND = "left behind"
"""What a removal promises that says its case was taken back, or that the leg departed without."""
_OTHERS: tuple[tuple[RemovalCause, frozenset[str]], ...] = (
    ("assurance", frozenset({"D5"})),
    ("not-admitted", frozenset({"G8"})),
    ("stopped", frozenset({"G23", "G17", "D12", "effective"})),
)


def cause_of(state: State, journey: Journey, name: CaseId) -> tuple[RemovalCause | None, list[str]]:
    """The first cause that there is, and the orders that it names; none where nothing stands in the
    way.
    """
    case = state.cases.get(name)
    if case is not None:
        travel = travel_of(state.people, state.pseudonyms, case, journey.opened.receiving, journey)
        orders = sorted({order.entry.subject for order in state.orders.against(travel)})
        if orders:
            return "order", orders
    if (journey.opened.manifest, name) in state.wrongful.recalled:
        return "recall", []
    rules = _rules_broken(state, journey, name)
    for cause, of_cause in _OTHERS:
        if rules & of_cause:
            return cause, []
    return ("not-cleared" if rules else None), []


def _rules_broken(state: State, journey: Journey, name: CaseId) -> frozenset[str | None]:
    """What the gate would find of somebody at this moment, and the record does not hold against
    anybody: they do not pass it.
    """
    kept, tried = state.findings, Findings()
    tried.entry = kept.entry
    state.findings = tried
    try:
        agreement = agreement_of(journey.opened.agreement)
        document = in_term(state, agreement)
        goes_on(state, agreement, day_of(kept.entry))
        to_a_facility_of(state, journey, document)
        if not journey.begun:
            has_money(state, agreement)
        pass_gate(state, journey, document, name, journey.next_departure)
    finally:
        state.findings = kept
    return frozenset(finding.rule for finding in tried.taken())
