"""A pseudonym's charged nights: each at most once, across custodies and agreements (G20).

There is one of these states for every pseudonym, and some stay for years: nights are kept as
numbers, in groups that have everything else in common. Which other pseudonyms are the same person's
stands in it too, so that nobody has to be asked about the many who have one.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from services.billing.domain.fee_stop import FeeStop, KeptOff, kept_off_by, stopped_by
from shared.contracts.billing import (
    ChargedIdentity,
    FeeAccrued,
    FeeReversed,
    NightAlreadyCharged,
    NightNotCharged,
    NightUnpriced,
    PersonsChargedAsOne,
    StayClosed,
)
from shared.contracts.fee_stop import FeesStopped, NightAfterReturnOrder
from shared.kernel.decider import Fold, on
from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, PersonId, entry_ref
from shared.tariff.fact import PersonNight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.kernel.event import Event


_replaced = msgspec.structs.replace


class ChargedNight(msgspec.Struct, frozen=True):
    """One night under one component; without a component it waits for a price."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    night: date
    period: str
    attested: EntryRef
    attested_by: str
    component: str | None


class NightGroup(msgspec.Struct, frozen=True, gc=False):
    """Nights that differ in nothing else; `entries` are what attested them, in one log."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    period: str
    component: str | None
    attested_by: str
    origin: str
    days: tuple[int, ...] = ()
    """In order, so that a night is looked for among years of them without comparing each."""
    entries: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What its nights have in common."""
        return (
            *(self.custody, self.person, self.agreement, self.period),
            *(self.component, self.attested_by, self.origin),
        )

    def has(self, day: int) -> bool:
        """Whether a night is among them."""
        index = bisect_left(self.days, day)
        return index < len(self.days) and self.days[index] == day

    def including(self, day: int, entry: int) -> NightGroup:
        """The group with one more night."""
        index = bisect_left(self.days, day)
        return msgspec.structs.replace(
            self,
            days=(*self.days[:index], day, *self.days[index:]),
            entries=(*self.entries[:index], entry, *self.entries[index:]),
        )

    def without(self, day: int) -> NightGroup:
        """The group without a night that it has."""
        index = bisect_left(self.days, day)
        return msgspec.structs.replace(
            self,
            days=self.days[:index] + self.days[index + 1 :],
            entries=self.entries[:index] + self.entries[index + 1 :],
        )

    def nights(self) -> Iterator[ChargedNight]:
        """Each of its nights by itself."""
        return map(self._at, range(len(self.days)))

    def night(self, day: int) -> ChargedNight:
        """One night that is among them."""
        return self._at(bisect_left(self.days, day))

    def _at(self, index: int) -> ChargedNight:
        return ChargedNight(
            custody=self.custody,
            person=self.person,
            agreement=self.agreement,
            night=date.fromordinal(self.days[index]),
            period=self.period,
            attested=entry_ref(self.origin, self.entries[index]),
            attested_by=self.attested_by,
            component=self.component,
        )


class ChargedNights(msgspec.Struct, frozen=True):
    """Every night of one pseudonym that is charged, or that waits for a price or for its turn."""

    person: PersonId
    groups: tuple[NightGroup, ...] = ()
    kept_off: tuple[KeptOff, ...] = ()
    """Attested nights that are charged elsewhere, or that another custody's return order stops,
    each with its latest attestation.
    """
    stops: tuple[FeeStop, ...] = ()
    """Where orders of return stop the fee (G16)."""
    merged: tuple[tuple[PersonId, PersonId], ...] = ()
    """Pairs of pseudonyms that are one person's, as far as this one was named with them."""
    seen: tuple[PersonId, ...] = ()
    """Every other pseudonym that was ever named as one with this one."""

    def charged(self, night: date) -> ChargedNight | None:
        """A charge for this night, if there is one."""
        day = night.toordinal()
        charged = (group for group in self.groups if group.component is not None and group.has(day))
        return next((group.night(day) for group in charged), None)

    def of(self, custody: CustodyId) -> list[ChargedNight]:
        """The nights of one custody, first to last."""
        groups = (group for group in self.groups if group.custody == custody)
        nights = (charged for group in groups for charged in group.nights())
        return sorted(nights, key=lambda charged: (charged.night, charged.component or ""))

    def every(self) -> Iterator[ChargedNight]:
        """Every night that is charged or waits for a price, in no order."""
        return (charged for group in self.groups for charged in group.nights())


def fold(person: PersonId) -> Fold[ChargedNights]:
    """The charged nights of one pseudonym, and whose nights are the same person's."""
    types = (FeeAccrued, FeeReversed, NightUnpriced, NightNotCharged, NightAlreadyCharged)
    return Fold(
        f"charged-nights/{person}",
        (on(*types, StayClosed, FeesStopped, ChargedIdentity, person=person),),
        ChargedNights(person),
        evolve,
        ChargedNights,
    )


def evolve(state: ChargedNights, event: Event) -> ChargedNights:
    """Take in what became of a night."""
    match event:
        case FeeAccrued() | FeeReversed():
            return _charged(state, event)
        case NightUnpriced() | NightNotCharged():
            return _not_charged(state, event)
        case StayClosed():
            return _closed(state, event)
        case FeesStopped():
            kept_off = _within(state.kept_off, event.custody, event.ordered_on)
            return _replaced(state, kept_off=kept_off, stops=(*state.stops, stopped_by(event)))
        case ChargedIdentity():
            return _named(state, event)
        case _:
            return state


def _charged(state: ChargedNights, entry: FeeAccrued | FeeReversed) -> ChargedNights:
    fact = entry.fact
    if not isinstance(fact, PersonNight):
        return state
    day = fact.night.toordinal()
    if isinstance(entry, FeeReversed):
        key = (fact.custody, entry.component)
        groups = _taken_out(
            state.groups, day, lambda group: (group.custody, group.component) == key
        )
        return _replaced(state, groups=groups)
    waiting = (fact.custody, None)
    priced = _taken_out(
        state.groups, day, lambda group: (group.custody, group.component) == waiting
    )
    shared = (fact.custody, fact.person, entry.agreement, entry.period, entry.component)
    groups = _entered(priced, (*shared, entry.attested_by or ""), day, fact.attested)
    kept_off = _turned(state.kept_off, fact.custody, fact.night)
    return _replaced(state, groups=groups, kept_off=kept_off)


def _named(state: ChargedNights, event: ChargedIdentity) -> ChargedNights:
    """Two became one person's, or two persons': as unordered pairs, in the order they were said."""
    person, other = sorted((event.person, event.other))
    others = tuple(pair for pair in state.merged if pair != (person, other))
    merged = (*others, (person, other)) if isinstance(event, PersonsChargedAsOne) else others
    seen = sorted({*state.seen, *event.persons} - {state.person})
    return _replaced(state, merged=merged, seen=tuple(seen))


def _not_charged(state: ChargedNights, event: NightUnpriced | NightNotCharged) -> ChargedNights:
    day = event.night.toordinal()
    kept_off = _turned(state.kept_off, event.custody, event.night)
    waiting = (event.custody, None)
    groups = _taken_out(
        state.groups, day, lambda group: (group.custody, group.component) == waiting
    )
    if isinstance(event, NightUnpriced):
        shared = (event.custody, event.person, event.agreement, event.period, None)
        groups = _entered(groups, (*shared, event.attested_by), day, event.attested)
        return _replaced(state, groups=groups, kept_off=kept_off)
    if isinstance(event, NightAlreadyCharged | NightAfterReturnOrder):
        own = (stop for stop in state.stops if stop.custody == event.custody)
        if all(event.night < stop.start for stop in own):
            kept_off = (*kept_off, kept_off_by(event))
    return _replaced(state, groups=groups, kept_off=kept_off)


def _turned(kept_off: tuple[KeptOff, ...], custody: CustodyId, night: date) -> tuple[KeptOff, ...]:
    """A night waits for its turn from when it was kept off until something else becomes of it."""
    return tuple(kept for kept in kept_off if (kept.custody, kept.night) != (custody, night))


def _closed(state: ChargedNights, event: StayClosed) -> ChargedNights:
    stops = tuple(
        _replaced(stop, over=event.departed_on) if stop.custody == event.custody else stop
        for stop in state.stops
    )
    kept_off = _within(state.kept_off, event.custody, event.owed_until)
    return _replaced(state, kept_off=kept_off, stops=stops)


def _within(kept_off: tuple[KeptOff, ...], custody: CustodyId, until: date) -> tuple[KeptOff, ...]:
    """Nobody owes a night of a stay from the day on that it is over, or its return was ordered."""
    return tuple(kept for kept in kept_off if kept.custody != custody or kept.night < until)


def _entered(
    groups: tuple[NightGroup, ...],
    shared: tuple[CustodyId, PersonId, AgreementRef, str, str | None, str],
    day: int,
    attested: EntryRef,
) -> tuple[NightGroup, ...]:
    origin, _, entry = attested.rpartition("#")
    key = (*shared, origin)
    for index, group in enumerate(groups):
        if group.key == key:
            changed = group.including(day, int(entry))
            return (*groups[:index], changed, *groups[index + 1 :])
    return (*groups, NightGroup(*key).including(day, int(entry)))


def _taken_out(
    groups: tuple[NightGroup, ...], day: int, meant: Callable[[NightGroup], bool]
) -> tuple[NightGroup, ...]:
    changed = (group.without(day) if group.has(day) and meant(group) else group for group in groups)
    return tuple(group for group in changed if group.days)
