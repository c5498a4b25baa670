"""A person's charged nights: each at most once, across custodies and agreements (G20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import msgspec

from shared.contracts.billing import (
    AccrualReversed,
    NightNotCharged,
    NightsAccrued,
    NightUnpriced,
)
from shared.kernel.decider import Fold, on
from shared.kernel.frozen_map import FrozenMap
from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, PersonId

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from shared.kernel.event import Event

NightFact = NightsAccrued | AccrualReversed | NightUnpriced | NightNotCharged


class ChargedNight(msgspec.Struct, frozen=True):
    """What became of an attested night; with no components it is unpriced."""

    custody: CustodyId
    agreement: AgreementRef
    night: date
    period: str
    attested: EntryRef
    components: tuple[str, ...] = ()


class ChargesState(msgspec.Struct, frozen=True):
    """Every night of one person that is charged, or that waits for a price."""

    nights: FrozenMap[ChargedNight] = FrozenMap()

    def charged(self, night: date) -> ChargedNight | None:
        """The charge for this night, if there is one."""
        found = self.nights.get(night.isoformat())
        return found if found is not None and found.components else None

    def of(self, custody: CustodyId) -> Iterator[ChargedNight]:
        """The nights of one custody, first to last."""
        return (one for _, one in self.nights.items() if one.custody == custody)


def fold(person: PersonId) -> Fold[ChargesState]:
    """The charged nights of one person."""
    return Fold(
        f"charges/{person}",
        (on(NightsAccrued, AccrualReversed, NightUnpriced, NightNotCharged, person=person),),
        ChargesState(),
        evolve,
    )


def evolve(state: ChargesState, event: Event) -> ChargesState:
    """Take in what became of a night."""
    match event:
        case NightsAccrued() | AccrualReversed() | NightUnpriced() | NightNotCharged():
            return ChargesState(_evolve(state.nights, event))
        case _:
            return state


def _evolve(nights: FrozenMap[ChargedNight], event: NightFact) -> FrozenMap[ChargedNight]:
    key = event.night.isoformat()
    known = nights.get(key)
    match event:
        case NightsAccrued():
            charged = known.components if known is not None else ()
            return nights.put(key, _night(event, (*charged, event.component)))
        case AccrualReversed():
            charged = known.components if known is not None else ()
            left = tuple(one for one in charged if one != event.component)
            return nights.put(key, _night(event, left)) if left else nights.drop(key)
        case NightUnpriced():
            return nights.put(key, _night(event, ()))
        case NightNotCharged():
            waiting = known is not None and known.custody == event.custody and not known.components
            return nights.drop(key) if waiting else nights
        case _:
            assert_never(event)


def _night(event: NightFact, components: tuple[str, ...]) -> ChargedNight:
    return ChargedNight(
        event.custody, event.agreement, event.night, event.period, event.attested, components
    )
