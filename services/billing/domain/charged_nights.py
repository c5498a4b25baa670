"""A person's charged nights: each at most once, across custodies and agreements (G20).

There is one of these states for every person, and some stay for years: nights are kept as numbers,
in groups that have everything else in common.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from shared.contracts.billing import (
    FeeAccrued,
    FeeReversed,
    NightAlreadyCharged,
    NightNotCharged,
    NightUnpriced,
    StayClosed,
)
from shared.kernel.dates import stay_nights
from shared.kernel.decider import Fold, on
from shared.kernel.ids import (
    AgreementId,
    AgreementRef,
    CustodyId,
    EntryRef,
    PersonId,
    agreement_of,
    entry_ref,
)
from shared.tariff.fact import PersonNight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.kernel.event import Event


class ChargedNight(msgspec.Struct, frozen=True):
    """One night under one component; without a component it waits for a price."""

    custody: CustodyId
    agreement: AgreementRef
    night: date
    period: str
    attested: EntryRef
    component: str | None


class NightGroup(msgspec.Struct, frozen=True, gc=False):
    """Nights that differ in nothing else; `entries` are what attested them, in one log."""

    custody: CustodyId
    agreement: AgreementRef
    period: str
    component: str | None
    origin: str
    days: tuple[int, ...] = ()
    """In order, so that a night is looked for among years of them without comparing each."""
    entries: tuple[int, ...] = ()

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
        shared = (self.custody, self.agreement)
        for day, entry in zip(self.days, self.entries, strict=True):
            night, attested = date.fromordinal(day), entry_ref(self.origin, entry)
            yield ChargedNight(*shared, night, self.period, attested, self.component)


class ChargedNights(msgspec.Struct, frozen=True):
    """Every night of one person that is charged, or that waits for a price or for its turn."""

    groups: tuple[NightGroup, ...] = ()
    kept_off: tuple[NightAlreadyCharged, ...] = ()
    """Attested nights that are charged elsewhere, each with its latest attestation."""

    def charged(self, night: date) -> ChargedNight | None:
        """A charge for this night, if there is one."""
        day = night.toordinal()
        for group in self.groups:
            if group.component is not None and group.has(day):
                return next(charged for charged in group.nights() if charged.night == night)
        return None

    def of(self, custody: CustodyId) -> list[ChargedNight]:
        """The nights of one custody, first to last."""
        groups = (group for group in self.groups if group.custody == custody)
        nights = (charged for group in groups for charged in group.nights())
        return sorted(nights, key=lambda charged: (charged.night, charged.component or ""))

    def owed_again(self, agreement: AgreementId) -> NightAlreadyCharged | None:
        """A night under this agreement that was charged elsewhere and is not any more (G20)."""
        return next(
            (
                kept
                for kept in self.kept_off
                if agreement_of(kept.agreement) == agreement and self.charged(kept.night) is None
            ),
            None,
        )


def fold(person: PersonId) -> Fold[ChargedNights]:
    """The charged nights of one person."""
    types = (FeeAccrued, FeeReversed, NightUnpriced, NightNotCharged, NightAlreadyCharged)
    return Fold(
        f"charged-nights/{person}",
        (on(*types, StayClosed, person=person),),
        ChargedNights(),
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
            return ChargedNights(state.groups, _within(state.kept_off, event))
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
        return ChargedNights(groups, state.kept_off)
    priced = _taken_out(state.groups, day, lambda group: group.component is None)
    shared = (fact.custody, entry.agreement, entry.period, entry.component)
    groups = _entered(priced, shared, day, fact.attested)
    return ChargedNights(groups, _turned(state.kept_off, fact.custody, fact.night))


def _not_charged(state: ChargedNights, event: NightUnpriced | NightNotCharged) -> ChargedNights:
    day = event.night.toordinal()
    kept_off = _turned(state.kept_off, event.custody, event.night)
    if isinstance(event, NightUnpriced):
        again = _taken_out(state.groups, day, lambda group: group.component is None)
        shared = (event.custody, event.agreement, event.period, None)
        return ChargedNights(_entered(again, shared, day, event.attested), kept_off)
    waiting = (event.custody, None)
    groups = _taken_out(
        state.groups, day, lambda group: (group.custody, group.component) == waiting
    )
    later = (event,) if isinstance(event, NightAlreadyCharged) else ()
    return ChargedNights(groups, (*kept_off, *later))


def _turned(
    kept_off: tuple[NightAlreadyCharged, ...], custody: CustodyId, night: date
) -> tuple[NightAlreadyCharged, ...]:
    """A night waits for its turn from when it was kept off until something else becomes of it."""
    return tuple(kept for kept in kept_off if (kept.custody, kept.night) != (custody, night))


def _within(
    kept_off: tuple[NightAlreadyCharged, ...], closed: StayClosed
) -> tuple[NightAlreadyCharged, ...]:
    """Nobody owes a night after the stay that it was to be of."""
    return tuple(
        kept
        for kept in kept_off
        if kept.custody != closed.custody
        or kept.night in stay_nights(kept.arrived_on, max(kept.arrived_on, closed.departed_on))
    )


def _entered(
    groups: tuple[NightGroup, ...],
    shared: tuple[CustodyId, AgreementRef, str, str | None],
    day: int,
    attested: EntryRef,
) -> tuple[NightGroup, ...]:
    origin, _, entry = attested.rpartition("#")
    key = (*shared, origin)
    for index, group in enumerate(groups):
        known = (group.custody, group.agreement, group.period, group.component, group.origin)
        if known == key:
            changed = group.including(day, int(entry))
            return (*groups[:index], changed, *groups[index + 1 :])
    return (*groups, NightGroup(*key).including(day, int(entry)))


def _taken_out(
    groups: tuple[NightGroup, ...], day: int, meant: Callable[[NightGroup], bool]
) -> tuple[NightGroup, ...]:
    changed = (group.without(day) if group.has(day) and meant(group) else group for group in groups)
    return tuple(group for group in changed if group.days)
