"""A hold: a legal order that forbids a departure, from its assertion until its issuer lifts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

import msgspec

from shared.contracts.codes import Country
from shared.contracts.intake import (
    CountryScope,
    HoldAsserted,
    HoldLifted,
    HoldScope,
    PersonScope,
)
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import PersonId


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
    """How they change: asserted it stands, verified or not, and only lifted it is gone (G2)."""

    def evolve(state: HoldsState, event: Event) -> HoldsState:
        if isinstance(event, HoldAsserted) and counts_against(event.scope, destination):
            return HoldsState((*state.standing, event))
        if isinstance(event, HoldLifted):
            return HoldsState(tuple(one for one in state.standing if one.hold != event.hold))
        return state

    return evolve


def standing(person: PersonId, destination: Country) -> Fold[HoldsState]:
    """Every hold that matches a person or the destination country (G2, G3)."""
    return Fold(
        name=f"holds/{person}/{destination}",
        alternatives=(
            on(HoldAsserted, HoldLifted, hold_scope=f"person:{person}"),
            on(HoldAsserted, HoldLifted, hold_scope=f"country:{destination}"),
        ),
        initial=HoldsState(),
        evolve=standing_against(destination),
    )
