"""A return that is not completed at its deadline is overdue, and again every day after (G16)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.placement.domain.custody import state as custody_state
from services.placement.domain.custody.state import CustodyState
from services.placement.domain.returns import state as return_state
from services.placement.domain.returns.state import ReturnState
from shared.contracts.returns import ReturnOverdue
from shared.kernel.dates import ONE_DAY
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId
from shared.kernel.rejected import Conflict


class ReturnNotOverdue(Conflict):
    """There is still time, the alarm of this day is on record, or the custody is over."""


class MarkReturnOverdue(msgspec.Struct, frozen=True, kw_only=True):
    """Record that a person is still not back at an instant at which they had to be."""

    custody: CustodyId
    overdue_at: datetime
    now: datetime


class Awaited(msgspec.Struct, frozen=True):
    """A custody, and the return from it."""

    custody: CustodyState
    back: ReturnState


def _boundary(command: MarkReturnOverdue) -> Boundary[Awaited]:
    folds = (custody_state.fold(command.custody), return_state.fold(command.custody))
    return Boundary(folds, Awaited)


def _mark(command: MarkReturnOverdue, state: Awaited) -> tuple[Event, ...]:
    first = min(state.back.orders, key=lambda order: order.due_at, default=None)
    if first is None or command.overdue_at < first.due_at or command.now < command.overdue_at:
        raise ReturnNotOverdue(f"the return of custody {command.custody} is not overdue yet")
    if state.custody.known is None or state.custody.ended is not None:
        raise ReturnNotOverdue(f"custody {command.custody} ended: nobody is to be returned from it")
    alarmed_at = state.back.alarmed_at
    if alarmed_at is not None and command.overdue_at < alarmed_at + ONE_DAY:
        raise ReturnNotOverdue(f"the alarm of {alarmed_at.isoformat()} stands for a day")
    overdue = ReturnOverdue(
        custody=first.custody,
        person=first.person,
        agreement=first.agreement,
        facility=first.facility,
        due_at=first.due_at,
        overdue_at=command.overdue_at,
    )
    return (overdue,)


MARK_RETURN_OVERDUE = Decider(boundary=_boundary, decide=_mark)
