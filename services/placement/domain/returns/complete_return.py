"""A return is complete: the sending state signs that it has the person (D2).

It needs no order and no departure on record, no hold, no money and no other service.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from services.placement.domain.custody import state as custody_state
from services.placement.domain.custody.exit import ExitBeforeCustody, ExitInTheFuture, explained
from services.placement.domain.custody.state import (
    CustodyCommand,
    CustodyIsUnknown,
    CustodyState,
    NotInCustody,
)
from services.placement.domain.facility import state as facility_state
from services.placement.domain.facility.state import FacilityState
from services.placement.domain.returns.ordering import Whose
from shared.contracts.returns import ReturnCompleted
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.dates import local_date
from shared.kernel.decider import Decider, Reading
from shared.kernel.event import Event
from shared.kernel.rejected import NotAllowed, RuleBroken


class NotTheSendingState(NotAllowed):
    """Whoever gets the person back says so, and nobody for them."""

    RULE = "D2"


class CompletedBeforeDeparture(RuleBroken):
    """Nobody is back before they left."""

    RULE = "D2"


class CompleteReturn(CustodyCommand, frozen=True, kw_only=True):
    """Sign for the sending state: it has the person, since this instant."""

    completed_at: datetime


class Awaited(msgspec.Struct, frozen=True):
    """A custody, and the facility whose dates it has."""

    custody: CustodyState
    facility: FacilityState


def _boundary(command: CompleteReturn) -> Reading[Awaited]:
    custody = yield from custody_state.fold(command.custody)
    if custody.known is None:
        return Awaited(custody, FacilityState())
    facility = yield from facility_state.fold(custody.known.facility)
    return Awaited(custody, facility)


def _complete(command: CompleteReturn, state: Awaited) -> tuple[Event, ...]:
    custody, facility = state.custody, state.facility
    whose, since = _awaited(command, custody)
    _has_happened(command, custody, since)
    stay = custody.accepted
    zone = stay.timezone if stay else facility.timezone or "UTC"
    left_on = _left_on(custody, local_date(command.completed_at, zone))
    completed = ReturnCompleted(
        custody=whose.custody,
        person=whose.person,
        agreement=whose.agreement,
        facility=whose.facility,
        ended_at=command.completed_at,
        departed_on=left_on,
        from_arrival=stay is None,
    )
    return (completed, *(explained(stay, custody.missed_from, left_on) if stay else ()))


def _left_on(state: CustodyState, back_on: date) -> date:
    """The facility's word on the day of departure; without it the day on which they were back."""
    return state.departed.departed_on if state.departed else back_on


def _awaited(command: CompleteReturn, state: CustodyState) -> tuple[Whose, datetime]:
    """Who is awaited back by the sending state, and since when they may be."""
    if state.known is None:
        raise CustodyIsUnknown(f"there is no custody {command.custody}: check the id")
    if command.actor.party != state.known.sending:
        raise NotTheSendingState(
            f"{state.known.sending} signs that it has the person back: {command.actor.party} cannot"
        )
    if state.ended:
        raise NotInCustody(
            f"this custody ended on {state.ended.departed_on} ({type(state.ended).__name__})"
        )
    if state.accepted:
        return state.accepted, state.accepted.accepted_at
    if state.refused:
        return state.known, state.refused.refused_at
    raise NotInCustody(f"custody {command.custody} is not accepted yet: you have the person (G13)")


def _has_happened(command: CompleteReturn, state: CustodyState, since: datetime) -> None:
    if command.completed_at < since:
        raise ExitBeforeCustody(f"the person was there at {since.isoformat()}: give a later time")
    if state.departed and command.completed_at < state.departed.departed_at:
        raise CompletedBeforeDeparture(
            f"the return departed at {state.departed.departed_at.isoformat()}: give a later time"
        )
    if command.completed_at > command.now + MAX_CLOCK_SKEW:
        raise ExitInTheFuture("sign once you have the person back")


COMPLETE_RETURN = Decider(boundary=_boundary, decide=_complete)
