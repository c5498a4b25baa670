"""The gate: what must hold of a person at clear, manifest, seal, board and each departure (G4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from services.audit.domain.clearance import Asked, Days, lacks
from services.audit.domain.records.cases import Case
from services.audit.domain.records.journeys import Journey
from services.audit.domain.state import State
from shared.contracts.agreement import AgreementDocument, agreed_on
from shared.contracts.codes import Country
from shared.kernel.ids import AgreementId, AgreementRef, CaseId, ManifestId, PersonId, agreement_of


def in_force(state: State, ref: AgreementRef) -> AgreementDocument | None:
    """The version that is in force, which this entry has to be made under (F8)."""
    document = state.versions.active(agreement_of(ref))
    found = None if document is None else document.ref
    if found != ref:
        state.findings.broken("F8", f"{ref} in force, signed by both states", found)
    return document


def in_term(state: State, agreement: AgreementId) -> AgreementDocument | None:
    """The version that is in force, whose term has the day on which this happened (D4)."""
    document, entry = state.versions.active(agreement), state.findings.entry
    day = min(entry.time, entry.recorded_at).astimezone(UTC).date()
    if document is not None and not agreed_on(day, document):
        found = f"{document.ref} is from {document.effective.start}, and ends at the beginning of"
        expected = f"an agreement in force on {day}"
        state.findings.broken("effective", expected, f"{found} {document.effective.end}")
    return document


def signed_as(state: State, ref: AgreementRef) -> AgreementDocument | None:
    """A version that both states signed, whether another has replaced it or not (F8)."""
    version = state.versions.versions.get(ref)
    if version is None or not version.signed_by_both:
        state.findings.broken("F8", f"both states' signatures on {ref}", "not both")
        return None
    return version.document


def pass_gate(state: State, journey: Journey, name: CaseId, *times: datetime) -> None:
    """What must hold of one person at every gate: no order, cleared, everything in force."""
    opened, case = journey.opened, state.cases.get(name)
    document = in_force(state, opened.agreement)
    if case is None:
        return
    person, findings = case.proposed.person, state.findings
    findings.same("G1", "the destination", case.proposed.receiving, opened.receiving)
    if case.cleared_at < 0 or case.cleared_at < _undone_at(state, person, opened.receiving):
        found = "none, or undone by an order or a merging that came later"
        findings.broken("G4", f"a clearance of case/{name}", found)
    if document is not None:
        nothing_lacks(state, case, document, *times)


def everyone_passes(
    state: State, manifest: ManifestId, aboard: Iterable[CaseId], *times: datetime
) -> None:
    """The gate for everybody on board, at doors closed and at departure."""
    journey = state.journeys[manifest]
    on_board = ("boarded", "arrived") if journey.begun else ("boarded",)
    state.findings.same("G4", "on board", with_state(state, manifest, *on_board), sorted(aboard))
    for name in sorted(aboard):
        pass_gate(state, journey, name, *times)


def with_state(state: State, manifest: ManifestId, *wanted: str) -> list[CaseId]:
    """The cases on a list that have come this far, sorted."""
    passengers = state.lifecycles.all("passenger")
    listed = state.journeys[manifest].listed
    return sorted(case for case in listed if passengers.get((manifest, case)) in wanted)


def nothing_lacks(
    state: State, case: Case, document: AgreementDocument, *journey: datetime
) -> None:
    """Note whatever stands between a person and a clearance (G3 to G11)."""
    findings, name, person = state.findings, case.proposed.case, case.proposed.person
    not_in_force(state, case, document, Days.of(findings.entry.recorded_at, *map(_day, journey)))
    everybody = state.pseudonyms.everybody(person)
    for order in state.orders.against(everybody, document.parties.receiving):
        expected = f"case/{name}: no order that stands"
        findings.broken("G3", expected, order.entry.subject, order.entry.ref)
    for alike in state.pseudonyms.of(person):
        if alike.set_aside or not alike.merged:
            found = "gave way to" if alike.set_aside else "waits, may be"
            expected = f"case/{name}: nobody else whom the person may be"
            findings.broken("G9", expected, f"{found} person/{alike.other}")


def not_in_force(state: State, case: Case, document: AgreementDocument, days: Days) -> None:
    """Note whatever the safeguards and the agreement ask for and was not there on the day."""
    for lack in lacks(Asked(document, case.proposed.kind, case.facts, days)):
        expected = f"case/{case.proposed.case}: {lack.expected}"
        state.findings.broken(lack.rule, expected, lack.found)


def _undone_at(state: State, person: PersonId, destination: Country) -> int:
    """The last entry that voids clearances before it: an order, lifted or not, or a merging."""
    everybody = state.pseudonyms.everybody(person)
    ordered = state.orders.asserted_last(everybody, destination)
    return max(ordered, *(state.pseudonyms.merged_at.get(pseudonym, -1) for pseudonym in everybody))


def _day(instant: datetime) -> date:
    return instant.astimezone(UTC).date()
