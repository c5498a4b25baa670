"""Which holds stand: against a person's departure to a country, or on a person at all (G2, G3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from shared.contracts.hold import HoldAsserted, HoldLifted, HoldScope, PersonScope
from shared.kernel.codes import Country
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from shared.kernel.query import Alternative


class Lifted(msgspec.Struct, frozen=True):
    """An order that stands no longer, and until when it did."""

    order: HoldAsserted
    lifted_at: datetime

    def was_in_force(self, at: datetime) -> bool:
        """Whether it bound at a moment: from its receipt until it was lifted (G3)."""
        return self.order.received_at <= at < self.lifted_at


class HoldsState(msgspec.Struct, frozen=True):
    """Holds of one scope, or of several: how many there ever were, and which stand."""

    standing: tuple[HoldAsserted, ...] = ()
    """The oldest first."""
    asserted: int = 0
    """Those that were lifted among them: one more undoes the clearances before it (G3)."""
    lifted: tuple[Lifted, ...] = ()
    """In the order of their ends: a departure that is told late may have been under one."""

    def __add__(self, other: HoldsState) -> HoldsState:
        """Both together."""
        return HoldsState(
            self.standing + other.standing,
            self.asserted + other.asserted,
            self.lifted + other.lifted,
        )

    def only(self, counts: Callable[[HoldScope], bool]) -> HoldsState:
        """Those whose scope counts."""
        standing = tuple(hold for hold in self.standing if counts(hold.scope))
        lifted = tuple(ended for ended in self.lifted if counts(ended.order.scope))
        return HoldsState(standing, self.asserted, lifted)


def evolve(state: HoldsState, event: Event) -> HoldsState:
    """Asserted it stands, verified or not, and only lifted it is gone (G2, D5)."""
    match event:
        case HoldAsserted():
            return HoldsState((*state.standing, event), state.asserted + 1, state.lifted)
        case HoldLifted():
            standing = tuple(hold for hold in state.standing if hold.hold != event.hold)
            gone = (hold for hold in state.standing if hold.hold == event.hold)
            lifted = (Lifted(hold, event.lifted_at) for hold in gone)
            return HoldsState(standing, state.asserted, (*state.lifted, *lifted))
        case _:
            return state


def of_scope(tag: str) -> Fold[HoldsState]:
    """Every hold of a scope that is about nobody by name: one fold for all whom it covers (G3)."""
    return Fold(
        name=f"holds-of/{tag}",
        alternatives=(on(HoldAsserted, HoldLifted, hold_scope=tag),),
        initial=HoldsState(),
        evolve=evolve,
        snapshot=HoldsState,
    )


def on_departure(destination: Country, *persons: PersonId) -> Fold[HoldsState]:
    """The holds on any of a person's pseudonyms, as far as they forbid this destination (G3)."""

    def towards(state: HoldsState, event: Event) -> HoldsState:
        if isinstance(event, HoldAsserted) and not counts_against(event.scope, destination):
            return state
        return evolve(state, event)

    return Fold(
        name=f"holds/{destination}/{'/'.join(persons)}",
        alternatives=_about(persons),
        initial=HoldsState(),
        evolve=towards,
    )


def counts_against(scope: HoldScope, destination: Country) -> bool:
    """Whether a person's hold forbids this destination; it may be against one country only (G3)."""
    return scope.named_country in (None, destination)


def on_persons(*persons: PersonId) -> Fold[HoldsState]:
    """Every hold on any of these pseudonyms, whatever the destination."""
    return Fold(
        name=f"holds-on/{'/'.join(persons)}",
        alternatives=_about(persons),
        initial=HoldsState(),
        evolve=evolve,
    )


def _about(persons: tuple[PersonId, ...]) -> tuple[Alternative, ...]:
    return tuple(
        on(HoldAsserted, HoldLifted, hold_scope=PersonScope(person).tag) for person in persons
    )
