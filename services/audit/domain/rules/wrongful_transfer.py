"""Wrongful transfers: who would not have departed comes back, and does not go on (D2, D7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from services.audit.domain.actors import actor_of
from services.audit.domain.records.orders import Order
from services.audit.domain.records.people import Departure
from services.audit.domain.records.wrongful_transfers import FACT
from services.audit.domain.state import Rules, State
from services.audit.domain.told_since import case_of_departed, lacked
from services.audit.domain.wrongful import binds
from shared.contracts.acknowledgement import ExceptionAcknowledged
from shared.contracts.case_return import CaseRefusedAtArrival
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import HandoverOffered, LegDeparted, LegDepartureAuthorised
from shared.contracts.wrongful_transfer import RecallCompleted, RecallOrdered, WrongfulTransferFound
from shared.kernel.dates import last_second, utc_date
from shared.kernel.ids import CaseId, HoldId, ManifestId, agreement_of

CLOCK = "XX:ops:intake-clock"


def found(state: State, event: WrongfulTransferFound) -> None:
    """What came after a departure that took place would have stopped it; whom nobody has is
    recalled.
    """
    findings, left = state.findings, state.people.of(event.person).departed
    state.wrongful.told[event.case] = {event.sending, event.receiving}
    findings.same("D7", "found by", CLOCK, findings.entry.actor)
    if left is None or not _is_there(state, event, left):
        what = f"what stands against it, and a departure of person/{event.person}"
        findings.missing("D7", what, event.closes.evidence)
        return
    findings.same("D7", "the departure of", left.case, event.case)
    findings.same("D7", "departed at", left.departed_at, event.departed_at)
    _is_ordered_back(state, event)
    key = event.manifest, event.case
    passenger = state.lifecycles.state("passenger", key)
    if passenger in ("departed", "arrived", "offered") and key not in state.wrongful.recalled:
        expected = f"the recall of case/{event.case}"
        state.expectations.promise(("recall", *key), "D7", expected)


def _is_there(state: State, event: WrongfulTransferFound, left: Departure) -> bool:
    """What it names: an order, an exclusion, or what the facts of the case lack."""
    kind, _, named = (event.closes.evidence or "").partition("/")
    if kind == "hold":
        return _by_order(state, event, HoldId(named), left)
    day, findings = left.departed_at.astimezone(UTC).date(), state.findings
    findings.same("D7", "in force since", left.departed_at, event.since)
    if kind == "exclusion":
        _told_then(state, event)
        state.wrongful.found((f"exclusion/{named}", event.case))
        everybody = state.pseudonyms.everybody(event.person)
        standing = state.exclusions.forbidding(everybody, day)
        excluded = next((each.event for each in standing if each.event.exclusion == named), None)
        _told_to(state, event, excluded.recorded_by if excluded else None)
        return excluded is not None
    state.wrongful.found((FACT, event.case))
    _told_to(state, event, None)
    case = case_of_departed(state, event.case)
    if case is None:
        return state.lifecycles.state("custody", event.custody) == "ended"
    _told_then(state, event)
    if event.closes.rule == "G8" and _is_excluded(state, event, day):
        return True
    return any(lack.rule == event.closes.rule for lack in lacked(state, case, left))


def _is_excluded(state: State, event: WrongfulTransferFound, day: date) -> bool:
    """By what is known of them now, a clause of the version of that day excludes them (G8)."""
    document = state.versions.binding(agreement_of(event.agreement), day)
    clauses = document.admission.clauses if document else ()
    return any(state.categories.barred(state.pseudonyms.everybody(event.person), clauses))


def _told_then(state: State, event: WrongfulTransferFound, *besides: datetime) -> None:
    """Found as of when something was told that may say so."""
    moments = (*besides, *state.wrongful.told_at.get(event.person, ()))
    if event.found_at not in moments:
        expected = "found when it came onto the record"
        state.findings.broken("D7", expected, event.found_at)


def _told_to(state: State, event: WrongfulTransferFound, issuer: str | None) -> None:
    """The office whose order or exclusion stands is told of it."""
    expected = actor_of(issuer) if issuer else None
    said = actor_of(event.issuer) if event.issuer else None
    offices = [(acts.party, acts.office) if acts else None for acts in (expected, said)]
    state.findings.same("D7", "told to", *offices)


def _by_order(state: State, event: WrongfulTransferFound, hold: HoldId, left: Departure) -> bool:
    """It stands, or did at that minute, and covers the departure."""
    order = state.orders.of(hold, left.departed_at)
    if order is None:
        return False
    state.wrongful.found((f"hold/{hold}", event.case))
    state.findings.same("D7", "in force since", order.received_at, event.since)
    _told_then(state, event, order.recorded_at)
    _told_to(state, event, order.asserted_by if isinstance(order, Order) else None)
    if not binds(state, order.scope, event.person, left):
        expected = f"a departure that {hold} forbids"
        state.findings.broken("D7", expected, f"case/{event.case}", order.entry.ref)
    return True


def _is_ordered_back(state: State, event: WrongfulTransferFound) -> None:
    """Placement orders the return of whoever it has or awaits, as of when that was found."""
    ref = state.findings.entry.ref
    state.wrongful.ordered_back.setdefault(event.custody, {})[ref] = event.found_at
    if state.lifecycles.state("custody", event.custody) != "ended":
        state.obligations.expect("by rule", (event.custody, ref))


def acknowledged(state: State, event: ExceptionAcknowledged) -> None:
    """Each of the two governments says once, of what was found last, that it knows it."""
    told = state.wrongful.told.get(event.case, set())
    if event.party not in told:
        expected = f"one of {', '.join(sorted(told)) or 'none'}, who has not said so yet"
        state.findings.broken("D7", expected, event.party)
    told.discard(event.party)


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
    person.journey = person.awaited_back = None
    if person.open_case == event.case:
        person.open_case = None


def _not_recalled(state: State, manifest: ManifestId, name: CaseId) -> None:
    due_at = state.wrongful.recalled.get((manifest, name))
    if due_at is not None:
        state.findings.broken("D7", f"case/{name} brought back by {due_at}", "goes on")


RULES: Rules = {
    WrongfulTransferFound: found,
    ExceptionAcknowledged: acknowledged,
    RecallOrdered: recall_ordered,
    LegDepartureAuthorised: goes_on,
    LegDeparted: goes_on,
    HandoverOffered: offered,
    CaseTransferred: over,
    CaseRefusedAtArrival: over,
    RecallCompleted: brought_back,
}
