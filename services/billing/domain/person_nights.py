"""A person's nights under every pseudonym that is theirs: each is charged once (G20; T8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import charged_nights
from services.billing.domain.charged_nights import ChargedNight, ChargedNights
from services.billing.domain.fee_stop import FeeStop, KeptOff, first_stop
from shared.contracts.billing import FeeEntry, StayEvent
from shared.kernel.decider import Reading, together
from shared.kernel.ids import CustodyId, PersonId

if TYPE_CHECKING:
    from datetime import date

    from shared.kernel.event import Event

Pair = tuple[PersonId, PersonId]


class PersonNights(msgspec.Struct, frozen=True):
    """The nights of one person, by pseudonym."""

    known: tuple[ChargedNights, ...]

    def charged(self, night: date) -> ChargedNight | None:
        """A charge for this night under any pseudonym, if there is one."""
        charges = (nights.charged(night) for nights in self.known)
        return next((charge for charge in charges if charge is not None), None)

    def besides(self, person: PersonId) -> tuple[PersonId, ...]:
        """Every pseudonym that is the person's and not this one, in order."""
        return tuple(sorted({nights.person for nights in self.known} - {person}))

    def of(self, custody: CustodyId) -> list[ChargedNight]:
        """The nights of one custody, first to last."""
        return [night for nights in self.known for night in nights.of(custody)]

    def every(self) -> Iterator[ChargedNight]:
        """Every night that is charged or waits for a price, in no order."""
        return chain.from_iterable(nights.every() for nights in self.known)

    def kept_off(self) -> tuple[KeptOff, ...]:
        """The attested nights that something else keeps off, first to last; of those of one night
        the one whose custody began first comes first.
        """
        kept = chain.from_iterable(nights.kept_off for nights in self.known)
        return tuple(sorted(kept, key=_turn))

    def stops(self) -> Iterator[FeeStop]:
        """Where orders of return stop the fee, under any pseudonym (G16)."""
        return chain.from_iterable(nights.stops for nights in self.known)

    def stop(self, custody: CustodyId, arrived_on: date, night: date) -> FeeStop | None:
        """What keeps a night of a custody from being owed, if anything does."""
        return first_stop(self.stops(), custody, arrived_on, night)

    def owed_again(self) -> KeptOff | None:
        """A night that was kept off and is not any more."""
        return next(filter(self._is_owed, self.kept_off()), None)

    def _is_owed(self, kept: KeptOff) -> bool:
        stop = self.stop(kept.custody, kept.arrived_on, kept.night)
        return stop is None and self.charged(kept.night) is None

    def after(self, event: Event) -> PersonNights:
        """The same once this was recorded."""
        if not isinstance(event, FeeEntry | StayEvent):
            return self
        changed = (
            charged_nights.evolve(nights, event) if nights.person == event.person else nights
            for nights in self.known
        )
        return PersonNights(tuple(changed))


class Pseudonyms(msgspec.Struct, frozen=True):
    """Who is who in what is charged, among all that were ever said to be one with each other."""

    nights: Mapping[PersonId, ChargedNights]

    @property
    def merged(self) -> frozenset[Pair]:
        """The pairs that are one person's, each as its own two say: they are named whenever it is
        decided about, and others only while they are one with them.
        """
        return frozenset(
            pair for own in self.nights.values() for pair in own.merged if own.person in pair
        )

    def one_with(self, person: PersonId, merged: frozenset[Pair]) -> tuple[PersonId, ...]:
        """Everybody whom these pairs make one person with this one, who is among them, in order."""
        reached, rest = {person}, [person]
        while rest:
            own = rest.pop()
            near = {name for pair in merged if own in pair for name in pair} - reached
            reached |= near
            rest += near
        return tuple(sorted(reached))

    def of(self, persons: tuple[PersonId, ...]) -> PersonNights:
        """The nights of these pseudonyms as one person's."""
        return PersonNights(tuple(self.nights[person] for person in persons))


def pseudonyms(*persons: ChargedNights) -> Reading[Pseudonyms]:
    """Who is who around these persons, whose own nights were read.

    Whoever was joined to others was named together with all of them, so one step reads everybody.
    """
    read = {own.person: own for own in persons}
    others = sorted({name for own in persons for name in own.seen} - read.keys())
    if others:
        more = yield from together(*map(charged_nights.fold, others))
        read.update(zip(others, more, strict=True))
    return Pseudonyms(read)


def of_one(own: ChargedNights) -> Reading[PersonNights]:
    """The nights of a person, whose own were read; nearly everybody has one pseudonym."""
    if not own.seen:
        return PersonNights((own,))
    known = yield from pseudonyms(own)
    return known.of(known.one_with(own.person, known.merged))


def _turn(kept: KeptOff) -> tuple[date, date, CustodyId]:
    return kept.night, kept.arrived_on, kept.custody
