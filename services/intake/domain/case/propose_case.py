"""How a case begins: the sending state proposes one person under one agreement."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain import identity_match
from services.intake.domain import person as persons
from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement import stopped
from services.intake.domain.agreement import term as agreement_term
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.parties import only_for
from services.intake.domain.person import PersonState
from shared.contracts.intake import CaseProposed
from shared.kernel.actor import Actor
from shared.kernel.codes import CaseKind
from shared.kernel.decider import Decider, Reading, together
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, CaseId, PersonId
from shared.kernel.rejected import Conflict, RuleBroken


class KindIsNotAgreed(RuleBroken):
    """The agreement does not admit cases of this kind."""

    RULE = "admission.kinds"


class CaseIsOpenAlready(Conflict):
    """A person has one open case at a time, under whichever pseudonym (G12)."""


class ProposeCase(msgspec.Struct, frozen=True, kw_only=True):
    """Propose one person's transfer under an agreement."""

    case: CaseId
    person: PersonId
    agreement: AgreementId
    kind: CaseKind
    proposed_at: datetime
    now: datetime
    actor: Actor


class ProposalState(msgspec.Struct, frozen=True):
    """The agreement that it would be under, the person whom it would be about, and whoever was
    merged with them.
    """

    agreement: AgreementState
    person: PersonState
    merged: tuple[PersonState, ...]


def _boundary(command: ProposeCase) -> Reading[ProposalState]:
    agreement, person, own = yield from together(
        agreements.fold(command.agreement),
        persons.fold(command.person),
        identity_match.fold(command.person),
    )
    alike = yield from identity_match.alike(command.person, known={command.person: own})
    others = alike.merged_with(command.person)
    merged = (yield from together(*map(persons.fold, others))) if others else ()
    return ProposalState(agreement, person, merged)


def _propose(command: ProposeCase, state: ProposalState) -> tuple[Event, ...]:
    day = agreement_term.day_of(command.now, command.proposed_at)
    document = agreements.binding(state.agreement, command.agreement, day)
    sending = document.parties.sending
    only_for(command.actor, sending, f"propose a case under {document.ref}")
    agreement_term.only_within(document, day)
    stopped.only_going_on(state.agreement, day)
    registered = persons.registration(state.person, command.person)
    if not persons.is_of_agency(registered, sending):
        raise persons.PersonIsUnknown(
            f"the agency of {sending} has registered no person {command.person}: register them"
        )
    if command.kind not in document.admission.kinds:
        raise KindIsNotAgreed(f"{document.ref} has no cases of the kind {command.kind}")
    for pseudonym in (state.person, *state.merged):
        if pseudonym.open_case:
            raise CaseIsOpenAlready(f"case {pseudonym.open_case} is open for this person")
    proposed = CaseProposed(
        case=command.case,
        person=command.person,
        agreement=document.ref,
        kind=command.kind,
        sending=sending,
        receiving=document.parties.receiving,
        proposed_at=command.proposed_at,
    )
    return (proposed,)


PROPOSE_CASE = Decider(boundary=_boundary, decide=_propose)
