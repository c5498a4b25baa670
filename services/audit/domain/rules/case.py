"""Cases: proposed under terms in force, with facts of the named offices, and cleared (G5-G11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from services.audit.domain import told_since
from services.audit.domain.cause_of_removal import WITHDRAWN
from services.audit.domain.clearance import KINDS
from services.audit.domain.disputes import are_disputed
from services.audit.domain.gate import (
    day_of,
    goes_on,
    in_term,
    made_under,
    nothing_lacks,
    since_proposed,
)
from services.audit.domain.records.cases import Case
from services.audit.domain.state import Rules, State
from services.audit.domain.travel_on_record import travel_of
from shared.contracts.agreement import AgreementDocument
from shared.contracts.fact_dispute import FactWithdrawn
from shared.contracts.intake import (
    CaseFact,
    CaseProposed,
    CaseTransferred,
    CaseWithdrawn,
    ClearanceGranted,
    FitnessToTravelAssessed,
    IdentityConfirmed,
    NationalityDetermined,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.codes import DocumentKind, IdentifierKind
from shared.kernel.ids import PersonId, agreement_of
from shared.kernel.reference.territories import state_of


def proposed(state: State, event: CaseProposed) -> None:
    """The sending state proposes a person, under an agreement in force that admits the kind."""
    findings, document = state.findings, in_term(state, agreement_of(event.agreement))
    goes_on(state, agreement_of(event.agreement))
    made_under(state, event.agreement, document)
    if document is not None and event.kind not in document.admission.kinds:
        admitted = ", ".join(document.admission.kinds)
        findings.broken("admission.kinds", f"one of {admitted}", event.kind)
    if (meant_by := state.people.of(event.person).meant_by) is not None:
        findings.broken("D9", "a person whom the sending state's agency registered", meant_by)
    for name in sorted(state.pseudonyms.merged_with(event.person)):
        under_way = state.people.of(name).open_case
        if under_way is not None:
            found = f"case/{under_way}, as person/{name}"
            findings.broken("G12", "one open case of a person", found)
    state.people.of(event.person).open_case = event.case
    state.cases.setdefault(event.case, Case(event))


def recorded(state: State, event: CaseFact) -> None:
    """A fact is signed by the office that the agreement names for it."""
    case = told_since.case_of_departed(state, event.case)
    if case is None:
        return
    kind = KINDS[type(event)]
    agreement = agreement_of(case.proposed.agreement)
    document = state.versions.binding(agreement, day_of(state.findings.entry))
    if document is not None:
        offices = [
            (document.party(required.side), required.office)
            for required in document.required_facts
            if required.fact == kind
        ]
        if (event.signed_by, event.office) not in offices:
            named = " or ".join(f"the {office} of {party}" for party, office in offices)
            found = f"the {event.office} of {event.signed_by}"
            expected = f"{kind} signed by {named or 'nobody'}"
            state.findings.broken("required_facts", expected, found)
        _stands_for_too_long(state, event, document)
    if isinstance(event, IdentityConfirmed):
        _different_and_held(state, event)
    if isinstance(event, ReceivingStateAccepted):
        in_term(state, agreement)
        since_proposed(state, case)
    if isinstance(event, ReceivingStateDeclined):
        _may_decline(state, case)
    case.say(kind, event)
    _takes_clearance_back(state, case, event)
    told_since.fact(state, case, event)


def _takes_clearance_back(state: State, case: Case, event: CaseFact) -> None:
    """A decline does, whatever says anew whom it was granted to (G3), and a dispute (G1)."""
    if isinstance(event, NationalityDetermined):
        word = (event.case, event.signed_by, event.office)
        state.people.of(event.person).nationalities.pop(word, None)
        state.people.of(event.person).nationalities[word] = event
    anew = isinstance(event, ReceivingStateDeclined | NationalityDetermined | LegalBasisRecorded)
    if anew or are_disputed(case.of(KINDS[type(event)])):
        case.cleared_at = -1


def withdrawn(state: State, event: FactWithdrawn) -> None:
    """An office takes back what it said, and nobody else's; what it bore is not cleared (G1)."""
    case = state.cases.get(event.case)
    if case is None:
        return
    since_proposed(state, case)
    signer = (event.signed_by, event.office)
    word = case.facts.get(event.kind, {}).get(signer)
    if word is None:
        found = "nothing of it on record"
        state.findings.broken("G1", f"{event.kind} that the {' of '.join(signer)} said", found)
        return
    state.findings.same("G1", "the paper that is taken back:", word.document, event.withdrawn)
    if isinstance(word, ReceivingStateAccepted):
        _may_decline(state, case)
    del case.facts[event.kind][signer]
    if event.kind == "nationality":
        state.people.of(event.person).nationalities.pop((event.case, *signer), None)
    case.cleared_at = -1


def _different_and_held(state: State, event: IdentityConfirmed) -> None:
    """The same again confirms nothing, nor does a document that the person's vault has not (G9)."""
    named = ", ".join(event.identifiers)
    if len(set(event.identifiers)) < len(event.identifiers):
        state.findings.broken("G9", "different identifiers, each named once", named)
    taken: dict[str, IdentifierKind] = {}
    papers = {kind: _papers(state, event.person, kind) for kind in sorted(set(event.identifiers))}
    for kind, held in papers.items():
        if held is None:
            continue
        if not held:
            state.findings.broken("G9", f"a {kind} that the person's vault holds", "none")
        elif not _takes_one(kind, papers, taken, set()):
            state.findings.broken("G9", "a paper for each document that is named", named)


def _papers(state: State, person: PersonId, kind: IdentifierKind) -> frozenset[str] | None:
    """The papers of a kind that a person was registered with; nothing of what is no document."""
    if kind not in get_args(DocumentKind):
        return None
    return frozenset(its.paper for its in state.people.of(person).documents if its.kind == kind)


def _takes_one(
    kind: IdentifierKind,
    papers: Mapping[IdentifierKind, frozenset[str] | None],
    taken: dict[str, IdentifierKind],
    tried: set[str],
) -> bool:
    """Whether a kind gets a paper of its own, though another one may have to take another."""
    for paper in sorted(papers[kind] or ()):
        if paper not in tried:
            tried.add(paper)
            if paper not in taken or _takes_one(taken[paper], papers, taken, tried):
                taken[paper] = kind
                return True
    return False


def _stands_for_too_long(state: State, event: CaseFact, document: AgreementDocument) -> None:
    """An assessment is for as many days as the agreement lets it be, from when it was made."""
    longest = document.longest_validity
    if isinstance(event, RiskOfIllTreatmentAssessed):
        rule, days = "G5", longest.risk_assessment_days
    elif isinstance(event, FitnessToTravelAssessed):
        rule, days = "G8", longest.fitness_days
    else:
        return
    made = event.assessed_on or state.findings.entry.time.date()
    if (event.valid_until - made).days > days:
        expected = f"an assessment of {made} that stands for {days} days at most"
        state.findings.broken(rule, expected, f"valid until {event.valid_until}")


def _may_decline(state: State, case: Case) -> None:
    """A state takes its own nationals back."""
    said, receiving = case.of("nationality"), case.proposed.receiving
    known = [fact for fact in said if isinstance(fact, NationalityDetermined)]
    home = any(state_of(receiving) in map(state_of, fact.nationalities) for fact in known)
    home = home and not (any(fact.disputed for fact in known) or are_disputed(known))
    if case.proposed.kind == "repatriation" and home:
        found = f"{receiving} declined its national"
        state.findings.broken("repatriation", "a national who is taken back", found)


def granted(state: State, event: ClearanceGranted) -> None:
    """Nobody types a clearance: everything that it is computed from is on record."""
    case = state.cases.get(event.case)
    if case is None:
        return
    agreement = agreement_of(case.proposed.agreement)
    document = in_term(state, agreement)
    goes_on(state, agreement)
    since_proposed(state, case)
    travel = travel_of(state.people, state.pseudonyms, case, case.proposed.receiving)
    if document is not None:
        nothing_lacks(state, case, document, travel)
    seen = sorted((orders.scope, orders.asserted) for orders in event.orders)
    counted = sorted(state.orders.counted(travel).items())
    state.findings.same("G3", "every order that covers the case by no name", counted, seen)
    case.cleared_at = state.findings.entry.sequence


def closed(state: State, event: CaseWithdrawn | CaseTransferred) -> None:
    """The case is over; a person can be proposed again."""
    case = state.cases.pop(event.case, None)
    if case is None:
        return
    state.counts[type(event).__name__] += 1
    if isinstance(event, CaseTransferred):
        state.handed_over[event.case] = case
    elif (held := case.held_by) is not None:
        found = f"withdrawn, and {held.party}/{held.body} holds them"
        state.findings.broken("G13", f"case/{event.case} until its person is back", found)
    state.expectations.keep((WITHDRAWN, event.case))
    state.latest.forget(CaseProposed, "case", event.case)
    person = state.people.of(case.proposed.person)
    if person.open_case == event.case:
        person.open_case = None


RULES: Rules = {
    CaseProposed: proposed,
    CaseFact: recorded,
    FactWithdrawn: withdrawn,
    ClearanceGranted: granted,
    CaseWithdrawn: closed,
    CaseTransferred: closed,
}
