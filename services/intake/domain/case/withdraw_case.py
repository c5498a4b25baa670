"""How a case is taken back before departure: by the sending state alone."""

from __future__ import annotations

from datetime import date

import msgspec

from services.intake.domain.case import state as cases
from services.intake.domain.case.state import CaseState
from services.intake.domain.parties import only_for
from shared.contracts.intake import CaseWithdrawn
from shared.contracts.manifest import PersonRemoved
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import CaseId
from shared.kernel.rejected import Conflict


class TooLateToWithdraw(Conflict):
    """The person has departed, or the case is closed: it cannot be withdrawn."""


class WithdrawCase(msgspec.Struct, frozen=True, kw_only=True):
    """Take a proposal back before departure."""

    case: CaseId
    on: date
    actor: Actor


def _withdraw(command: WithdrawCase, state: CaseState) -> tuple[Event, ...]:
    proposed = cases.proposal(state, command.case)
    only_for(command.actor, proposed.sending, "withdraw the case")
    if state.status in cases.DEPARTED | cases.CLOSED:
        raise TooLateToWithdraw(f"case {command.case} is {state.status}")
    withdrawn = CaseWithdrawn(
        case=proposed.case,
        person=proposed.person,
        agreement=proposed.agreement,
        withdrawn_on=command.on,
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


WITHDRAW_CASE = Decider(boundary=lambda command: only(cases.fold(command.case)), decide=_withdraw)
