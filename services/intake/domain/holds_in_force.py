"""Which holds stand: against a person's departure to a country, or on a person at all (G2, G3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

import msgspec

from shared.contracts.hold import CountryScope, HoldAsserted, HoldLifted, HoldScope, PersonScope
from shared.kernel.codes import Country
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from shared.kernel.query import Alternative


class HoldsState(msgspec.Struct, frozen=True):
    """The holds that stand against one person's departure to one country, the oldest first."""

    standing: tuple[HoldAsserted, ...] = ()


def counts_against(scope: HoldScope, destination: Country) -> bool:
    """Whether a matching hold forbids this destination; a person's may be against one only (G3)."""
    match scope:
        case PersonScope():
            return scope.destination in (None, destination)
        case CountryScope():
            return scope.country == destination
        case _:
            assert_never(scope)


def standing_against(destination: Country) -> Callable[[HoldsState, Event], HoldsState]:
    """How they change: asserted it stands, verified or not, and only lifted it is gone (G2, D5)."""

    def evolve(state: HoldsState, event: Event) -> HoldsState:
        if isinstance(event, HoldAsserted) and not counts_against(event.scope, destination):
            return state
        return _standing_anywhere(state, event)

    return evolve


def _standing_anywhere(state: HoldsState, event: Event) -> HoldsState:
    if isinstance(event, HoldAsserted):
        return HoldsState((*state.standing, event))
    gone = event.hold if isinstance(event, HoldLifted) else None
    return HoldsState(tuple(hold for hold in state.standing if hold.hold != gone))


def on_departure(destination: Country, *persons: PersonId) -> Fold[HoldsState]:
    """Every hold that matches the destination country, or any of a person's pseudonyms (G2, G3)."""
    return Fold(
        name=f"holds/{destination}/{'/'.join(persons)}",
        alternatives=(
            *_about(persons),
            on(HoldAsserted, HoldLifted, hold_scope=f"country:{destination}"),
        ),
        initial=HoldsState(),
        evolve=standing_against(destination),
    )


def on_persons(*persons: PersonId) -> Fold[HoldsState]:
    """Every hold on any of these pseudonyms, whatever the destination."""
    return Fold(
        name=f"holds-on/{'/'.join(persons)}",
        alternatives=_about(persons),
        initial=HoldsState(),
        evolve=_standing_anywhere,
    )


def _about(persons: tuple[PersonId, ...]) -> tuple[Alternative, ...]:
    return tuple(on(HoldAsserted, HoldLifted, hold_scope=f"person:{person}") for person in persons)
