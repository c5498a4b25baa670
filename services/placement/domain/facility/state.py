"""A facility as decisions see it: its approved capacity, its own population, what is taken."""

from __future__ import annotations

from datetime import date, datetime
from typing import assert_never

import msgspec

from services.placement.domain.facility import fitness
from services.placement.domain.facility.fitness import Fitness
from shared.contracts.agreement import ReturnTerms
from shared.contracts.arrival import ArrivalRefused
from shared.contracts.facility import (
    CapacityApproved,
    CapacityProposed,
    FacilityAgreed,
    FacilityRegistered,
    OwnPopulationReported,
)
from shared.contracts.facility_course import FacilityCourse
from shared.contracts.placement import (
    CustodyAccepted,
    CustodyEnded,
    PlaceReserved,
    ReservationReleased,
)
from shared.contracts.returns import ReturnCompleted
from shared.kernel.actor import Actor
from shared.kernel.codes import Timezone
from shared.kernel.decider import Boundary, Fold, on, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, FacilityId
from shared.kernel.rejected import Conflict, NotAllowed, Unknown


class Proposal(msgspec.Struct, frozen=True):
    """A capacity that one subject proposed and nobody has approved yet."""

    places: int
    proposed_by: str


class AgreedZone(msgspec.Struct, frozen=True):
    """The time zone that a version of an agreement names for the facility, and its terms of
    returns from there.
    """

    agreement: AgreementRef
    timezone: Timezone
    begins: date
    returns: ReturnTerms = ReturnTerms()


class FacilityState(msgspec.Struct, frozen=True):
    """A facility as counters alone, so that what a place costs to decide never grows with the log.

    No country means that nobody has registered it; `agreed` is the state that an agreement which
    both signed names it for.
    """

    country: str = ""
    agreed: str = ""
    agreed_zones: tuple[AgreedZone, ...] = ()
    """By the versions that name it, in the order in which both states had signed them."""
    senders: tuple[str, ...] = ()
    """The states that an agreement sends here for."""
    timezone: str = ""
    dates_nights: bool = False
    """Whether anybody was ever in custody here: there are nights that are dates in its zone."""
    approved: int = 0
    proposal: Proposal | None = None
    own_population: int = 0
    counted_on: date | None = None
    reserved: int = 0
    in_custody: int = 0
    fitness: Fitness = Fitness()
    """Whether anybody may be sent there, by the monitor's report and whoever suspended it (G17)."""

    @property
    def taken(self) -> int:
        """Places that are spoken for: own population, reserved (also en route) and in custody."""
        return self.own_population + self.reserved + self.in_custody

    @property
    def available(self) -> int:
        """Approved capacity − own population − reserved − in custody, never below zero (G19)."""
        return max(0, self.approved - self.taken)


FacilityChange = (
    FacilityRegistered
    | FacilityAgreed
    | CapacityProposed
    | CapacityApproved
    | OwnPopulationReported
    | PlaceReserved
    | ReservationReleased
    | CustodyAccepted
    | ArrivalRefused
    | CustodyEnded
    | FacilityCourse
)


def evolve(state: FacilityState, event: Event) -> FacilityState:
    """The facility after one more event that names it."""
    if not isinstance(event, FacilityChange):
        return state
    change = msgspec.structs.replace
    match event:
        case FacilityRegistered() | FacilityAgreed():
            return _named(state, event)
        case CapacityProposed() | CapacityApproved():
            return _sized(state, event)
        case OwnPopulationReported():
            return change(state, own_population=event.count, counted_on=event.counted_on)
        case PlaceReserved():
            return change(state, reserved=state.reserved + 1)
        case ReservationReleased() | ArrivalRefused():
            return change(state, reserved=state.reserved - _held_for(event))
        case CustodyAccepted():
            reserved = state.reserved - int(event.place_was_reserved)
            return change(
                state, reserved=reserved, in_custody=state.in_custody + 1, dates_nights=True
            )
        case CustodyEnded():
            return change(state, in_custody=state.in_custody - _was_held(event))
        case FacilityCourse():
            return change(state, fitness=fitness.after(state.fitness, event))
        case _:
            assert_never(event)


def _held_for(event: ReservationReleased | ArrivalRefused) -> int:
    return int(isinstance(event, ReservationReleased) or event.place_was_reserved)


def _was_held(event: CustodyEnded) -> int:
    """Nobody who was refused at arrival was ever in custody here (T4)."""
    return int(not (isinstance(event, ReturnCompleted) and event.from_arrival))


def _sized(state: FacilityState, event: CapacityProposed | CapacityApproved) -> FacilityState:
    if isinstance(event, CapacityApproved):
        return msgspec.structs.replace(state, approved=event.places, proposal=None)
    return msgspec.structs.replace(state, proposal=Proposal(event.places, event.proposed_by))


def _named(state: FacilityState, event: FacilityRegistered | FacilityAgreed) -> FacilityState:
    """Whose it is. A state that an agreement names takes the name over, and nothing else."""
    if isinstance(event, FacilityAgreed):
        zone = AgreedZone(event.agreement, event.timezone, event.begins, event.returns)
        return msgspec.structs.replace(
            state,
            agreed=event.country,
            agreed_zones=(*state.agreed_zones, zone),
            senders=_with_sender(state.senders, event.sending),
        )
    if state.country not in ("", event.country):
        state = FacilityState(
            agreed=state.agreed,
            agreed_zones=state.agreed_zones,
            senders=state.senders,
            fitness=state.fitness,
        )
    return msgspec.structs.replace(state, country=event.country, timezone=event.timezone)


def _with_sender(senders: tuple[str, ...], sending: str | None) -> tuple[str, ...]:
    return senders if sending is None or sending in senders else (*senders, sending)


def fold(facility: FacilityId) -> Fold[FacilityState]:
    """One facility's counters; worth keeping, every reservation in it depends on them."""
    return Fold(
        name=f"facility/{facility}",
        alternatives=(on(FacilityChange, facility=facility),),
        initial=FacilityState(),
        evolve=evolve,
        snapshot=FacilityState,
    )


class FacilityOfOthers(Conflict):
    """Two states have agreed that a facility of this name is another state's."""


class FacilityIsUnknown(Unknown):
    """No facility has this name."""


class NotThisFacilitysState(NotAllowed):
    """Each state speaks for its own facilities only."""


class AboutFacility(msgspec.Struct, frozen=True, kw_only=True):
    """A command about one facility, whoever asks."""

    facility: FacilityId


class FacilityCommand(AboutFacility, frozen=True, kw_only=True):
    """A command of an office to one facility."""

    actor: Actor
    now: datetime


def site(command: AboutFacility) -> Boundary[FacilityState]:
    """The facility that a command is for, and nothing else."""
    return only(fold(command.facility))


def require_own(country: str, facility: FacilityId, actor: Actor) -> None:
    """Raise unless the facility exists, in this country, and that is the actor's state."""
    if not country:
        raise FacilityIsUnknown(f"there is no facility {facility}: register it first")
    if actor.party != country:
        raise NotThisFacilitysState(
            f"facility {facility} is in {country}, whose offices speak for it: {actor.party} cannot"
        )
