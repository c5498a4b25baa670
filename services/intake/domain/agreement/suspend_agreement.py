"""A state or a court suspends an agreement: from that entry on nobody departs under it (G23)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

import msgspec

from services.intake.domain.agreement.state import AgreementState, binding, fold, party_to
from services.intake.domain.agreement.stopped import is_its_suspender
from services.intake.domain.agreement.term import day_of
from shared.contracts.agreement_course import AgreementSuspended
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.codes import Code
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, SuspensionId
from shared.kernel.rejected import Conflict, NotAllowed

SuspendingOffice = Literal["central-authority", "court"]
"""The offices that can suspend an agreement, and resume what they suspended (G23)."""


class SuspensionsAreNotForThisOffice(NotAllowed):
    """Either state's central authority or a court suspends an agreement (G23)."""

    RULE = "G23"


class SuspendedAlready(Conflict):
    """Whoever suspended an agreement and has not resumed it suspends it no second time."""


class SuspendAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Stop everything that would be begun under an agreement, whichever version."""

    agreement: AgreementId
    suspension: SuspensionId
    reference: Code
    now: datetime
    actor: Actor


def _suspend(command: SuspendAgreement, state: AgreementState) -> tuple[Event, ...]:
    document = binding(state, command.agreement, day_of(command.now))
    actor = command.actor
    if actor.office not in get_args(SuspendingOffice):
        raise SuspensionsAreNotForThisOffice(f"the office {actor.office} suspends no agreement")
    if (actor.office, actor.party) != ("court", INDEPENDENT):
        party_to(document, actor)
    for standing in state.suspensions:
        if is_its_suspender(standing, actor):
            raise SuspendedAlready(
                f"{standing.suspended_by} suspended {command.agreement} already, by"
                f" {standing.reference}: it stands until resumed"
            )
    suspended = AgreementSuspended(
        agreement=document.ref,
        suspension=command.suspension,
        reference=command.reference,
        suspended_at=command.now,
        suspended_by=str(actor),
    )
    return (suspended,)


SUSPEND_AGREEMENT = Decider(boundary=lambda command: only(fold(command.agreement)), decide=_suspend)
