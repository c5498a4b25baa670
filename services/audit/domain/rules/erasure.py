"""Who a person is is erased by two subjects of two offices, once nobody needs it (G12, G22)."""

from __future__ import annotations

from datetime import date, timedelta

from services.audit.domain.actors import same_subject
from services.audit.domain.gate import day_of
from services.audit.domain.state import Rules, State
from shared.contracts.case_return import CaseReturned
from shared.contracts.erasure import ErasureAsked, PersonErased
from shared.contracts.intake import CaseProposed, CaseTransferred, CaseWithdrawn
from shared.contracts.manifest import PersonRemoved
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.kernel.dates import utc_date
from shared.kernel.ids import AgreementRef, CaseId, PersonId


def proposed(state: State, event: CaseProposed) -> None:
    """A wish to have them erased was made without this case, and lapses with it."""
    state.people.of(event.person).erasure_asked_by = ""


def withdrawn(state: State, event: CaseWithdrawn) -> None:
    """Nobody departed; without a day it is kept from when the case was proposed."""
    case, day = state.cases.get(event.case), event.withdrawn_on
    if day is None and case is not None:
        day = utc_date(case.proposed.proposed_at)
    if day is not None:
        _keep(state, event.person, event.agreement, day, departed=False)


def transferred(state: State, event: CaseTransferred) -> None:
    """The receiving state has the person: held, or unaccounted for."""
    _away(state, event.person, event.case)


def taken_off(state: State, event: PersonRemoved) -> None:
    """Where a journey stops over, somebody has them from there on."""
    if event.custodian is not None:
        _away(state, event.person, event.case)


def returned(state: State, event: CaseReturned) -> None:
    """The sending state has the person back from where they were."""
    _back(state, event.person, event.case)
    if event.returned_at is None:
        state.people.of(event.person).kept_until = date.max
        return
    _keep(state, event.person, event.agreement, utc_date(event.returned_at), departed=True)


def recalled(state: State, event: RecallCompleted) -> None:
    """The sending state has the person back from the way."""
    _back(state, event.person, event.case)
    _keep(state, event.person, event.agreement, utc_date(event.completed_at), departed=True)


def _away(state: State, name: PersonId, case: CaseId) -> None:
    _back(state, name, case)
    person = state.people.of(name)
    person.transferred = (*person.transferred, case)


def _back(state: State, name: PersonId, case: CaseId) -> None:
    person = state.people.of(name)
    person.transferred = tuple(other for other in person.transferred if other != case)


def _keep(
    state: State, name: PersonId, agreement: AgreementRef, day: date, *, departed: bool
) -> None:
    version = state.versions.versions.get(agreement)
    if version is None:
        state.findings.missing("G12", f"agreement/{agreement}, and how long it keeps who", "none")
        return
    terms, person = version.document.retention, state.people.of(name)
    days = terms.after_departure_days if departed else terms.otherwise_days
    person.kept_until = max(person.kept_until, day + timedelta(days=days))


def asked(state: State, event: ErasureAsked) -> None:
    """Remembered until it is done: who asked does not do it."""
    state.people.of(event.person).erasure_asked_by = event.asked_by
    _unneeded(state, event.person)


def erased(state: State, event: PersonErased) -> None:
    """By another subject than who asked; and from here on nobody can be asked about."""
    asked_by = state.people.of(event.person).erasure_asked_by
    if same_subject(asked_by, event.erased_by):
        state.findings.broken("G22", "two subjects", event.erased_by)
    _unneeded(state, event.person)
    state.people.of(event.person).erased = True


def _unneeded(state: State, person: PersonId) -> None:
    """No order, assurance, case, custody or retention stands about any pseudonym of the person."""
    findings, pseudonyms = state.findings, state.pseudonyms
    everybody, same = pseudonyms.everybody(person), pseudonyms.merged_with(person)
    for name in sorted(everybody - same):
        findings.broken("G9", f"a decision whether person/{name} is the same", "none")
    for order in state.orders.about(everybody):
        findings.broken("G2", "no order that stands", order.entry.subject, order.entry.ref)
    for assured in state.assurances.about(same):
        entry = assured.entry
        findings.broken("D5", "no assurance that stands", entry.subject, entry.ref)
    for name in sorted(same):
        known = state.people.of(name)
        if known.meant_by is not None:
            expected = "nobody whom an office registered for its order"
            findings.broken("D9", expected, f"person/{name}")
        if known.open_case is not None:
            findings.broken("G12", "no case that is open", f"case/{known.open_case}")
        for case in known.transferred:
            findings.broken("G12", "nobody in custody", f"case/{case}")
        if day_of(findings.entry) <= known.kept_until:
            findings.broken("G12", f"a day after {known.kept_until}", f"person/{name}")


RULES: Rules = {
    CaseProposed: proposed,
    CaseWithdrawn: withdrawn,
    PersonRemoved: taken_off,
    CaseTransferred: transferred,
    CaseReturned: returned,
    RecallCompleted: recalled,
    ErasureAsked: asked,
    PersonErased: erased,
}
