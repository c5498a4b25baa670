"""Why somebody is taken off a manifest, by what the record says stands in their way (G3, F13)."""

from __future__ import annotations

import msgspec

from services.audit.domain.actors import actor_of
from services.audit.domain.clearance import DECIDING, Days
from services.audit.domain.entry import Entry
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
from shared.contracts.intake import ReceivingStateAccepted
from shared.contracts.removal import RemovalCause
from shared.kernel.ids import CaseId, agreement_of

COSTS_NOTHING: frozenset[RemovalCause] = frozenset({"order", "recall", "assurance", "no-place"})
"""A place that is given up for one of these is owed nothing for, however late (F13); nor is one for
what the receiving state does itself.
"""
WITHDRAWN = "withdrawn"
LEFT_BEHIND = "left behind"
"""What a removal promises that says its case was taken back, or that the leg departed without."""
_OTHERS: tuple[tuple[RemovalCause, frozenset[str]], ...] = (
    ("assurance", frozenset({"D5"})),
    ("not-admitted", frozenset({"G8"})),
    ("stopped", frozenset({"G23", "G17", "D12", "effective"})),
)


def causes_of(
    state: State, journey: Journey, name: CaseId
) -> tuple[list[RemovalCause | None], list[str]]:
    """The first cause that there is, and the orders that it names; none where nothing stands in the
    way. What is recorded just after midnight may have been decided before: each day has its cause.
    """
    case = state.cases.get(name)
    if case is not None:
        travel = travel_of(state.people, state.pseudonyms, case, journey.opened.receiving, journey)
        orders = sorted({order.entry.subject for order in state.orders.against(travel)})
        if orders:
            return ["order"], orders
    if (journey.opened.manifest, name) in state.wrongful.recalled:
        return ["recall"], []
    return [_first(_rules_broken(state, journey, name, entry)) for entry in _decided(state)], []


def is_by_the_paid(state: State, journey: Journey, name: CaseId) -> bool:
    """Whether an act of the receiving state's own, which is paid for places, stands in their way:
    it declined, or never accepted them, suspended the agreement, or its facility is suspended
    (F13).
    """
    opened, case = journey.opened, state.cases.get(name)
    answers = case.facts.get("acceptance", {}).values() if case else ()
    accepted = {isinstance(answer, ReceivingStateAccepted) for answer in answers}
    suspended_by = {
        actor_of(standing.by).party
        for standing in state.suspensions.of(agreement_of(opened.agreement)).values()
    }
    is_stopped = state.facilities.of(opened.facility).stopped is not None
    return accepted != {True} or opened.receiving in suspended_by or is_stopped


def _decided(state: State) -> list[Entry]:
    """The entry as of each day on which it may have been decided."""
    entry = state.findings.entry
    days = Days.of(entry.recorded_at)
    if days.first == days.last:
        return [entry]
    moments = entry.recorded_at - DECIDING, entry.recorded_at + DECIDING
    return [msgspec.structs.replace(entry, recorded_at=moment) for moment in moments]


def _first(rules: frozenset[str | None]) -> RemovalCause | None:
    for cause, of_cause in _OTHERS:
        if rules & of_cause:
            return cause
    return "not-cleared" if rules else None


def _rules_broken(
    state: State, journey: Journey, name: CaseId, entry: Entry
) -> frozenset[str | None]:
    """What the gate would find of somebody at this moment, and the record does not hold against
    anybody: they do not pass it.
    """
    kept, tried = state.findings, Findings()
    tried.entry = entry
    state.findings = tried
    try:
        agreement = agreement_of(journey.opened.agreement)
        document = in_term(state, agreement)
        goes_on(state, agreement, day_of(entry))
        to_a_facility_of(state, journey, document)
        if not journey.begun:
            has_money(state, agreement)
        pass_gate(state, journey, document, name, journey.next_departure)
    finally:
        state.findings = kept
    return frozenset(finding.rule for finding in tried.taken())
