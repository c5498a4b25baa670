"""A journey without its passengers: its legs, whether its list is closed, how far it has come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, assert_never

import msgspec

from services.intake.domain.parties import only_for
from services.intake.domain.way import Way
from shared.contracts.manifest import (
    Leg,
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    ManifestOpened,
    ManifestSealed,
    PersonRemoved,
)
from shared.kernel.actor import Actor
from shared.kernel.codes import Country
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, FacilityId, ManifestId
from shared.kernel.rejected import Unknown

LegFact = LegDepartureAuthorised | LegDeparted | LegArrived


class ManifestUnknown(Unknown):
    """There is no such manifest."""


class LegState(msgspec.Struct, frozen=True, kw_only=True):
    """How far one leg has come."""

    authorised: LegDepartureAuthorised | None = None
    departed: LegDeparted | None = None
    arrived: LegArrived | None = None


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """What the log says of one journey, whoever is on it."""

    manifest: ManifestId
    agreement: AgreementRef
    facility: FacilityId
    sending: Country
    receiving: Country
    legs: tuple[Leg, ...]
    progress: tuple[LegState, ...]
    sealed: bool = False

    @property
    def departed(self) -> bool:
        """Whether the journey has begun."""
        return self.progress[0].departed is not None

    @property
    def doors_closed(self) -> bool:
        """Whether a departure is authorised for those on board and has not taken place."""
        return any(leg.authorised is not None and leg.departed is None for leg in self.progress)

    @property
    def ahead(self) -> Way:
        """Its legs that have not departed; where one stops over counts like the end (G3, G4)."""
        numbered = enumerate(self.progress, start=1)
        return self._way(number for number, leg in numbered if leg.departed is None)

    @property
    def under_way(self) -> tuple[LegDeparted, Way] | None:
        """Its last departure, and what was ahead at that moment; nothing before the first (D7)."""
        departures = [leg.departed for leg in self.progress if leg.departed is not None]
        if not departures:
            return None
        last = departures[-1]
        return last, self._way(range(last.leg, len(self.legs) + 1))

    def _way(self, numbers: Iterable[int]) -> Way:
        legs = tuple(numbers)
        stopovers = (self.legs[number - 1].destination for number in legs[:-1])
        return Way(self.manifest, legs, tuple(stopovers))

    @property
    def stopped_over(self) -> Country | None:
        """Where it stands between two legs: nowhere before its start, in the air or at its end."""
        begun = [leg for leg in self.progress if leg.departed is not None]
        if not begun or len(begun) == len(self.legs) or begun[-1].arrived is None:
            return None
        return self.legs[len(begun) - 1].destination

    @property
    def last_arrival(self) -> LegArrived | None:
        """The arrival at the end of the journey, once it is there."""
        return self.progress[-1].arrived


Travelled = TypeVar("Travelled", bound=Journey)


def opened(event: ManifestOpened) -> Journey:
    """A journey at its beginning."""
    return Journey(
        manifest=event.manifest,
        agreement=event.agreement,
        facility=event.facility,
        sending=event.sending,
        receiving=event.receiving,
        legs=event.legs,
        progress=tuple(LegState() for _ in event.legs),
    )


def moved(journey: Travelled, event: ManifestSealed | PersonRemoved | LegFact) -> Travelled:
    """The journey after one more fact of its own."""
    match event:
        case ManifestSealed():
            return msgspec.structs.replace(journey, sealed=True)
        case PersonRemoved():
            progress = tuple(_after_removal(leg, event) for leg in journey.progress)
            return msgspec.structs.replace(journey, progress=progress)
        case LegDepartureAuthorised() | LegDeparted() | LegArrived():
            return _with_leg(journey, event)
        case _:
            assert_never(event)


def _after_removal(leg: LegState, event: PersonRemoved) -> LegState:
    # An authorisation is for exactly those on board: whoever leaves opens the doors again.
    is_closed = leg.authorised is not None and leg.departed is None
    if is_closed and leg.authorised is not None and event.case in leg.authorised.cases:
        return LegState()
    return leg


def _with_leg(journey: Travelled, event: LegFact) -> Travelled:
    index = event.leg - 1
    leg = journey.progress[index]
    match event:
        case LegDepartureAuthorised():
            leg = msgspec.structs.replace(leg, authorised=event)
        case LegDeparted():
            leg = msgspec.structs.replace(leg, departed=event)
        case LegArrived():
            leg = msgspec.structs.replace(leg, arrived=event)
        case _:
            assert_never(event)
    progress = (*journey.progress[:index], leg, *journey.progress[index + 1 :])
    return msgspec.structs.replace(journey, progress=progress)


def evolve(state: Journey | None, event: Event) -> Journey | None:
    """The journey after one more event that names it."""
    if isinstance(event, ManifestOpened):
        return opened(event)
    if state is None or not isinstance(event, ManifestSealed | PersonRemoved | LegFact):
        return state
    return moved(state, event)


def fold(manifest: ManifestId) -> Fold[Journey | None]:
    """One journey, whoever is on it: it costs the same for the last passenger as for the first."""
    facts = (
        ManifestOpened,
        ManifestSealed,
        PersonRemoved,
        LegDepartureAuthorised,
        LegDeparted,
        LegArrived,
    )
    return Fold(f"journey/{manifest}", (on(*facts, manifest=manifest),), None, evolve)


def known(state: Travelled | None, manifest: ManifestId) -> Travelled:
    """The journey; raises `ManifestUnknown` when it was never opened."""
    if state is None:
        raise ManifestUnknown(f"there is no manifest {manifest}: open it first")
    return state


def of_the_sender(journey: Journey, actor: Actor) -> None:
    """Refuse everybody but the sending state: a journey is its own until the handover."""
    only_for(actor, journey.sending, f"act on manifest {journey.manifest}")
