"""How a case begins and how it is taken back: both by the sending state alone."""

from __future__ import annotations

import msgspec

from services.intake.domain import agreement as agreements
from services.intake.domain import case as cases
from services.intake.domain import person as persons
from services.intake.domain.agreement import AgreementState
from services.intake.domain.case import CaseState
from services.intake.domain.parties import only_for
from services.intake.domain.person import PersonState
from shared.contracts.codes import CaseKind
from shared.contracts.intake import CaseProposed, CaseWithdrawn
from shared.contracts.manifest import PersonRemoved
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, CaseId, PersonId
from shared.kernel.rejected import Conflict, RuleBroken


class KindIsNotAgreed(RuleBroken):
    """The agreement does not admit cases of this kind."""

    RULE = "admission.kinds"


class CaseIsOpenAlready(Conflict):
    """A person has one open case at a time."""


class TooLateToWithdraw(Conflict):
    """The person has departed, or the case is closed: it cannot be withdrawn."""


class ProposeCase(msgspec.Struct, frozen=True, kw_only=True):
    """Propose one person's transfer under an agreement."""

    case: CaseId
    person: PersonId
    agreement: AgreementId
    kind: CaseKind
    actor: Actor


class WithdrawCase(msgspec.Struct, frozen=True, kw_only=True):
    """Take a proposal back before departure."""

    case: CaseId
    actor: Actor


class ProposalState(msgspec.Struct, frozen=True):
    """The agreement that it would be under and the person whom it would be about."""

    agreement: AgreementState
    person: PersonState


def _boundary(command: ProposeCase) -> Boundary[ProposalState]:
    return Boundary(
        (agreements.fold(command.agreement), persons.fold(command.person)), ProposalState
    )


def _propose(command: ProposeCase, state: ProposalState) -> tuple[Event, ...]:
    document = agreements.in_force(state.agreement, command.agreement)
    sending = document.parties.sending
    only_for(command.actor, sending, f"propose a case under {document.ref}")
    registered = persons.registration(state.person, command.person)
    if registered.registered_by != sending:
        raise persons.PersonIsUnknown(f"{sending} has registered no person {command.person}")
    if command.kind not in document.admission.kinds:
        raise KindIsNotAgreed(f"{document.ref} has no cases of the kind {command.kind}")
    if state.person.open_case:
        raise CaseIsOpenAlready(f"case {state.person.open_case} is open for this person")
    proposed = CaseProposed(
        case=command.case,
        person=command.person,
        agreement=document.ref,
        kind=command.kind,
        sending=sending,
        receiving=document.parties.receiving,
    )
    return (proposed,)


def _withdraw(command: WithdrawCase, state: CaseState) -> tuple[Event, ...]:
    proposed = cases.proposal(state, command.case)
    only_for(command.actor, proposed.sending, "withdraw the case")
    if state.status in cases.DEPARTED | cases.CLOSED:
        raise TooLateToWithdraw(f"case {command.case} is {state.status}")
    withdrawn = CaseWithdrawn(
        case=proposed.case, person=proposed.person, agreement=proposed.agreement
    )
    listed = state.manifested
    if listed is None:
        return (withdrawn,)
    removed = PersonRemoved(
        manifest=listed.manifest,
        agreement=listed.agreement,
        case=listed.case,
        person=listed.person,
        facility=listed.facility,
        reason="case-withdrawn",
    )
    return removed, withdrawn


PROPOSE_CASE = Decider(boundary=_boundary, decide=_propose)
WITHDRAW_CASE = Decider(boundary=lambda command: only(cases.fold(command.case)), decide=_withdraw)
