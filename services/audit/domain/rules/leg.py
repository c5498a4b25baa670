"""Legs: nobody departs who may not, and nobody who departed is lost (G4, G12)."""

from __future__ import annotations

from datetime import UTC

from services.audit.domain.actors import same_subject
from services.audit.domain.cause_of_removal import LEFT_BEHIND
from services.audit.domain.clearance import Days
from services.audit.domain.gate import (
    day_of,
    drilled,
    everyone_passes,
    goes_on,
    in_force,
    in_term,
    not_in_force,
)
from services.audit.domain.records.cases import Case
from services.audit.domain.records.journeys import Journey, Progress
from services.audit.domain.records.people import Departure
from services.audit.domain.scopes import Travel
from services.audit.domain.state import Rules, State
from services.audit.domain.travel_on_record import travel_of
from shared.contracts.agreement import AgreementDocument
from shared.contracts.manifest import LegArrived, LegDeparted, LegDepartureAuthorised, LegEvent
from shared.kernel.ids import agreement_of


def authorised(state: State, event: LegDepartureAuthorised) -> None:
    """Doors closed: everybody on board passes the gate once more (G4)."""
    journey, progress = _leg(state, event)
    if journey is None or progress is None:
        return
    planned = journey.opened.legs[event.leg - 1].planned_departure
    document = in_term(state, agreement_of(event.agreement))
    agreement = agreement_of(event.agreement)
    goes_on(state, agreement)
    drilled(state, agreement, day_of(state.findings.entry))
    everyone_passes(state, event, document, planned)
    _behind_everybody(state, event, journey)
    progress.authorised_by = event.authorised_by
    progress.authorised_at = event.authorised_at


def _behind_everybody(state: State, event: LegDepartureAuthorised, journey: Journey) -> None:
    """The doors close behind whoever is on board (G4)."""
    for name in event.cases:
        boarded_at = journey.boarded_at.get(name)
        if boarded_at is not None and event.authorised_at < boarded_at:
            expected = f"doors that close after case/{name} boarded at {boarded_at}"
            state.findings.broken("G4", expected, event.authorised_at)


def departed(state: State, event: LegDeparted) -> None:
    """Departed with exactly those on board, by another subject than authorised it."""
    findings = state.findings
    state.expectations.keep((LEFT_BEHIND, event.manifest))
    journey, progress = _leg(state, event)
    if journey is None or progress is None:
        return
    if same_subject(progress.authorised_by, findings.entry.actor):
        expected = "two subjects, one to authorise and one to depart"
        findings.broken("G4", expected, findings.entry.actor)
    _after_what_was_before(state, event, journey, progress)
    planned = journey.opened.legs[event.leg - 1].planned_departure
    day = event.departed_at.astimezone(UTC).date()
    document = in_force(state, agreement_of(event.agreement), day)
    goes_on(state, agreement_of(event.agreement), day)
    drilled(state, agreement_of(event.agreement), day)
    everyone_passes(state, event, document, planned, event.departed_at)
    _bound_by_its_day(state, event, document)
    _bound_by_its_minute(state, event, journey)
    for name in event.cases:
        case = state.cases.get(name)
        if case is not None:
            state.counts["departed"] += int(not case.departed)
            case.departed, case.held_by = True, None
            travel = travel_of(
                state.people, state.pseudonyms, case, journey.opened.receiving, journey
            )
            left = Departure(findings.mark, name, event.departed_at, travel)
            state.people.of(case.proposed.person).departed = left
    progress.departed_at = event.departed_at


def _after_what_was_before(
    state: State, event: LegDeparted, journey: Journey, progress: Progress
) -> None:
    """Nobody departs through open doors or from where they have not arrived: no departure is told
    to have been before an order that reached them on the way (G4).
    """
    closed_at = progress.authorised_at
    if closed_at is not None and event.departed_at < closed_at:
        expected = f"a departure behind doors closed at {closed_at}"
        state.findings.broken("G4", expected, event.departed_at)
    there_at = journey.progress[event.leg - 2].arrived_at if event.leg > 1 else None
    if there_at is not None and event.departed_at <= there_at:
        state.findings.broken("G4", f"a departure after {there_at}", event.departed_at)


def _bound_by_its_day(state: State, event: LegDeparted, document: AgreementDocument | None) -> None:
    """A departure that is reported later was bound by what was in force on its day (G4)."""
    if document is None:
        return
    day = event.departed_at.astimezone(UTC).date()
    for name in event.cases:
        case = state.cases.get(name)
        if case is not None:
            not_in_force(state, case, document, Days(day, day))


def _bound_by_its_minute(state: State, event: LegDeparted, journey: Journey) -> None:
    """Or by what was in force at the minute of it and has ended since (G3, G17, G23, D5)."""
    at, findings = event.departed_at, state.findings
    for ended in state.suspensions.ended.get(agreement_of(event.agreement), ()):
        if ended.stood(at):
            standing = ended.suspension
            expected = f"{event.agreement} not suspended at {at}"
            findings.broken("G23", expected, f"suspended by {standing.by}", standing.entry.ref)
    facility = state.facilities.of(journey.opened.facility)
    if any(since <= at < until for since, until in facility.stops):
        findings.broken("G17", f"a facility that was not suspended at {at}", facility.facility)
    receiving = journey.opened.receiving
    cases = (case for name in event.cases if (case := state.cases.get(name)) is not None)
    for case in cases:
        travel = travel_of(state.people, state.pseudonyms, case, receiving, journey)
        for order in state.orders.were_against(travel, at):
            expected = f"case/{case.proposed.case}: no order in force at {at}"
            findings.broken("G3", expected, order.entry.subject, order.entry.ref)
        _said_of_them(state, event, case, travel)


def _said_of_them(state: State, event: LegDeparted, case: Case, travel: Travel) -> None:
    """Nor under an assurance or an exclusion that has ended since."""
    at, findings, name = event.departed_at, state.findings, case.proposed.case
    for assured in state.assurances.were_about(travel.pseudonyms, at):
        expected = f"case/{name}: no assurance in force at {at}"
        findings.broken("D5", expected, f"one until {assured.event.until}", assured.entry.ref)
    for excluded in state.exclusions.were_forbidding(travel.pseudonyms, at):
        expected = f"case/{name}: nobody who was excluded at {at}"
        findings.broken("G8", expected, excluded.event.matched, excluded.entry.ref)


def arrived(state: State, event: LegArrived) -> None:
    """Arrived after it departed."""
    _, progress = _leg(state, event)
    if progress is None:
        return
    left = progress.departed_at
    if left is not None and event.arrived_at <= left:
        state.findings.broken("G12", f"an arrival after {left}", event.arrived_at)
    progress.arrived_at = event.arrived_at


def _leg(state: State, event: LegEvent) -> tuple[Journey | None, Progress | None]:
    """The leg that an event is about; the one before it has arrived."""
    journey = state.journeys.get(event.manifest)
    if journey is None:
        return None, None
    if not 1 <= event.leg <= len(journey.progress):
        state.findings.broken("G4", f"a leg from 1 to {len(journey.progress)}", event.leg)
        return journey, None
    if event.leg > 1 and journey.progress[event.leg - 2].arrived_at is None:
        state.findings.broken("G4", f"leg {event.leg - 1} arrived", "not yet")
    return journey, journey.progress[event.leg - 1]


RULES: Rules = {
    LegDepartureAuthorised: authorised,
    LegDeparted: departed,
    LegArrived: arrived,
}
