"""A suspension ends: whoever suspended the agreement resumes it, and nobody else does (G23)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain.agreement.state import AgreementState, binding, fold
from services.intake.domain.agreement.stopped import is_its_suspender, suspender
from services.intake.domain.agreement.term import day_of
from shared.contracts.agreement_course import AgreementResumed
from shared.kernel.actor import Actor
from shared.kernel.codes import Code
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId
from shared.kernel.rejected import Conflict, NotAllowed


class NotSuspended(Conflict):
    """There is no suspension to lift."""


class OnlyItsSuspenderResumes(NotAllowed):
    """Nobody lifts the suspension of another state or court (G23)."""

    RULE = "G23"


class ResumeAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Lift one's own suspension; those of others stand."""

    agreement: AgreementId
    reference: Code
    now: datetime
    actor: Actor


def _resume(command: ResumeAgreement, state: AgreementState) -> tuple[Event, ...]:
    document = binding(state, command.agreement, day_of(command.now))
    if not state.suspensions:
        raise NotSuspended(f"{command.agreement} is not suspended: there is nothing to resume")
    for standing in state.suspensions:
        if is_its_suspender(standing, command.actor):
            resumed = AgreementResumed(
                agreement=document.ref,
                suspension=standing.suspension,
                reference=command.reference,
                resumed_by=str(command.actor),
                resumed_at=command.now,
            )
            return (resumed,)
    others = ", ".join(suspender(standing) for standing in state.suspensions)
    raise OnlyItsSuspenderResumes(
        f"{command.actor} has not suspended {command.agreement}: only {others} can resume it"
    )


RESUME_AGREEMENT = Decider(boundary=lambda command: only(fold(command.agreement)), decide=_resume)
