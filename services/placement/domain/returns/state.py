"""A return as decisions see it: every order of it, and when it was last said to be overdue."""

from __future__ import annotations

from datetime import datetime

import msgspec

from shared.contracts.returns import ReturnOrdered, ReturnOverdue, ReturnScheduled
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId


class ReturnState(msgspec.Struct, frozen=True):
    """What was recorded about one person's return."""

    orders: tuple[ReturnOrdered, ...] = ()
    """One of each authority and reference."""
    alarmed_at: datetime | None = None
    """The instant of the last alarm."""
    scheduled: ReturnScheduled | None = None
    """How and when the person is to be taken back, as it was said last."""


def evolve(state: ReturnState, event: Event) -> ReturnState:
    """The return after one more event that names its custody."""
    match event:
        case ReturnOrdered():
            return msgspec.structs.replace(state, orders=(*state.orders, event))
        case ReturnOverdue():
            return msgspec.structs.replace(state, alarmed_at=event.overdue_at)
        case ReturnScheduled():
            return msgspec.structs.replace(state, scheduled=event)
        case _:
            return state


def fold(custody: CustodyId) -> Fold[ReturnState]:
    """Everything that was recorded about the return from one custody."""
    return Fold(
        name=f"return/{custody}",
        alternatives=(on(ReturnOrdered, ReturnOverdue, ReturnScheduled, custody=custody),),
        initial=ReturnState(),
        evolve=evolve,
    )
