"""A facility's roster: who was in custody there, from when until when, and whom it missed."""

from __future__ import annotations

from datetime import date
from typing import assert_never

import msgspec

from shared.contracts.facility import FacilityRegistered
from shared.contracts.placement import (
    CustodyAccepted,
    CustodyEnded,
    HeadcountAttested,
    HeadcountOverdue,
    PersonAccountedFor,
    PersonUnaccounted,
)
from shared.kernel.dates import stay_nights
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.frozen_map import FrozenMap
from shared.kernel.ids import AgreementRef, CustodyId, FacilityId, PersonId


class Stay(msgspec.Struct, frozen=True):
    """One person on the roster. `place` is their place in the order of acceptance, from 1."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    arrived_on: date
    place: int
    departed_on: date | None = None
    missed: tuple[date, ...] = ()
    unaccounted: bool = False

    def may_be_counted_on(self, night: date) -> bool:
        """Whether this is a night of the stay; arrival and departure on one day are one (F10)."""
        if self.departed_on is None:
            return self.arrived_on <= night
        return night in stay_nights(self.arrived_on, self.departed_on)

    def must_be_counted_on(self, night: date) -> bool:
        """Whether the person is missing when not counted: they have not left by that date."""
        return self.arrived_on <= night and (self.departed_on is None or night < self.departed_on)


class RosterState(msgspec.Struct, frozen=True):
    """Everybody who ever was in custody here, and the nights that are attested.

    `nights` maps a night to how many persons were on the roster when it was attested: whoever
    was accepted later was neither counted nor missed on it.
    """

    country: str = ""
    timezone: str = ""
    stays: FrozenMap[Stay] = msgspec.field(default_factory=FrozenMap)
    nights: FrozenMap[int] = msgspec.field(default_factory=FrozenMap)
    overdue: FrozenMap[int] = msgspec.field(default_factory=FrozenMap)
    """Nights that were overdue, each with how many persons were awaited on it (D3)."""

    def last_counted(self, stay: Stay) -> date | None:
        """The latest night on which a person was counted, or nothing."""
        counted = (
            night
            for night, on_roster in ((date.fromisoformat(key), n) for key, n in self.nights.items())
            if stay.place <= on_roster
            and stay.must_be_counted_on(night)
            and night not in stay.missed
        )
        return max(counted, default=None)


RosterChange = (
    FacilityRegistered
    | CustodyAccepted
    | HeadcountAttested
    | HeadcountOverdue
    | PersonUnaccounted
    | PersonAccountedFor
    | CustodyEnded
)


def evolve(state: RosterState, event: Event) -> RosterState:
    """The roster after one more event of its facility; none costs more than one person's row."""
    if not isinstance(event, RosterChange):
        return state
    match event:
        case FacilityRegistered():
            return msgspec.structs.replace(state, country=event.country, timezone=event.timezone)
        case CustodyAccepted():
            return _entered(state, event)
        case HeadcountAttested():
            nights = state.nights.put(event.night.isoformat(), len(state.stays))
            return msgspec.structs.replace(state, nights=nights)
        case HeadcountOverdue():
            overdue = state.overdue.put(event.night.isoformat(), event.awaited)
            return msgspec.structs.replace(state, overdue=overdue)
        case PersonUnaccounted():
            missed = (*_stay(state, event.custody).missed, event.night)
            return _changed(state, event.custody, missed=missed, unaccounted=True)
        case PersonAccountedFor():
            return _changed(state, event.custody, unaccounted=False)
        case CustodyEnded():
            return _changed(state, event.custody, departed_on=event.departed_on)
        case _:
            assert_never(event)


def _entered(state: RosterState, event: CustodyAccepted) -> RosterState:
    stay = Stay(
        custody=event.custody,
        person=event.person,
        agreement=event.agreement,
        arrived_on=event.arrived_on,
        place=len(state.stays) + 1,
    )
    return msgspec.structs.replace(state, stays=state.stays.put(event.custody, stay))


def _stay(state: RosterState, custody: CustodyId) -> Stay:
    stay = state.stays.get(custody)
    if stay is None:
        message = f"custody {custody} is not on the roster that its own event is about"
        raise LookupError(message)
    return stay


def _changed(state: RosterState, custody: CustodyId, **fields: object) -> RosterState:
    stay = msgspec.structs.replace(_stay(state, custody), **fields)
    return msgspec.structs.replace(state, stays=state.stays.put(custody, stay))


def fold(facility: FacilityId) -> Fold[RosterState]:
    """One facility's roster; worth keeping, it has everybody who was ever there."""
    return Fold(
        name=f"roster/{facility}",
        alternatives=(on(RosterChange, facility=facility),),
        initial=RosterState(),
        evolve=evolve,
        snapshot=RosterState,
    )
