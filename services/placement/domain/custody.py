"""A custody: one person's stay, from the place held for it to the exit."""

from __future__ import annotations

from datetime import date, datetime
from typing import assert_never

import msgspec

from shared.contracts.codes import Release, Slug
from shared.contracts.placement import (
    CustodyAccepted,
    CustodyEnded,
    CustodyEvent,
    HandoverPending,
    PersonAccountedFor,
    PersonReleased,
    PersonUnaccounted,
    PlaceAssigned,
    PlaceReserved,
    ReservationReleased,
    ReturnCompleted,
)
from shared.kernel.actor import Actor
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.dates import local_date
from shared.kernel.decider import Boundary, Decider, Fold, on, only
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken, Unknown


class CustodyState(msgspec.Struct, frozen=True):
    """What was recorded about one stay: each part is the fact itself, or nothing yet."""

    reserved: PlaceReserved | None = None
    offered: HandoverPending | None = None
    accepted: CustodyAccepted | None = None
    place: str | None = None
    ended: CustodyEnded | None = None
    missed: tuple[date, ...] = ()
    """The nights that the person was not counted on, since they were last accounted for (G14)."""

    @property
    def known(self) -> CustodyEvent | None:
        """The latest fact that says who is meant, and where."""
        return self.accepted or self.offered or self.reserved


CustodyChange = (
    PlaceReserved
    | ReservationReleased
    | HandoverPending
    | CustodyAccepted
    | PlaceAssigned
    | PersonUnaccounted
    | PersonAccountedFor
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
        case CustodyAccepted():
            return change(state, accepted=event, reserved=None)
        case PlaceAssigned():
            return change(state, place=event.place)
        case PersonUnaccounted():
            return change(state, missed=(*state.missed, event.night))
        case PersonAccountedFor():
            return change(state, missed=())
        case CustodyEnded():
            return change(state, ended=event)
        case _:
            assert_never(event)


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


class NotInCustody(Conflict):
    """The person is not in custody: not yet accepted, or gone already."""


class NotTheReceivingState(NotAllowed):
    """Only the state that holds the person speaks for the custody."""

    RULE = "G13"


class PlaceAlreadyAssigned(Conflict):
    """The person has this place already."""


class ExitBeforeCustody(RuleBroken):
    """Nobody leaves a custody before it was accepted."""

    RULE = "G13"


class ExitInTheFuture(RuleBroken):
    """An exit is a fact: it is recorded when it has happened, not before."""

    RULE = "G14"


class CustodyCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A command of the receiving state to one custody."""

    custody: CustodyId
    actor: Actor
    now: datetime


class AssignPlace(CustodyCommand, frozen=True, kw_only=True):
    """Give the person a place in the facility; a later one replaces it."""

    place: Slug


class EndCustody(CustodyCommand, frozen=True, kw_only=True):
    """Record that the person left: released, or returned to the sending state."""

    kind: Release
    ended_at: datetime


RELEASES: dict[Release, type[CustodyEnded]] = {
    "released": PersonReleased,
    "returned": ReturnCompleted,
}
"""The fact of each way in which a person leaves by the facility's own word."""


def _stay(command: CustodyCommand) -> Boundary[CustodyState]:
    return only(fold(command.custody))


def _standing(command: CustodyCommand, state: CustodyState) -> CustodyAccepted:
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


def _assign(command: AssignPlace, state: CustodyState) -> tuple[Event, ...]:
    stay = _standing(command, state)
    if state.place == command.place:
        raise PlaceAlreadyAssigned(f"place {command.place} is assigned to this custody already")
    return (
        PlaceAssigned(
            custody=stay.custody,
            person=stay.person,
            agreement=stay.agreement,
            facility=stay.facility,
            place=command.place,
        ),
    )


def _end(command: EndCustody, state: CustodyState) -> tuple[Event, ...]:
    """Depends on this custody and on nothing else: no hold, no money, no other service."""
    stay = _standing(command, state)
    if command.ended_at < stay.accepted_at:
        raise ExitBeforeCustody(
            f"custody began at {stay.accepted_at.isoformat()}: give a later time"
        )
    if command.ended_at > command.now + MAX_CLOCK_SKEW:
        raise ExitInTheFuture("record the exit once it has happened")
    departed_on = local_date(command.ended_at, stay.timezone)
    ended = RELEASES[command.kind](
        custody=stay.custody,
        person=stay.person,
        agreement=stay.agreement,
        facility=stay.facility,
        ended_at=command.ended_at,
        departed_on=departed_on,
    )
    return (ended, *_explained(stay, state.missed, departed_on))


def _explained(stay: CustodyAccepted, missed: tuple[date, ...], left_on: date) -> tuple[Event, ...]:
    """Nights missed after the person had left are explained; an exit explains no other night."""
    if not missed or min(missed) < left_on:
        return ()
    return (
        PersonAccountedFor(
            custody=stay.custody,
            person=stay.person,
            agreement=stay.agreement,
            facility=stay.facility,
            night=left_on,
        ),
    )


ASSIGN_PLACE = Decider(boundary=_stay, decide=_assign)
END_CUSTODY = Decider(boundary=_stay, decide=_end)
