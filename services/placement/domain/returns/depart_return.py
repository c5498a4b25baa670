"""A return departs: the facility's word. It needs no order and no other service (D2)."""

from __future__ import annotations

from datetime import datetime

from services.placement.domain.custody.exit import ExitBeforeCustody, ExitInTheFuture, explained
from services.placement.domain.custody.state import (
    Accepted,
    CustodyCommand,
    CustodyIsUnknown,
    CustodyState,
    NotInCustody,
    NotTheReceivingState,
    stay_of,
)
from shared.contracts.returns import ReturnDeparted
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.dates import local_date
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict


class ReturnHasDeparted(Conflict):
    """The person has left the facility already."""


class DepartReturn(CustodyCommand, frozen=True, kw_only=True):
    """Record that the person left the facility for the sending state."""

    departed_at: datetime


def _depart(command: DepartReturn, state: CustodyState) -> tuple[Event, ...]:
    stay = _leaving(command, state)
    departed_on = local_date(command.departed_at, stay.timezone)
    departed = ReturnDeparted(
        custody=stay.custody,
        person=stay.person,
        agreement=stay.agreement,
        facility=stay.facility,
        departed_at=command.departed_at,
        departed_on=departed_on,
    )
    return (departed, *explained(stay, state.missed_from, departed_on))


def _leaving(command: DepartReturn, state: CustodyState) -> Accepted:
    """The custody that the person leaves; told after it ended too, if they had left before (D7)."""
    stay = state.accepted
    if state.known is None:
        raise CustodyIsUnknown(f"there is no custody {command.custody}: check the id")
    if stay is None:
        raise NotInCustody(
            f"custody {command.custody} is not accepted: the sending state has the person, and says"
            " itself when it has them back (D2)"
        )
    if command.actor.party != stay.receiving:
        raise NotTheReceivingState(
            f"{stay.receiving} holds this person: {command.actor.party} cannot say so"
        )
    if state.departed:
        raise ReturnHasDeparted(f"the return departed at {state.departed.departed_at.isoformat()}")
    if command.departed_at < stay.accepted_at:
        raise ExitBeforeCustody(
            f"custody began at {stay.accepted_at.isoformat()}: give a later time"
        )
    if command.departed_at > command.now + MAX_CLOCK_SKEW:
        raise ExitInTheFuture("record the departure once it has happened")
    if state.ended and command.departed_at > state.ended.ended_at:
        raise NotInCustody(
            f"this custody ended at {state.ended.ended_at.isoformat()}"
            f" ({type(state.ended).__name__}): nobody left after that"
        )
    return stay


DEPART_RETURN = Decider(boundary=stay_of, decide=_depart)
