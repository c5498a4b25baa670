"""The facts of a case: each recorded by the office and side that the agreement names for it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta

from services.intake.domain import agreement as agreements
from services.intake.domain import case as cases
from services.intake.domain.agreement import AgreementState
from services.intake.domain.case import CaseState
from services.intake.domain.parties import office_of
from shared.contracts.agreement import AgreementDocument
from shared.contracts.codes import (
    Code,
    Country,
    FactKind,
    IdentifierKind,
    Language,
    OffenceCode,
    Sha256,
)
from shared.contracts.intake import (
    CaseFact,
    CaseProposed,
    NationalityDetermined,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
)
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, CaseId
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken

Countries = Annotated[tuple[Country, ...], Meta(max_length=20)]


class Identity(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity"
):
    """Who the person is, by independent identifiers (G9)."""

    identifiers: Annotated[tuple[IdentifierKind, ...], Meta(max_length=20)]


class LegalBasis(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="legal-basis"
):
    """The judgment that the transfer rests on (G6)."""

    court: Code
    reference: Code
    judged_on: date
    final_on: date | None
    """The day from which nobody can appeal; a judgment without one is not final."""
    offence: OffenceCode
    days_remaining: Annotated[int, Meta(ge=0, le=100_000)]
    counted_on: date | None = None
    """The day on which they remain: that of the signature, unless another one is named."""


class Nationality(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="nationality"
):
    """The person's nationalities, or that they are disputed (G7)."""

    nationalities: Countries
    disputed: bool
    instrument: Code | None = None


class RiskAssessment(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="risk-assessment"
):
    """Whether there are substantial grounds to fear ill-treatment there or beyond (G5)."""

    destination: Country
    onward: Countries
    substantial_grounds: bool
    valid_until: date


class Fitness(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="fitness"
):
    """Whether the person is fit to travel."""

    fit: bool
    valid_until: date


class Notice(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="notice"
):
    """Notice in a language that the person understands (G10)."""

    language: Language
    served_on: date


class Counsel(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="counsel"
):
    """The person had access to counsel (G10)."""

    accessed_on: date


class Consular(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="consular"
):
    """Consular notice was offered, and the answer (G11)."""

    offered_on: date
    answer: Literal["accepted", "declined", "withheld-without-consent"]


class Opinion(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="opinion"
):
    """What the person says about the transfer."""

    opinion: Literal["consents", "objects", "gives-none"]


FactContent = (
    Identity
    | LegalBasis
    | Nationality
    | RiskAssessment
    | Fitness
    | Notice
    | Counsel
    | Consular
    | Opinion
)


def kind_of(content: FactContent) -> FactKind:
    """The kind of fact that a content is about."""
    return cast("FactKind", type(content).__struct_config__.tag)


class NotTheSigningOffice(NotAllowed):
    """The agreement names another office, of one of its sides, for this kind of fact."""


class CaseIsBeyondFacts(Conflict):
    """The case departed or was closed: facts of another kind follow it from here."""


class AnsweredAlready(Conflict):
    """The receiving state gave this answer already."""


class NoRightToRefuseANational(RuleBroken):
    """A state takes its own nationals back: a repatriation cannot be declined."""

    RULE = "repatriation"


class FactCommand(msgspec.Struct, frozen=True, kw_only=True):
    """What every command about a case's facts brings; `document` is the signed paper's digest."""

    case: CaseId
    agreement: AgreementId
    document: Sha256
    actor: Actor


class RecordFact(FactCommand, frozen=True, kw_only=True):
    """Record one fact that clearance is computed from."""

    content: FactContent
    signed_on: date


class AcceptCase(FactCommand, frozen=True):
    """The receiving state accepts this person (G8)."""


class DeclineCase(FactCommand, frozen=True):
    """The receiving state declines this person (G8)."""


class FactState(msgspec.Struct, frozen=True):
    """The case and the agreement that says who signs what."""

    agreement: AgreementState
    case: CaseState


def _boundary(command: FactCommand) -> Boundary[FactState]:
    return Boundary((agreements.fold(command.agreement), cases.fold(command.case)), FactState)


def _signing(command: FactCommand, state: FactState, kind: FactKind) -> CaseProposed:
    proposed = cases.proposal(state.case, command.case)
    document = agreements.signed(state.agreement, proposed.agreement)
    _only_signing_office(document, kind, command.actor)
    if state.case.status in cases.DEPARTED | cases.CLOSED:
        raise CaseIsBeyondFacts(f"case {command.case} is {state.case.status}")
    return proposed


def _only_signing_office(document: AgreementDocument, kind: FactKind, actor: Actor) -> None:
    offices = [
        (document.party(one.side), one.office)
        for one in document.required_facts
        if one.fact == kind
    ]
    if (actor.party, actor.office) not in offices:
        named = " or ".join(f"the {office} of {party}" for party, office in offices)
        detail = f"under {document.ref} {kind} is signed by {named or 'nobody'}"
        raise NotTheSigningOffice(detail)


def _event(
    event: type[CaseFact], command: FactCommand, proposed: CaseProposed, **content: object
) -> CaseFact:
    return event(
        case=proposed.case,
        person=proposed.person,
        agreement=proposed.agreement,
        signed_by=command.actor.party,
        office=office_of(command.actor),
        document=command.document,
        **content,
    )


def _record(command: RecordFact, state: FactState) -> tuple[Event, ...]:
    kind = kind_of(command.content)
    proposed = _signing(command, state, kind)
    content = msgspec.structs.asdict(command.content)
    if isinstance(command.content, LegalBasis):
        content["counted_on"] = command.content.counted_on or command.signed_on
    return (_event(cases.FACTS[kind][0], command, proposed, **content),)


def _accept(command: AcceptCase, state: FactState) -> tuple[Event, ...]:
    proposed = _signing(command, state, "acceptance")
    if state.case.fact(ReceivingStateAccepted):
        raise AnsweredAlready(f"case {command.case} is accepted already")
    return (_event(ReceivingStateAccepted, command, proposed),)


def _decline(command: DeclineCase, state: FactState) -> tuple[Event, ...]:
    proposed = _signing(command, state, "acceptance")
    if state.case.fact(ReceivingStateDeclined):
        raise AnsweredAlready(f"case {command.case} is declined already")
    determined = state.case.fact(NationalityDetermined)
    home = determined is not None and proposed.receiving in determined.nationalities
    if proposed.kind == "repatriation" and home and not (determined and determined.disputed):
        raise NoRightToRefuseANational(f"{proposed.receiving} takes its own national back")
    return (_event(ReceivingStateDeclined, command, proposed),)


RECORD_FACT = Decider(boundary=_boundary, decide=_record)
ACCEPT_CASE = Decider(boundary=_boundary, decide=_accept)
DECLINE_CASE = Decider(boundary=_boundary, decide=_decline)
