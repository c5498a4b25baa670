"""Sending on as decisions see it: what was asked last, what is agreed, and whether a return is."""

from __future__ import annotations

import msgspec

from services.placement.domain.custody import state as custody_state
from services.placement.domain.custody.state import AboutCustody, Accepted, CustodyState
from services.placement.domain.returns import state as return_state
from services.placement.domain.returns.state import ReturnState
from shared.contracts.onward_transfer import (
    OnwardTransferAuthorised,
    OnwardTransferEvent,
    OnwardTransferRefused,
    OnwardTransferRequested,
)
from shared.kernel.decider import Boundary, Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId
from shared.kernel.rejected import RuleBroken


class ToBeReturned(RuleBroken):
    """Whose return is ordered, or under way, is sent to nobody but the sending state (G16)."""

    RULE = "G16"


class OnwardState(msgspec.Struct, frozen=True):
    """The latest request, and the sending state's agreement to it."""

    requested: OnwardTransferRequested | None = None
    authorised: OnwardTransferAuthorised | None = None


class OnwardStay(msgspec.Struct, frozen=True):
    """A custody, what was asked and agreed of sending its person on, and every order of return."""

    custody: CustodyState
    onward: OnwardState
    back: ReturnState

    @property
    def returned_instead(self) -> ToBeReturned | None:
        """Why the person may be sent nowhere else, if a return is ordered or has departed."""
        if self.custody.departed:
            left = self.custody.departed.departed_at.isoformat()
            return ToBeReturned(f"the person left for the sending state at {left}")
        for order in self.back.orders:
            return ToBeReturned(
                f"the return {order.reference} is ordered since {order.ordered_at.isoformat()}:"
                " whoever is to be returned is sent nowhere else"
            )
        return None


def evolve(state: OnwardState, event: Event) -> OnwardState:
    """Sending on after one more event; another request is agreed to anew."""
    match event:
        case OnwardTransferRequested():
            return OnwardState(event)
        case OnwardTransferAuthorised():
            return OnwardState(state.requested, event)
        case _:
            return state


def fold(custody: CustodyId) -> Fold[OnwardState]:
    """Everything that was recorded about sending on the person of one custody."""
    return Fold(
        name=f"onward/{custody}",
        alternatives=(on(OnwardTransferEvent, custody=custody),),
        initial=OnwardState(),
        evolve=evolve,
    )


def refused(broken: RuleBroken, stay: Accepted) -> RuleBroken:
    """The refusal, with the entry that says so (T10)."""
    return broken.on_record(
        lambda refusal: OnwardTransferRefused(
            custody=stay.custody,
            person=stay.person,
            agreement=stay.agreement,
            facility=stay.facility,
            refusal=refusal,
        )
    )


def stay_of(command: AboutCustody) -> Boundary[OnwardStay]:
    """The custody that a command is about, and nothing of anybody else."""
    custody = command.custody
    folds = (custody_state.fold(custody), fold(custody), return_state.fold(custody))
    return Boundary(folds, OnwardStay)
