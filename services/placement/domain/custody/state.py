"""A custody as decisions see it: each part is the fact that was recorded, or nothing yet."""

from __future__ import annotations

from datetime import date, datetime
from typing import assert_never

import msgspec

from shared.contracts.arrival import ArrivalRefused
from shared.contracts.incident import EscapeReported, Recaptured
from shared.contracts.placement import (
    CustodyAccepted,
    CustodyEnded,
    HandoverPending,
    PersonAccountedFor,
    PersonUnaccounted,
    PlaceAssigned,
    PlaceReserved,
    ReservationReleased,
)
from shared.contracts.returns import ReturnDeparted
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Fold, on, only
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId
from shared.kernel.rejected import Conflict, NotAllowed, Unknown

Accepted = CustodyAccepted
"""A stay as both states signed it: whose it is, and whom each thing that happens in it concerns."""


class CustodyState(msgspec.Struct, frozen=True):
    """What was recorded about one stay: each part is the fact itself, or nothing yet."""

    reserved: PlaceReserved | None = None
    offered: HandoverPending | None = None
    accepted: CustodyAccepted | None = None
    refused: ArrivalRefused | None = None
    """The receiving state did not take the person over: no custody began (T4)."""
    place: str | None = None
    ended: CustodyEnded | None = None
    departed: ReturnDeparted | None = None
    """The person left the facility for the sending state; the custody goes on (D2)."""
    missed_from: date | None = None
    """The earliest night that the person was not counted on, of those since they were last
    accounted for (G14).
    """
    escaped: EscapeReported | None = None
    """While the person is at large: the custody goes on."""

    @property
    def known(self) -> CustodyAccepted | HandoverPending | PlaceReserved | None:
        """The latest fact that says who is meant, and where."""
        return self.accepted or self.offered or self.reserved


CustodyChange = (
    PlaceReserved
    | ReservationReleased
    | HandoverPending
    | CustodyAccepted
    | ArrivalRefused
    | PlaceAssigned
    | PersonUnaccounted
    | PersonAccountedFor
    | EscapeReported
    | Recaptured
    | ReturnDeparted
    | CustodyEnded
)


def evolve(state: CustodyState, event: Event) -> CustodyState:
    """The custody after one more event that names it."""
    if not isinstance(event, CustodyChange):
        return state
    change = msgspec.structs.replace
    match event:
        case PlaceReserved():
            return change(state, reserved=event)
        case ReservationReleased():
            return change(state, reserved=None)
        case HandoverPending():
            return change(state, offered=event)
        case CustodyAccepted() | ArrivalRefused():
            return _answered(state, event)
        case PlaceAssigned():
            return change(state, place=event.place)
        case PersonUnaccounted() | PersonAccountedFor():
            return change(state, missed_from=_missed_from(state, event))
        case EscapeReported() | Recaptured():
            return change(state, escaped=_at_large(event))
        case ReturnDeparted() | CustodyEnded():
            return _gone(state, event)
        case _:
            assert_never(event)


def _gone(state: CustodyState, event: ReturnDeparted | CustodyEnded) -> CustodyState:
    if isinstance(event, ReturnDeparted):
        return msgspec.structs.replace(state, departed=event)
    return msgspec.structs.replace(state, ended=event)


def _answered(state: CustodyState, event: CustodyAccepted | ArrivalRefused) -> CustodyState:
    """No place is held any more: it is the person's own, or free."""
    if isinstance(event, ArrivalRefused):
        return msgspec.structs.replace(state, refused=event, reserved=None)
    return msgspec.structs.replace(state, accepted=event, reserved=None)


def _missed_from(state: CustodyState, event: PersonUnaccounted | PersonAccountedFor) -> date | None:
    if isinstance(event, PersonAccountedFor):
        return None
    return min(event.night, state.missed_from or event.night)


def _at_large(event: EscapeReported | Recaptured) -> EscapeReported | None:
    return event if isinstance(event, EscapeReported) else None


def fold(custody: CustodyId) -> Fold[CustodyState]:
    """Everything that was recorded about one stay."""
    return Fold(
        name=f"custody/{custody}",
        alternatives=(on(CustodyChange, custody=custody),),
        initial=CustodyState(),
        evolve=evolve,
    )


class CustodyIsUnknown(Unknown):
    """No custody has this id."""


class CustodyAlreadyAccepted(Conflict):
    """Both signatures stand already."""


class ArrivalRefusedAlready(Conflict):
    """The person was not taken over at arrival, and is to be returned."""


class NotInCustody(Conflict):
    """The person is not in custody: not yet accepted, or gone already."""


class NotTheReceivingState(NotAllowed):
    """Only the state that holds the person speaks for the custody."""

    RULE = "G13"


class AboutCustody(msgspec.Struct, frozen=True, kw_only=True):
    """A command about one custody, whoever asks."""

    custody: CustodyId


class CustodyCommand(AboutCustody, frozen=True, kw_only=True):
    """A command of the receiving state to one custody."""

    actor: Actor
    now: datetime


def stay_of(command: AboutCustody) -> Boundary[CustodyState]:
    """The stay that a command is about, and nothing else."""
    return only(fold(command.custody))


def standing(command: CustodyCommand, state: CustodyState) -> CustodyAccepted:
    """The custody as accepted; raises unless it stands and the actor's state holds the person."""
    if state.known is None:
        raise CustodyIsUnknown(f"there is no custody {command.custody}: check the id")
    if state.accepted is None:
        raise NotInCustody(
            f"custody {command.custody} is not accepted yet: the sending state is responsible (G13)"
        )
    if command.actor.party != state.accepted.receiving:
        raise NotTheReceivingState(
            f"{state.accepted.receiving} holds this person: {command.actor.party} cannot say so"
        )
    if state.ended:
        raise NotInCustody(
            f"this custody ended on {state.ended.departed_on} ({type(state.ended).__name__})"
        )
    return state.accepted
