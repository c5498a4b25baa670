"""A return as decisions see it: every order of it that was recorded."""

from __future__ import annotations

import msgspec

from shared.contracts.returns import ReturnOrdered
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId


class ReturnState(msgspec.Struct, frozen=True):
    """What was recorded about one person's return."""

    orders: tuple[ReturnOrdered, ...] = ()
    """One of each authority and reference."""


def evolve(state: ReturnState, event: Event) -> ReturnState:
    """The return after one more event that names its custody."""
    if not isinstance(event, ReturnOrdered):
        return state
    return ReturnState((*state.orders, event))


def fold(custody: CustodyId) -> Fold[ReturnState]:
    """Everything that was recorded about the return from one custody."""
    return Fold(
        name=f"return/{custody}",
        alternatives=(on(ReturnOrdered, custody=custody),),
        initial=ReturnState(),
        evolve=evolve,
    )
