"""A return is ordered by a court or by either state's central authority (D2, G16).

It depends on what placement's own log says and on nothing else: no hold, no money, no other service
and no other government (T9).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from services.placement.domain.custody import state as custody_state
from services.placement.domain.custody.state import (
    CustodyCommand,
    CustodyIsUnknown,
    CustodyState,
    NotInCustody,
)
from services.placement.domain.facility import state as facility_state
from services.placement.domain.facility.state import FacilityState
from services.placement.domain.returns import state as return_state
from services.placement.domain.returns.ordering import OrderGiven, Whose, return_ordered
from services.placement.domain.returns.state import ReturnState
from shared.contracts.returns import ReturnGround
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.codes import Code
from shared.kernel.decider import Decider, Reading, together
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken


class ReturnOrderedAlready(Conflict):
    """This very order is recorded: the same authority, the same reference."""


class NotAnAuthorityOfThisCustody(NotAllowed):
    """A return is ordered by a court, or by the central authority of one of the two states."""

    RULE = "G16"


class ReturnOrderedInTheFuture(RuleBroken):
    """An order stops the fee from when it was given, never from before."""

    RULE = "G16"


class ReturnOrderedBeforeCustody(RuleBroken):
    """An order of return is of a custody that has begun: of nothing from before it."""

    RULE = "G16"


class ReturnOrderIsDatedBack(RuleBroken):
    """A state that pays or is paid takes back no nights by its own word on when it ordered."""

    RULE = "G16"


TIME_TO_RECORD = timedelta(hours=24)
"""How long a central authority may take to record its own order."""


class OrderReturn(CustodyCommand, frozen=True, kw_only=True):
    """Order that a person is returned, from the minute that the order was given."""

    ordered_at: datetime
    reference: Code


class OrderedStay(msgspec.Struct, frozen=True):
    """A custody, its return so far, and the terms of the facility that it began in."""

    custody: CustodyState
    back: ReturnState
    facility: FacilityState


def ordered_stay(custody_id: CustodyId) -> Reading[OrderedStay]:
    """The custody that a return is ordered from, with its return and its facility."""
    custody, back = yield from together(
        custody_state.fold(custody_id), return_state.fold(custody_id)
    )
    if custody.known is None:
        return OrderedStay(custody, back, FacilityState())
    facility = yield from facility_state.fold(custody.known.facility)
    return OrderedStay(custody, back, facility)


def _order(command: OrderReturn, state: OrderedStay) -> tuple[Event, ...]:
    whose = _ordered_from(command, state.custody)
    ground = _ground(command.actor, whose)
    _recorded_in_time(command, ground)
    for order in state.back.orders:
        by = Actor.read(order.ordered_by)
        same_authority = (by.party, by.office) == (command.actor.party, command.actor.office)
        if same_authority and order.reference == command.reference:
            raise ReturnOrderedAlready(
                f"the order {order.reference} is recorded, and is due at {order.due_at.isoformat()}"
            )
    given = OrderGiven(
        ground=ground,
        reference=command.reference,
        ordered_at=command.ordered_at,
        ordered_by=str(command.actor),
    )
    return (return_ordered(given, whose, state.facility),)


def _recorded_in_time(command: OrderReturn, ground: ReturnGround) -> None:
    """Raise for an order that is not given yet, or that a state dates back."""
    if command.ordered_at > command.now + MAX_CLOCK_SKEW:
        raise ReturnOrderedInTheFuture("record the order once it has been given")
    earliest = command.now - TIME_TO_RECORD
    if ground != "court-order" and command.ordered_at < earliest:
        raise ReturnOrderIsDatedBack(
            f"a central authority records its order within 24 hours, so from {earliest.isoformat()}"
            " on: order it as of now; a court's order alone binds from its own date (D7)"
        )


def _ordered_from(command: OrderReturn, state: CustodyState) -> Whose:
    """The custody that the person is to be returned from: it had not ended when that was ordered.

    An order that is told late is taken after the exit too: it stops the fee for the nights between
    (D7).
    """
    if state.known is None:
        raise CustodyIsUnknown(f"there is no custody {command.custody}: check the id")
    if state.accepted is None:
        return _before_the_handover(command, state.known, is_refused=state.refused is not None)
    if command.ordered_at < state.accepted.accepted_at:
        raise ReturnOrderedBeforeCustody(
            f"this custody began at {state.accepted.accepted_at.isoformat()}: no return from it was"
            " ordered before; name the custody that the order is of"
        )
    if state.ended and command.ordered_at >= state.ended.ended_at:
        raise NotInCustody(
            f"this custody ended at {state.ended.ended_at.isoformat()}"
            f" ({type(state.ended).__name__}): there is nobody to return from it"
        )
    return state.accepted


def _before_the_handover(command: OrderReturn, known: Whose, *, is_refused: bool) -> Whose:
    """A court's order binds on the acceptance: it need not wait until the person has landed. Either
    state orders back whom it refused at arrival; before, the sending one turns the journey (D2).
    """
    if command.actor.office != "court" and not is_refused:
        raise NotInCustody(
            f"custody {command.custody} is not accepted yet: the sending state has the person and"
            " takes them back itself (D2)"
        )
    return known


def _ground(actor: Actor, stay: Whose) -> ReturnGround:
    if actor.office == "court" and actor.party in (INDEPENDENT, stay.sending, stay.receiving):
        return "court-order"
    if actor.office == "central-authority" and actor.party == stay.sending:
        return "sending-state"
    if actor.office == "central-authority" and actor.party == stay.receiving:
        return "receiving-state"
    raise NotAnAuthorityOfThisCustody(
        f"{actor.party} {actor.office} cannot order it: a court, or the central authority of"
        f" {stay.sending} or {stay.receiving} can"
    )


ORDER_RETURN = Decider(boundary=lambda command: ordered_stay(command.custody), decide=_order)
