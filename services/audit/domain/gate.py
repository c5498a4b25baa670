"""The gate: what must hold of a person at clear, manifest, seal, board and each departure (G4)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.audit.domain.clearance import Days, Question, lacks
from services.audit.domain.disputes import counting
from services.audit.domain.entry import Entry
from services.audit.domain.records.cases import Case
from services.audit.domain.records.journeys import Journey
from services.audit.domain.scopes import Travel
from services.audit.domain.state import State
from services.audit.domain.travel_on_record import travel_of
from shared.contracts.agreement import AgreementDocument, agreed_on
from shared.contracts.manifest import LegDeparted, LegDepartureAuthorised, PersonManifested
from shared.kernel.ids import AgreementId, AgreementRef, CaseId, ManifestId, agreement_of


def day_of(entry: Entry) -> date:
    """The day on which something was done, in UTC: never later than it was recorded."""
    return _day(min(entry.time, entry.recorded_at))


def in_term(state: State, agreement: AgreementId) -> AgreementDocument | None:
    """The version of the day on which this happened, which its term has (D4, D6)."""
    return in_force(state, agreement, day_of(state.findings.entry))


def in_force(state: State, agreement: AgreementId, day: date) -> AgreementDocument | None:
    """The version that a day is under: signed by both states (F8), its term has the day (D6)."""
    document = state.versions.binding(agreement, day)
    if document is None:
        state.findings.broken("F8", f"{agreement} signed by both states", "no version is")
    elif not agreed_on(day, document):
        found = f"{document.ref} is from {document.effective.start}, and ends at the beginning of"
        expected = f"an agreement in force on {day}"
        state.findings.broken("effective", expected, f"{found} {document.effective.end}")
    return document


def goes_on(state: State, agreement: AgreementId, *days: date) -> None:
    """Nobody has suspended the agreement, whichever version (G23), and no notice has run out before
    these days, or before that of the entry (D4).
    """
    for standing in state.suspensions.of(agreement).values():
        expected = f"{agreement} not suspended"
        state.findings.broken("G23", expected, f"suspended by {standing.by}", standing.entry.ref)
    last_day = state.suspensions.last_days.get(agreement)
    for day in days or (day_of(state.findings.entry),):
        if last_day is not None and day > last_day:
            found = f"terminated with {last_day}"
            state.findings.broken("effective", f"{agreement} in force on {day}", found)


def drilled(state: State, agreement: AgreementId, day: date) -> None:
    """A return was practised, and recorded, before anybody departs on a day (G24)."""
    first = state.suspensions.drilled_on.get(agreement)
    if first is None or first > day:
        expected = f"a return drill under {agreement} by {day}"
        state.findings.broken("G24", expected, f"one on {first}" if first else "none")


def since_proposed(state: State, case: Case) -> None:
    """No step of a case is on a day before the case was proposed (G4)."""
    first, day = _day(case.proposed.proposed_at), day_of(state.findings.entry)
    if day < first:
        expected = f"case/{case.proposed.case}: a day from {first} on, when it was proposed"
        state.findings.broken("G4", expected, day)


def made_under(state: State, ref: AgreementRef, document: AgreementDocument | None) -> None:
    """An entry names the version that it was made under (F8)."""
    if document is not None:
        state.findings.same("F8", "the version in force", document.ref, ref)


def pass_gate(
    state: State,
    journey: Journey,
    document: AgreementDocument | None,
    name: CaseId,
    *times: datetime,
) -> None:
    """What must hold of one person at every gate, under the version of its day: no order, cleared,
    everything in force.
    """
    opened, case = journey.opened, state.cases.get(name)
    if case is None:
        return
    findings = state.findings
    since_proposed(state, case)
    findings.same("G1", "the destination", case.proposed.receiving, opened.receiving)
    travel = travel_of(state.people, state.pseudonyms, case, opened.receiving, journey)
    if case.cleared_at < 0 or case.cleared_at < _undone_at(state, travel):
        found = "none, or undone by an order, an exclusion or who they are since"
        findings.broken("G4", f"a clearance of case/{name}", found)
    if document is not None:
        nothing_lacks(state, case, document, travel, *times)
    if not journey.begun:
        _known_by_every_pseudonym(state, journey, name)


def _known_by_every_pseudonym(state: State, journey: Journey, name: CaseId) -> None:
    """Who was merged since a place was held may be awaited, held or on a journey elsewhere, be it
    that they were one person before and two in between (G12).
    """
    key = (journey.opened.manifest, name)
    listed = state.latest.last(PersonManifested, "manifest case", key)
    if listed is None:
        return
    person, known = listed.event.person, listed.event.pseudonyms
    entry = int(listed.ref.rpartition("#")[2])
    for other in sorted(state.pseudonyms.merged_with(person) - {person}):
        parted = state.pseudonyms.parted_since(person, other, entry)
        if other not in known or parted:
            expected = f"case/{name}: put on the manifest by every pseudonym"
            state.findings.broken("G12", expected, f"person/{other} was merged since", listed.ref)


def to_a_facility_of(state: State, journey: Journey, document: AgreementDocument | None) -> None:
    """A journey ends in a facility of the version of the day, whichever it was planned under."""
    facility = journey.opened.facility
    if document is not None and document.facility(facility) is None:
        state.findings.broken("facilities", f"a facility of {document.ref}", facility)
    if state.facilities.of(facility).stopped:
        state.findings.broken("G17", "a facility that is not suspended", facility)


def has_money(state: State, agreement: AgreementId) -> None:
    """Nobody departs under an agreement whose money has run out, as far as intake knows (D12)."""
    if state.funding.of(agreement).stopped:
        found = "all that is obligated is used"
        state.findings.broken("D12", f"money that is left for {agreement}", found)


def everyone_passes(
    state: State,
    event: LegDepartureAuthorised | LegDeparted,
    document: AgreementDocument | None,
    *times: datetime,
) -> None:
    """The gate for everybody on board, at doors closed and at departure."""
    manifest, aboard = event.manifest, event.cases
    journey = state.journeys[manifest]
    to_a_facility_of(state, journey, document)
    if not journey.begun:
        has_money(state, agreement_of(journey.opened.agreement))
    on_board = ("boarded", "arrived") if journey.begun else ("boarded",)
    state.findings.same("G4", "on board", with_state(state, manifest, *on_board), sorted(aboard))
    for name in sorted(aboard):
        pass_gate(state, journey, document, name, *times)


def with_state(state: State, manifest: ManifestId, *wanted: str) -> list[CaseId]:
    """The cases on a list that have come this far, sorted."""
    passengers = state.lifecycles.all("passenger")
    listed = state.journeys[manifest].listed
    return sorted(case for case in listed if passengers.get((manifest, case)) in wanted)


def nothing_lacks(
    state: State, case: Case, document: AgreementDocument, travel: Travel, *journey: datetime
) -> None:
    """Note whatever stands between a person and a clearance (G3 to G11)."""
    findings, name, person = state.findings, case.proposed.case, case.proposed.person
    days = Days.of(findings.entry.recorded_at, *map(_day, journey))
    not_in_force(state, case, document, days)
    for excluded in state.exclusions.forbidding(travel.pseudonyms, days.last):
        expected, matched = f"case/{name}: nobody who is excluded", excluded.event.matched
        findings.broken("G8", expected, matched, excluded.entry.ref)
    for clause, category in state.categories.barred(travel.pseudonyms, document.admission.clauses):
        findings.broken("G8", f"case/{name}: nobody whom {clause} excludes", category)
    for order in state.orders.against(travel):
        expected = f"case/{name}: no order that stands"
        findings.broken("G3", expected, order.entry.subject, order.entry.ref)
    for assured in state.assurances.about(travel.pseudonyms):
        expected, until = f"case/{name}: no assurance that stands", assured.event.until
        findings.broken("D5", expected, f"one until {until}", assured.entry.ref)
    for alike in state.pseudonyms.of(person):
        if alike.set_aside or not alike.merged:
            found = "gave way to" if alike.set_aside else "waits, may be"
            expected = f"case/{name}: nobody else whom the person may be"
            findings.broken("G9", expected, f"{found} person/{alike.other}")


def not_in_force(state: State, case: Case, document: AgreementDocument, days: Days) -> None:
    """Note whatever the safeguards and the agreement ask for and was not there on the day."""
    facts, in_dispute = counting(document, case.facts)
    for lack in lacks(Question(document, case.proposed.kind, facts, days, in_dispute)):
        expected = f"case/{case.proposed.case}: {lack.expected}"
        state.findings.broken(lack.rule, expected, lack.found)


def _undone_at(state: State, travel: Travel) -> int:
    """The last entry that voids clearances before it: an order, an exclusion, or who is who."""
    decided = (state.pseudonyms.decided_at.get(pseudonym, -1) for pseudonym in travel.pseudonyms)
    matched = (state.exclusions.matched_at.get(pseudonym, -1) for pseudonym in travel.pseudonyms)
    assured = (state.assurances.given_at.get(pseudonym, -1) for pseudonym in travel.pseudonyms)
    return max(state.orders.asserted_last(travel), *decided, *matched, *assured)


def _day(instant: datetime) -> date:
    return instant.astimezone(UTC).date()
