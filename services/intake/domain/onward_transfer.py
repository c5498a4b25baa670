"""The sending state agrees that a person in custody is sent on to a third country (G5; T10).

Nobody types it: the case's risk assessment covers that country and is in force, and no order stands
against the person, whatever country it names. It is asked here, where assessments and orders are
read in one decision (G1); placement follows the agreement, and it is for a day, since an order that
comes later has to be met by the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement import stopped
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.assessment import in_force_until
from services.intake.domain.case import state as cases
from services.intake.domain.clearance import state as clearance
from services.intake.domain.clearance.state import (
    REFUSALS,
    ClearanceState,
    RequirementsNotMet,
    Traveller,
)
from services.intake.domain.parties import only_for
from services.intake.domain.safeguards import Question, standing_assurances, standing_holds
from services.intake.domain.way import Way
from shared.contracts.intake import CaseProposed, RiskOfIllTreatmentAssessed
from shared.contracts.onward_transfer import OnwardAgreementRefused, OnwardTransferAgreed
from shared.kernel.actor import Actor
from shared.kernel.codes import Country, Sha256
from shared.kernel.dates import last_second, utc_date
from shared.kernel.decider import Decider, Reading
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, agreement_of, custody_of
from shared.kernel.rejected import Conflict, Finding, RuleBroken

AGREED_FOR = timedelta(hours=24)
"""So long a person may leave after it was agreed: then orders are read again."""


class NobodyToSendOn(Conflict):
    """Only who was handed over, and is not returned, can be sent on."""


class NotAThirdCountry(Conflict):
    """Who goes to the sending state is returned, who stays in the receiving one is released."""


class AgreeOnwardTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """Agree that the person of a case is sent on, as they consented by this document."""

    case: CaseId
    onward: Country
    consent: Sha256
    now: datetime
    actor: Actor


class ToBeSentOn(msgspec.Struct, frozen=True):
    """The agreement, and the case with every order against its person, read at once (G1)."""

    agreement: AgreementState
    clearance: ClearanceState


def _boundary(command: AgreeOnwardTransfer) -> Reading[ToBeSentOn]:
    case = yield from cases.fold(command.case)
    proposed = cases.proposal(case, command.case)
    if case.manifest is None:
        raise _nobody(command, case.status)
    terms, (state,) = yield from clearance.read(
        agreement_of(proposed.agreement),
        proposed.receiving,
        Traveller(proposed.case, proposed.person),
        way=Way(case.manifest, (), (command.onward,)),
    )
    return ToBeSentOn(terms, state)


def _agree(command: AgreeOnwardTransfer, state: ToBeSentOn) -> tuple[Event, ...]:
    proposed = _sent_on(command, state)
    about: dict[str, Any] = {
        "case": proposed.case,
        "person": proposed.person,
        "agreement": proposed.agreement,
    }
    orders, assessed = tuple(_orders(command, state)), _covering(command, state)
    if orders or isinstance(assessed, Finding):
        lacking = (assessed,) if isinstance(assessed, Finding) else ()
        raise _refused((*orders, *lacking)).on_record(
            lambda refusal: OnwardAgreementRefused(**about, refusal=refusal)
        )
    expires_at = last_second(_expires_on(assessed, command, state))
    return (
        OnwardTransferAgreed(
            **about,
            custody=custody_of(proposed.case),
            onward=command.onward,
            consent=command.consent,
            assessment=assessed.document,
            agreed_at=command.now,
            ends_at=min(command.now + AGREED_FOR, expires_at),
            agreed_by=str(command.actor),
        ),
    )


def _sent_on(command: AgreeOnwardTransfer, state: ToBeSentOn) -> CaseProposed:
    """Whose case it is; raises unless the sending state has somebody to send on from there."""
    case = state.clearance.case
    proposed = cases.proposal(case, command.case)
    only_for(command.actor, proposed.sending, "agree that the person is sent on")
    if case.status != "transferred":
        raise _nobody(command, case.status)
    if command.onward in (proposed.sending, proposed.receiving):
        raise NotAThirdCountry(
            f"{command.onward} is one of the two states: order a return, or have the person"
            " released; who is sent on goes to a third country"
        )
    return proposed


def _orders(command: AgreeOnwardTransfer, state: ToBeSentOn) -> Iterator[Finding]:
    """Whatever forbids a departure forbids this one, to whichever country the person would go."""
    yield from standing_holds(_question(command, state))
    yield from standing_assurances(_question(command, state))
    yield from stopped.findings(state.agreement, utc_date(command.now))


def _covering(
    command: AgreeOnwardTransfer, state: ToBeSentOn
) -> RiskOfIllTreatmentAssessed | Finding:
    """G5: the assessment that covers person, destination and onward country, or what it lacks."""
    fact, onward = state.clearance.case.fact(RiskOfIllTreatmentAssessed), command.onward
    evidence = f"document/{fact.document}" if fact else None
    if fact is None or onward not in fact.onward:
        missing = f"no assessment of the risk of ill-treatment in {onward}, if sent on there"
    elif _expires_on(fact, command, state) < utc_date(command.now):
        missing = f"the risk assessment expired on {_expires_on(fact, command, state)}"
    elif fact.substantial_grounds:
        missing = "there are substantial grounds to fear ill-treatment"
    else:
        return fact
    return Finding(rule="G5", missing=missing, evidence=evidence)


def _expires_on(
    fact: RiskOfIllTreatmentAssessed, command: AgreeOnwardTransfer, state: ToBeSentOn
) -> date:
    longest = _question(command, state).document.longest_validity
    return in_force_until(fact, longest.risk_assessment_days)


def _question(command: AgreeOnwardTransfer, state: ToBeSentOn) -> Question:
    known = state.clearance
    agreement = agreement_of(cases.proposal(known.case, command.case).agreement)
    today = utc_date(command.now)
    return Question(
        document=agreements.binding(state.agreement, agreement, today),
        case=known.case,
        holds=known.holds,
        on=today,
        assurances=known.assurances,
    )


def _refused(findings: tuple[Finding, ...]) -> RuleBroken:
    first, more = findings[0], len(findings) - 1
    rest = f" (and {more} more)" if more else ""
    detail = f"{first.missing}{rest}: settle every finding, then agree again; a return needs none"
    return REFUSALS.get(first.rule, RequirementsNotMet)(detail, findings=findings, rule=first.rule)


def _nobody(command: AgreeOnwardTransfer, status: str) -> NobodyToSendOn:
    return NobodyToSendOn(f"case {command.case} is {status}: nobody of it is in custody there")


AGREE_ONWARD_TRANSFER = Decider(boundary=_boundary, decide=_agree)
