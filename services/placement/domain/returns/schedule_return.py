"""A return is scheduled: by which carrier, on which day, with which travel document (D2).

The sending state says so, with an order on record or without one; said again, the latest counts.
"""

from __future__ import annotations

from datetime import date

import msgspec

from services.placement.domain.custody import state as custody_state
from services.placement.domain.custody.state import (
    CustodyCommand,
    CustodyIsUnknown,
    CustodyState,
    NotInCustody,
)
from services.placement.domain.returns import state as return_state
from services.placement.domain.returns.complete_return import NotTheSendingState
from services.placement.domain.returns.depart_return import ReturnHasDeparted
from services.placement.domain.returns.ordering import Whose
from services.placement.domain.returns.state import ReturnState
from shared.contracts.returns import ReturnScheduled
from shared.kernel.codes import Code
from shared.kernel.dates import utc_date
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, RuleBroken


class ReturnScheduledAlready(Conflict):
    """The return is scheduled in these very words."""


class ScheduledInThePast(RuleBroken):
    """A schedule is of a day to come; who has left is recorded as departed."""

    RULE = "D2"


class ScheduleReturn(CustodyCommand, frozen=True, kw_only=True):
    """Say how and when a person is to be returned."""

    carrier: Code
    departs_on: date
    travel_document: Code


class ToBeReturned(msgspec.Struct, frozen=True):
    """A custody, and what was said of the return from it."""

    custody: CustodyState
    back: ReturnState


def _boundary(command: ScheduleReturn) -> Boundary[ToBeReturned]:
    folds = (custody_state.fold(command.custody), return_state.fold(command.custody))
    return Boundary(folds, ToBeReturned)


def _schedule(command: ScheduleReturn, state: ToBeReturned) -> tuple[Event, ...]:
    whose = _of(command, state.custody)
    if command.departs_on < utc_date(command.now):
        raise ScheduledInThePast(
            f"{command.departs_on} has passed: record that the person departed, or give another day"
        )
    scheduled = ReturnScheduled(
        custody=whose.custody,
        person=whose.person,
        agreement=whose.agreement,
        facility=whose.facility,
        carrier=command.carrier,
        departs_on=command.departs_on,
        travel_document=command.travel_document,
        scheduled_by=str(command.actor),
    )
    before = state.back.scheduled
    if before and msgspec.structs.replace(before, scheduled_by=str(command.actor)) == scheduled:
        raise ReturnScheduledAlready(f"{command.carrier} takes the person on {command.departs_on}")
    return (scheduled,)


def _of(command: ScheduleReturn, state: CustodyState) -> Whose:
    """Whom the sending state is to get back."""
    if state.known is None:
        raise CustodyIsUnknown(f"there is no custody {command.custody}: check the id")
    if command.actor.party != state.known.sending:
        raise NotTheSendingState(
            f"{state.known.sending} takes the person back: {command.actor.party} cannot say how"
        )
    if state.ended or not (state.accepted or state.refused):
        raise NotInCustody(f"nobody is to be returned from custody {command.custody} now")
    if state.departed:
        raise ReturnHasDeparted(f"the return departed at {state.departed.departed_at.isoformat()}")
    return state.known


SCHEDULE_RETURN = Decider(boundary=_boundary, decide=_schedule)
