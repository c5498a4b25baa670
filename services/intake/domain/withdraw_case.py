"""How a case is taken back before departure: by the sending state alone."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain.agreement.term import day_of
from services.intake.domain.case import state as cases
from services.intake.domain.case.state import CaseState
from services.intake.domain.clearance.state import Traveller
from services.intake.domain.manifest import gate, removal
from services.intake.domain.manifest import journey as journeys
from services.intake.domain.manifest import state as manifests
from services.intake.domain.manifest.gate import GateState
from services.intake.domain.manifest.journey import Journey
from services.intake.domain.parties import only_for
from shared.contracts.intake import CaseWithdrawn
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, Reading
from shared.kernel.event import Event
from shared.kernel.ids import CaseId
from shared.kernel.rejected import Conflict


class TooLateToWithdraw(Conflict):
    """The person has departed, or is held on the way, or the case is closed."""


class WithdrawCase(msgspec.Struct, frozen=True, kw_only=True):
    """Take a proposal back before departure."""

    case: CaseId
    now: datetime
    actor: Actor


class WithdrawalState(msgspec.Struct, frozen=True):
    """The case, and of somebody who is on a manifest what stands against their departure."""

    case: CaseState
    gate: GateState[Journey] | None = None


def _boundary(command: WithdrawCase) -> Reading[WithdrawalState]:
    case = yield from cases.fold(command.case)
    listed = case.manifested
    if listed is None:
        return WithdrawalState(case)
    journey = journeys.known((yield from journeys.fold(listed.manifest)), listed.manifest)
    passing = yield from gate.passing(journey, Traveller(listed.case, listed.person))
    return WithdrawalState(case, passing)


def _withdraw(command: WithdrawCase, state: WithdrawalState) -> tuple[Event, ...]:
    proposed = cases.proposal(state.case, command.case)
    only_for(command.actor, proposed.sending, "withdraw the case")
    if state.case.status in cases.DEPARTED | cases.CLOSED:
        raise TooLateToWithdraw(f"case {command.case} is {state.case.status}")
    if (held := state.case.held_by) is not None:
        raise TooLateToWithdraw(
            f"case {command.case}: {held.party}/{held.body} holds the person, who was taken off on"
            " the way (G13): complete their recall, or have them travel on, and it ends by that"
        )
    withdrawn = CaseWithdrawn(
        case=proposed.case,
        person=proposed.person,
        agreement=proposed.agreement,
        withdrawn_on=day_of(command.now),
    )
    if state.gate is None:
        return (withdrawn,)
    on = gate.day_at_the_gate(command.now, manifests.next_departure(state.gate.journey))
    removed = removal.of_each(state.gate, day_of(command.now), on, "withdrawn")
    return *removed, withdrawn


WITHDRAW_CASE = Decider(_boundary, _withdraw)
