"""Wrongful transfers: who would not have departed comes back, and does not go on (D2, D7)."""

from __future__ import annotations

from datetime import timedelta

from services.audit.domain.state import Rules, State
from services.audit.domain.wrongful import binds
from shared.contracts.case_return import CaseRefusedAtArrival
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import HandoverOffered, LegDeparted, LegDepartureAuthorised
from shared.contracts.wrongful_transfer import RecallCompleted, RecallOrdered, WrongfulTransferFound
from shared.kernel.dates import last_second, utc_date
from shared.kernel.ids import CaseId, HoldId, ManifestId, agreement_of

CLOCK = "XX:ops:intake-clock"


def found(state: State, event: WrongfulTransferFound) -> None:
    """An order that stands, or did at that minute, covers a departure that took place; whom nobody
    has is recalled.
    """
    findings, left = state.findings, state.people.of(event.person).departed
    findings.same("D7", "found by", CLOCK, findings.entry.actor)
    kind, _, named = (event.closes.evidence or "").partition("/")
    at = left.departed_at if left else event.departed_at
    order = state.orders.of(HoldId(named), at) if kind == "hold" else None
    if order is None or left is None:
        what = f"an order that stands, and a departure of person/{event.person}"
        findings.missing("D7", what, event.closes.evidence)
        return
    state.wrongful.found((HoldId(named), event.case))
    findings.same("D7", "the departure of", left.case, event.case)
    findings.same("D7", "departed at", left.departed_at, event.departed_at)
    findings.same("D7", "in force since", order.received_at, event.since)
    findings.same("D7", "on the record at", order.recorded_at, event.found_at)
    if not binds(state, order.scope, event.person, left):
        expected = f"a departure that {named} forbids"
        findings.broken("D7", expected, f"case/{event.case}", order.entry.ref)
    _is_ordered_back(state, event)
    key = event.manifest, event.case
    passenger = state.lifecycles.state("passenger", key)
    if passenger in ("departed", "arrived", "offered") and key not in state.wrongful.recalled:
        expected = f"the recall of case/{event.case}"
        state.expectations.promise(("recall", *key), "D7", expected)


def _is_ordered_back(state: State, event: WrongfulTransferFound) -> None:
    """Placement orders the return of whoever it has or awaits, as of when that was found."""
    ref = state.findings.entry.ref
    state.wrongful.ordered_back.setdefault(event.custody, {})[ref] = event.found_at
    if state.lifecycles.state("custody", event.custody) != "ended":
        state.obligations.expect("by rule", (event.custody, ref))


def recall_ordered(state: State, event: RecallOrdered) -> None:
    """By rule, in the decision that found them; due as the version of the day says of returns."""
    findings, key = state.findings, (event.manifest, event.case)
    if not state.expectations.keep(("recall", *key)):
        findings.broken("D7", "a wrongful transfer that was found", "none")
    day = utc_date(event.ordered_at)
    document = state.versions.binding(agreement_of(event.agreement), day)
    days = timedelta(days=document.returns.days) if document else timedelta(0)
    findings.same("D7", "due at", last_second(day + days), event.due_at)
    state.wrongful.recalled[key] = event.due_at


def goes_on(state: State, event: LegDepartureAuthorised | LegDeparted) -> None:
    """Nobody who is recalled departs on a further leg."""
    for name in event.cases:
        _not_recalled(state, event.manifest, name)


def offered(state: State, event: HandoverOffered) -> None:
    """Nobody who is recalled is offered to the other side."""
    _not_recalled(state, event.manifest, event.case)


def over(state: State, event: CaseTransferred | CaseRefusedAtArrival) -> None:
    """Taken over all the same, or refused there: from here on they are returned."""
    state.wrongful.recalled.pop((event.manifest, event.case), None)


def brought_back(state: State, event: RecallCompleted) -> None:
    """Of somebody whose recall was ordered, after they left: their journey and case are over."""
    findings, person = state.findings, state.people.of(event.person)
    if state.wrongful.recalled.pop((event.manifest, event.case), None) is None:
        findings.missing("D2", f"a recall of case/{event.case}", "none")
    left = person.departed
    if left is not None and event.completed_at < left.departed_at:
        findings.broken("D2", f"a person who is back after {left.departed_at}", event.completed_at)
    journey = state.journeys.get(event.manifest)
    if journey is not None and event.case in journey.listed:
        journey.listed[event.case].append(findings.entry.ref)
    state.cases.pop(event.case, None)
    person.journey = person.open_case = None


def _not_recalled(state: State, manifest: ManifestId, name: CaseId) -> None:
    due_at = state.wrongful.recalled.get((manifest, name))
    if due_at is not None:
        state.findings.broken("D7", f"case/{name} brought back by {due_at}", "goes on")


RULES: Rules = {
    WrongfulTransferFound: found,
    RecallOrdered: recall_ordered,
    LegDepartureAuthorised: goes_on,
    LegDeparted: goes_on,
    HandoverOffered: offered,
    CaseTransferred: over,
    CaseRefusedAtArrival: over,
    RecallCompleted: brought_back,
}
