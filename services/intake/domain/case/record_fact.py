"""A fact is recorded by the office and side that the agreement names for it."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from services.intake.domain import person as persons
from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.case import identifiers
from services.intake.domain.case import state as cases
from services.intake.domain.case.fact import (
    FactContent,
    Fitness,
    Identity,
    IdentityDispute,
    LegalBasis,
    RiskAssessment,
    kind_of,
)
from services.intake.domain.case.state import CaseState
from services.intake.domain.parties import office_of
from services.intake.domain.person import PersonState
from shared.contracts.agreement import AgreementDocument
from shared.contracts.fact_dispute import IdentityDisputed
from shared.contracts.intake import (
    CaseFact,
    CaseProposed,
)
from shared.kernel.actor import Actor
from shared.kernel.codes import (
    FactKind,
    Sha256,
)
from shared.kernel.decider import Boundary, Decider, Reading, together
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, CaseId
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken


class NotTheSigningOffice(NotAllowed):
    """The agreement names another office, of one of its sides, for this kind of fact."""


class CaseIsBeyondFacts(Conflict):
    """The case was withdrawn, or its person is back: it takes no facts any more."""


class ValidForTooLong(RuleBroken):
    """An assessment stands for as long as the agreement lets it, and is made again after that."""


class FactCommand(msgspec.Struct, frozen=True, kw_only=True):
    """What every command about a case's facts brings; `document` is the signed paper's digest."""

    case: CaseId
    agreement: AgreementId
    document: Sha256
    on: date
    """The day on which it was signed, in UTC: the version of that day says whose office does."""
    actor: Actor


class RecordFact(FactCommand, frozen=True, kw_only=True):
    """Record one fact that clearance is computed from."""

    content: FactContent


class FactState(msgspec.Struct, frozen=True):
    """The case and the agreement that says who signs what; the person where documents are named."""

    agreement: AgreementState
    case: CaseState
    person: PersonState = PersonState()


def boundary(command: FactCommand) -> Boundary[FactState]:
    """The agreement and the case."""
    return Boundary((agreements.fold(command.agreement), cases.fold(command.case)), FactState)


def _boundary(command: RecordFact) -> Reading[FactState]:
    agreement, case = yield from together(
        agreements.fold(command.agreement), cases.fold(command.case)
    )
    if case.proposed is None or not isinstance(command.content, Identity):
        return FactState(agreement, case)
    return FactState(agreement, case, (yield from persons.fold(case.proposed.person)))


def signing(
    command: FactCommand, state: FactState, kind: FactKind
) -> tuple[CaseProposed, AgreementDocument]:
    """The proposal and the version that binds the day, if it has this office of this side sign such
    facts and the case still takes them (D6).
    """
    proposed = cases.proposal(state.case, command.case)
    document = agreements.binding(state.agreement, command.agreement, command.on)
    _only_signing_office(document, kind, command.actor)
    if state.case.status in cases.OVER:
        raise CaseIsBeyondFacts(f"case {command.case} is {state.case.status}")
    return proposed, document


def _only_signing_office(document: AgreementDocument, kind: FactKind, actor: Actor) -> None:
    offices = [
        (document.party(required.side), required.office)
        for required in document.required_facts
        if required.fact == kind
    ]
    if (actor.party, actor.office) not in offices:
        named = " or ".join(f"the {office} of {party}" for party, office in offices)
        detail = f"under {document.ref} {kind} is signed by {named or 'nobody'}"
        raise NotTheSigningOffice(detail)


def signed_fact(
    event: type[CaseFact], command: FactCommand, case: CaseState, **content: object
) -> CaseFact:
    """A fact of the case, as it is signed; it says that its person had departed (D7)."""
    proposed = cases.proposal(case, command.case)
    return event(
        case=proposed.case,
        person=proposed.person,
        agreement=proposed.agreement,
        signed_by=command.actor.party,
        office=office_of(command.actor),
        document=command.document,
        after_departure=case.status in cases.DEPARTED,
        **content,
    )


def _record(command: RecordFact, state: FactState) -> tuple[Event, ...]:
    kind = kind_of(command.content)
    proposed, document = signing(command, state, kind)
    if isinstance(command.content, IdentityDispute):
        return (signed_fact(IdentityDisputed, command, state.case),)
    content = msgspec.structs.asdict(command.content)
    if isinstance(command.content, LegalBasis):
        content["counted_on"] = command.content.counted_on or command.on
    elif isinstance(command.content, Identity):
        registered = persons.registration(state.person, proposed.person)
        identifiers.check(command.content.identifiers, registered)
    elif isinstance(command.content, RiskAssessment | Fitness):
        content["assessed_on"] = command.content.assessed_on or command.on
        _no_longer_than(command.content, content["assessed_on"], document)
    return (signed_fact(cases.FACTS[kind][0], command, state.case, **content),)


def _no_longer_than(
    content: RiskAssessment | Fitness, assessed_on: date, document: AgreementDocument
) -> None:
    longest = document.longest_validity
    if isinstance(content, RiskAssessment):
        rule, days = "G5", longest.risk_assessment_days
    else:
        rule, days = "G8", longest.fitness_days
    if (content.valid_until - assessed_on).days > days:
        until = assessed_on + timedelta(days=days)
        raise ValidForTooLong(
            f"{document.ref} lets this assessment stand for {days} days: say that it is valid until"
            f" {until} at most, and have it made again before then",
            rule=rule,
        )


RECORD_FACT = Decider(boundary=_boundary, decide=_record)
