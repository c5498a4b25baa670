"""A manifest: a journey of legs, the persons on it, and how far it has come."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, assert_never

import msgspec

from services.intake.domain.parties import only_for
from shared.contracts.codes import Country
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import (
    HandoverOffered,
    Leg,
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    ManifestOpened,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
    PlaceConfirmed,
)
from shared.kernel.actor import Actor
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.frozen_map import FrozenMap
from shared.kernel.ids import AgreementRef, CaseId, FacilityId, ManifestId, PersonId
from shared.kernel.rejected import Conflict, Unknown

PassengerFact = (
    PersonManifested
    | PlaceConfirmed
    | PersonRemoved
    | PersonBoarded
    | HandoverOffered
    | CaseTransferred
)
LegFact = LegDepartureAuthorised | LegDeparted | LegArrived
Progress = ManifestSealed | PassengerFact | LegFact


class ManifestUnknown(Unknown):
    """There is no such manifest."""


class PersonNotOnManifest(Unknown):
    """The case is not on this manifest."""


class HasNotHappenedYet(Conflict):
    """A fact of the world is recorded once it is one."""


class Passenger(msgspec.Struct, frozen=True, kw_only=True):
    """One person on the list, and how far they have come."""

    person: PersonId
    status: Literal["listed", "removed", "boarded", "offered", "transferred"] = "listed"
    place_confirmed: bool = False
    offer: HandoverOffered | None = None
    """The latest: an offer that nobody has accepted can be made again in other words."""


class LegState(msgspec.Struct, frozen=True, kw_only=True):
    """How far one leg has come."""

    authorised: LegDepartureAuthorised | None = None
    departed: LegDeparted | None = None
    arrived: LegArrived | None = None


class ManifestState(msgspec.Struct, frozen=True, kw_only=True):
    """What the log says of one journey."""

    manifest: ManifestId
    agreement: AgreementRef
    facility: FacilityId
    sending: Country
    receiving: Country
    legs: tuple[Leg, ...]
    progress: tuple[LegState, ...]
    passengers: FrozenMap[Passenger] = FrozenMap()
    sealed: bool = False

    def passenger(self, case: CaseId) -> Passenger:
        """The person of a case, on the list or taken off it; raises `PersonNotOnManifest`."""
        one = self.passengers.get(case)
        if one is None:
            raise PersonNotOnManifest(f"case {case} is not on manifest {self.manifest}")
        return one

    def cases(self, status: str) -> tuple[CaseId, ...]:
        """The cases with a status, sorted."""
        return tuple(CaseId(case) for case, one in self.passengers.items() if one.status == status)

    @property
    def departed(self) -> bool:
        """Whether the journey has begun."""
        return self.progress[0].departed is not None

    @property
    def doors_closed(self) -> bool:
        """Whether a departure is authorised for those on board and has not taken place."""
        return any(leg.authorised is not None and leg.departed is None for leg in self.progress)

    @property
    def last_arrival(self) -> LegArrived | None:
        """The arrival at the end of the journey, once it is there."""
        return self.progress[-1].arrived


def evolve(state: ManifestState | None, event: Event) -> ManifestState | None:
    """The journey after one more fact."""
    if isinstance(event, ManifestOpened):
        return ManifestState(
            manifest=event.manifest,
            agreement=event.agreement,
            facility=event.facility,
            sending=event.sending,
            receiving=event.receiving,
            legs=event.legs,
            progress=tuple(LegState() for _ in event.legs),
        )
    if state is None or not isinstance(event, Progress):
        return state
    match event:
        case ManifestSealed():
            return msgspec.structs.replace(state, sealed=True)
        case (
            PersonManifested()
            | PlaceConfirmed()
            | PersonRemoved()
            | PersonBoarded()
            | HandoverOffered()
            | CaseTransferred()
        ):
            return _with_passenger(state, event)
        case LegDepartureAuthorised() | LegDeparted() | LegArrived():
            return _with_leg(state, event)
        case _:
            assert_never(event)


def _with_passenger(state: ManifestState, event: PassengerFact) -> ManifestState:
    before = state.passengers.get(event.case) or Passenger(person=event.person)
    after = _passenger(before, event)
    progress = state.progress
    if isinstance(event, PersonRemoved) and before.status == "boarded":
        progress = tuple(_doors_opened(leg) for leg in progress)
    return msgspec.structs.replace(
        state, passengers=state.passengers.put(event.case, after), progress=progress
    )


def _passenger(before: Passenger, event: PassengerFact) -> Passenger:
    match event:
        case PersonManifested():
            return Passenger(person=event.person)
        case PlaceConfirmed():
            return msgspec.structs.replace(before, place_confirmed=True)
        case PersonRemoved():
            return msgspec.structs.replace(before, status="removed")
        case PersonBoarded():
            return msgspec.structs.replace(before, status="boarded")
        case HandoverOffered():
            return msgspec.structs.replace(before, status="offered", offer=event)
        case CaseTransferred():
            return msgspec.structs.replace(before, status="transferred")
        case _:
            assert_never(event)


def _doors_opened(leg: LegState) -> LegState:
    # An authorisation is for exactly those on board: whoever leaves opens the doors again.
    return leg if leg.departed is not None else LegState()


def _with_leg(state: ManifestState, event: LegFact) -> ManifestState:
    index = event.leg - 1
    leg = state.progress[index]
    match event:
        case LegDepartureAuthorised():
            leg = msgspec.structs.replace(leg, authorised=event)
        case LegDeparted():
            leg = msgspec.structs.replace(leg, departed=event)
        case LegArrived():
            leg = msgspec.structs.replace(leg, arrived=event)
        case _:
            assert_never(event)
    progress = (*state.progress[:index], leg, *state.progress[index + 1 :])
    return msgspec.structs.replace(state, progress=progress)


def fold(manifest: ManifestId) -> Fold[ManifestState | None]:
    """Everything that was recorded of one journey."""
    facts = (
        ManifestOpened,
        ManifestSealed,
        PersonManifested,
        PlaceConfirmed,
        PersonRemoved,
        PersonBoarded,
        LegDepartureAuthorised,
        LegDeparted,
        LegArrived,
        HandoverOffered,
        CaseTransferred,
    )
    return Fold(f"manifest/{manifest}", (on(*facts, manifest=manifest),), None, evolve)


def known(state: ManifestState | None, manifest: ManifestId) -> ManifestState:
    """The journey; raises `ManifestUnknown` when it was never opened."""
    if state is None:
        raise ManifestUnknown(f"there is no manifest {manifest}: open it first")
    return state


def next_departure(state: ManifestState) -> datetime:
    """When the first leg that has not departed is planned to; the last one's plan after that."""
    ahead = (
        leg.planned_departure
        for leg, progress in zip(state.legs, state.progress, strict=True)
        if progress.departed is None
    )
    return next(ahead, state.legs[-1].planned_departure)


def has_happened(instant: datetime, now: datetime) -> None:
    """Raise `HasNotHappenedYet` for an event of the world that is reported before its time."""
    if instant > now + MAX_CLOCK_SKEW:
        raise HasNotHappenedYet(
            f"{instant.isoformat()} is in the future: report it when it is past"
        )


def of_the_sender(state: ManifestState, actor: Actor) -> None:
    """Refuse everybody but the sending state: a journey is its own until the handover."""
    only_for(actor, state.sending, f"act on manifest {state.manifest}")
