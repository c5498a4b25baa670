"""A facility: its approved capacity, its own population, and how many of its places are taken."""

from __future__ import annotations

from datetime import date, datetime
from typing import assert_never

import msgspec

from shared.contracts.codes import Country, Timezone
from shared.contracts.facility import (
    CapacityApproved,
    CapacityProposed,
    FacilityAgreed,
    FacilityRegistered,
    OwnPopulationReported,
)
from shared.contracts.placement import (
    CustodyAccepted,
    CustodyEnded,
    PlaceReserved,
    ReservationReleased,
)
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.dates import local_date
from shared.kernel.decider import Boundary, Decider, Fold, on, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, FacilityId
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken, Unknown


class Proposal(msgspec.Struct, frozen=True):
    """A capacity that one subject proposed and nobody has approved yet."""

    places: int
    proposed_by: str


class FacilityState(msgspec.Struct, frozen=True):
    """A facility as counters alone, so that what a place costs to decide never grows with the log.

    No country means that nobody has registered it; `agreed` is the state that an agreement which
    both signed names it for.
    """

    country: str = ""
    agreed: str = ""
    timezone: str = ""
    approved: int = 0
    proposal: Proposal | None = None
    own_population: int = 0
    counted_on: date | None = None
    reserved: int = 0
    in_custody: int = 0

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
    | CustodyEnded
)


def evolve(state: FacilityState, event: Event) -> FacilityState:
    """The facility after one more event that names it."""
    if not isinstance(event, FacilityChange):
        return state
    change = msgspec.structs.replace
    match event:
        case FacilityRegistered() | FacilityAgreed():
            return _named(state, event)
        case CapacityProposed():
            return change(state, proposal=Proposal(event.places, event.proposed_by))
        case CapacityApproved():
            return change(state, approved=event.places, proposal=None)
        case OwnPopulationReported():
            return change(state, own_population=event.count, counted_on=event.counted_on)
        case PlaceReserved():
            return change(state, reserved=state.reserved + 1)
        case ReservationReleased():
            return change(state, reserved=state.reserved - 1)
        case CustodyAccepted():
            reserved = state.reserved - int(event.place_was_reserved)
            return change(state, reserved=reserved, in_custody=state.in_custody + 1)
        case CustodyEnded():
            return change(state, in_custody=state.in_custody - 1)
        case _:
            assert_never(event)


def _named(state: FacilityState, event: FacilityRegistered | FacilityAgreed) -> FacilityState:
    """Whose it is. A state that an agreement names takes the name over, and nothing else."""
    if isinstance(event, FacilityAgreed):
        return msgspec.structs.replace(state, agreed=event.country)
    if state.country not in ("", event.country):
        state = FacilityState(agreed=state.agreed)
    return msgspec.structs.replace(state, country=event.country, timezone=event.timezone)


def fold(facility: FacilityId) -> Fold[FacilityState]:
    """One facility's counters; worth keeping, every reservation in it depends on them."""
    return Fold(
        name=f"facility/{facility}",
        alternatives=(on(FacilityChange, facility=facility),),
        initial=FacilityState(),
        evolve=evolve,
        snapshot=FacilityState,
    )


class FacilityAlreadyRegistered(Conflict):
    """A facility has this name already."""


class FacilityOfOthers(Conflict):
    """Two states have agreed that a facility of this name is another state's."""


class FacilityAgreedAlready(Conflict):
    """An earlier version, or another agreement, names this facility of the same state."""


class FacilityIsUnknown(Unknown):
    """No facility has this name."""


class FacilityNeedsAState(NotAllowed):
    """A facility stands in a state; an independent office has none."""


class NotThisFacilitysState(NotAllowed):
    """Each state speaks for its own facilities only."""


class NewerCountStands(Conflict):
    """The same count, or one of a later day, is recorded already."""


class CountedInTheFuture(RuleBroken):
    """A count is a fact, so its day has begun."""

    RULE = "G14"


class FacilityCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A command to one facility."""

    facility: FacilityId
    actor: Actor
    now: datetime


class RegisterFacility(FacilityCommand, frozen=True, kw_only=True):
    """Register a facility of the actor's state."""

    timezone: Timezone


class AgreeFacility(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement came into force that names a facility of its receiving state."""

    facility: FacilityId
    agreement: AgreementRef
    country: Country


class ReportOwnPopulation(FacilityCommand, frozen=True, kw_only=True):
    """Report how many places the state uses for its own."""

    count: int
    counted_on: date


def site(command: FacilityCommand) -> Boundary[FacilityState]:
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


def _register(command: RegisterFacility, state: FacilityState) -> tuple[Event, ...]:
    if command.actor.party == INDEPENDENT:
        raise FacilityNeedsAState("a facility is registered by the state that it stands in")
    party = command.actor.party
    if state.agreed not in ("", party):
        raise FacilityOfOthers(
            f"an agreement names {command.facility} as a facility of {state.agreed}: name yours"
            " otherwise"
        )
    if state.country == party or (state.country and not state.agreed):
        raise FacilityAlreadyRegistered(
            f"facility {command.facility} is registered already, in {state.country}"
        )
    return (
        FacilityRegistered(
            facility=command.facility, country=command.actor.party, timezone=command.timezone
        ),
    )


def _agree(command: AgreeFacility, state: FacilityState) -> tuple[Event, ...]:
    if state.agreed == command.country:
        raise FacilityAgreedAlready(f"{command.facility} is agreed to be {state.agreed}'s")
    if state.agreed:
        raise FacilityOfOthers(
            f"an earlier agreement names {command.facility} as a facility of {state.agreed}"
        )
    agreed = FacilityAgreed(
        facility=command.facility, agreement=command.agreement, country=command.country
    )
    return (agreed,)


def _report(command: ReportOwnPopulation, state: FacilityState) -> tuple[Event, ...]:
    require_own(state.country, command.facility, command.actor)
    if command.counted_on > local_date(command.now, state.timezone):
        raise CountedInTheFuture(f"{command.counted_on} has not begun at the facility")
    stands = state.counted_on
    known = (stands, state.own_population) == (command.counted_on, command.count)
    if known or (stands and stands > command.counted_on):
        raise NewerCountStands(
            f"{state.own_population} were counted on {stands}: report another count, or a later one"
        )
    return (
        OwnPopulationReported(
            facility=command.facility, count=command.count, counted_on=command.counted_on
        ),
    )


REGISTER_FACILITY = Decider(boundary=site, decide=_register)
AGREE_FACILITY = Decider(lambda command: only(fold(command.facility)), _agree)
REPORT_OWN_POPULATION = Decider(boundary=site, decide=_report)
