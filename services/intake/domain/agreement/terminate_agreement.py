"""Either state gives notice: the agreement ends so many days later as its terms say (D4)."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from services.intake.domain.agreement.state import AgreementState, binding, fold, party_to
from services.intake.domain.agreement.term import day_of
from shared.contracts.agreement_course import AgreementTerminated
from shared.kernel.actor import Actor
from shared.kernel.codes import Code
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId
from shared.kernel.rejected import Conflict


class NoticeGivenAlready(Conflict):
    """An agreement is terminated once."""


class TerminateAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Give notice, for one's own state; the terms of that day say how long it runs."""

    agreement: AgreementId
    reference: Code
    now: datetime
    actor: Actor


def _terminate(command: TerminateAgreement, state: AgreementState) -> tuple[Event, ...]:
    today = day_of(command.now)
    document = binding(state, command.agreement, today)
    party_to(document, command.actor)
    if state.terminated is not None:
        raise NoticeGivenAlready(
            f"{state.terminated.terminated_by} gave notice already: {command.agreement} ends with"
            f" {state.terminated.last_day}"
        )
    terminated = AgreementTerminated(
        agreement=document.ref,
        reference=command.reference,
        given_on=today,
        last_day=today + timedelta(days=document.termination_notice_days),
        terminated_by=str(command.actor),
    )
    return (terminated,)


TERMINATE_AGREEMENT = Decider(
    boundary=lambda command: only(fold(command.agreement)), decide=_terminate
)
