"""A facility's roster: who was in custody there, from when until when, and whom it missed.

A roster of everybody who ever was there would grow for ever, and with it the cost of each
headcount. The one that is kept forgets whom it cannot need for a night of late; a night before that
is decided on the whole roster, which is read for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
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
from shared.contracts.returns import ReturnCompleted, ReturnDeparted
from shared.kernel.dates import stay_nights
from shared.kernel.decider import Fold, Reading, on
from shared.kernel.event import Event
from shared.kernel.frozen_map import FrozenMap
from shared.kernel.ids import AgreementRef, CustodyId, FacilityId, PersonId

REMEMBERED = timedelta(days=62)
"""How far back from the latest night the roster that is kept reaches: two months."""


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
    """Everybody who was in custody here on a night from `since` on, and the nights since then that
    are attested.

    `nights` maps a night to how many persons had been accepted when it was attested: whoever was
    accepted later was neither counted nor missed on it.
    """

    country: str = ""
    timezone: str = ""
    since: date = date.min
    accepted: int = 0
    stays: FrozenMap[Stay] = msgspec.field(default_factory=FrozenMap)
    nights: FrozenMap[int] = msgspec.field(default_factory=FrozenMap)
    overdue: FrozenMap[int] = msgspec.field(default_factory=FrozenMap)
    """Nights that were overdue, each with how many persons were awaited on it (D3)."""

    def attested_after(self, night: date) -> list[tuple[date, int]]:
        """The later nights that are attested, each with how many persons had been accepted."""
        return [
            (date.fromisoformat(later), on_roster)
            for later, on_roster in self.nights.items()
            if later > night.isoformat()
        ]


def last_counted(stay: Stay, nights: Sequence[tuple[date, int]]) -> date | None:
    """The latest of these attested nights on which a person was counted, or nothing."""
    counted = (
        night
        for night, on_roster in nights
        if stay.place <= on_roster and stay.must_be_counted_on(night) and night not in stay.missed
    )
    return max(counted, default=None)


_replaced = msgspec.structs.replace

RosterChange = (
    FacilityRegistered
    | CustodyAccepted
    | HeadcountAttested
    | HeadcountOverdue
    | PersonUnaccounted
    | PersonAccountedFor
    | ReturnDeparted
    | CustodyEnded
)


def evolve(state: RosterState, event: Event) -> RosterState:
    """The roster after one more event of its facility; none costs more than one person's row."""
    if not isinstance(event, RosterChange):
        return state
    match event:
        case FacilityRegistered():
            return _replaced(state, country=event.country, timezone=event.timezone)
        case CustodyAccepted():
            return _entered(state, event)
        case HeadcountAttested():
            nights = state.nights.put(event.night.isoformat(), state.accepted)
            return _replaced(state, nights=nights)
        case HeadcountOverdue():
            overdue = state.overdue.put(event.night.isoformat(), event.awaited)
            return _replaced(state, overdue=overdue)
        case PersonUnaccounted():
            stay = _stay(state, event.custody)
            return _with(
                state, _replaced(stay, missed=(*stay.missed, event.night), unaccounted=True)
            )
        case PersonAccountedFor():
            return _with(state, _replaced(_stay(state, event.custody), unaccounted=False))
        case ReturnDeparted() | CustodyEnded():
            return _left(state, event)
        case _:
            assert_never(event)


def _entered(state: RosterState, event: CustodyAccepted) -> RosterState:
    stay = Stay(
        custody=event.custody,
        person=event.person,
        agreement=event.agreement,
        arrived_on=event.arrived_on,
        place=state.accepted + 1,
    )
    return _replaced(_with(state, stay), accepted=stay.place)


def _left(state: RosterState, event: ReturnDeparted | CustodyEnded) -> RosterState:
    """Whoever left, on the first day that says so; who was refused at arrival is on no roster."""
    if isinstance(event, ReturnCompleted) and event.from_arrival:
        return state
    stay = _stay(state, event.custody)
    left_on = min(event.departed_on, stay.departed_on or event.departed_on)
    return _with(state, _replaced(stay, departed_on=left_on))


def _stay(state: RosterState, custody: CustodyId) -> Stay:
    stay = state.stays.get(custody)
    if stay is None:
        message = f"custody {custody} is not on the roster that its own event is about"
        raise LookupError(message)
    return stay


def _with(state: RosterState, stay: Stay) -> RosterState:
    return _replaced(state, stays=state.stays.put(stay.custody, stay))


def evolve_of_late(state: RosterState, event: Event) -> RosterState:
    """The roster after one more event, without what only a night before `since` would need."""
    match event:
        case HeadcountAttested() | HeadcountOverdue() if event.night < state.since:
            return state
        case HeadcountAttested() | HeadcountOverdue():
            return _since(evolve(state, event), _before(event.night))
        case PersonUnaccounted() | PersonAccountedFor() | ReturnDeparted() if _is_forgotten(
            state, event.custody
        ):
            return state
        case PersonUnaccounted():
            return _without_old_misses(evolve(state, event), event.custody)
        case _:
            return evolve(state, event)


def _before(night: date) -> date:
    return date.fromordinal(max(1, night.toordinal() - REMEMBERED.days))


def _is_forgotten(state: RosterState, custody: CustodyId) -> bool:
    return state.since > date.min and custody not in state.stays


def _since(state: RosterState, since: date) -> RosterState:
    """Forget the nights before, and whoever had departed by then."""
    if since <= state.since:
        return state
    stays, nights, overdue = state.stays, state.nights, state.overdue
    for stay in state.stays.values():
        if stay.departed_on is not None and stay.departed_on < since:
            stays = stays.drop(stay.custody)
    for night in _older(state.nights, since):
        nights = nights.drop(night)
    for night in _older(state.overdue, since):
        overdue = overdue.drop(night)
    return _replaced(state, since=since, stays=stays, nights=nights, overdue=overdue)


def _older(nights: FrozenMap[int], since: date) -> list[str]:
    return [night for night, _ in nights.items() if night < since.isoformat()]


def _without_old_misses(state: RosterState, custody: CustodyId) -> RosterState:
    """Of the nights that a person was missed on, those since then; the latest one in any case."""
    stay = _stay(state, custody)
    of_late = tuple(night for night in stay.missed if night >= state.since)
    return _with(state, _replaced(stay, missed=of_late or (max(stay.missed),)))


def fold(facility: FacilityId) -> Fold[RosterState]:
    """One facility's roster of late; worth keeping, every headcount depends on it."""
    return Fold(
        name=f"roster/{facility}",
        alternatives=(on(RosterChange, facility=facility),),
        initial=RosterState(),
        evolve=evolve_of_late,
        snapshot=RosterState,
    )


def whole(facility: FacilityId) -> Fold[RosterState]:
    """One facility's roster with everybody who ever was there."""
    return Fold(
        name=f"whole-roster/{facility}",
        alternatives=(on(RosterChange, facility=facility),),
        initial=RosterState(),
        evolve=evolve,
    )


def on_night(facility: FacilityId, night: date) -> Reading[RosterState]:
    """The roster that can answer for a night."""
    of_late = yield from fold(facility)
    if night >= of_late.since:
        return of_late
    everybody = yield from whole(facility)
    return everybody
