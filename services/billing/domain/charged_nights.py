"""A person's charged nights: each at most once, across custodies and agreements (G20).

There is one of these states for every person, and some stay for years: nights are kept as numbers,
in groups that have everything else in common.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, assert_never

import msgspec

from shared.contracts.billing import (
    AccrualReversed,
    NightAlreadyCharged,
    NightNotCharged,
    NightsAccrued,
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.kernel.event import Event

NightFact = NightsAccrued | AccrualReversed | NightUnpriced | NightNotCharged


class Charge(msgspec.Struct, frozen=True):
    """One night under one component; without a component it waits for a price."""

    custody: CustodyId
    agreement: AgreementRef
    night: date
    period: str
    attested: EntryRef
    component: str | None


class ChargeGroup(msgspec.Struct, frozen=True, gc=False):
    """Charges that differ in their nights alone; `entries` are what attested them, in one log."""

    custody: CustodyId
    agreement: AgreementRef
    period: str
    component: str | None
    origin: str
    days: tuple[int, ...] = ()
    entries: tuple[int, ...] = ()

    def including(self, day: int, entry: int) -> ChargeGroup:
        """The group with one more night."""
        return msgspec.structs.replace(self, days=(*self.days, day), entries=(*self.entries, entry))

    def without(self, day: int) -> ChargeGroup:
        """The group without a night that it has."""
        place = self.days.index(day)
        return msgspec.structs.replace(
            self,
            days=self.days[:place] + self.days[place + 1 :],
            entries=self.entries[:place] + self.entries[place + 1 :],
        )

    def charges(self) -> Iterator[Charge]:
        """Each of its nights by itself."""
        for day, entry in zip(self.days, self.entries, strict=True):
            night, attested = date.fromordinal(day), entry_ref(self.origin, entry)
            yield Charge(self.custody, self.agreement, night, self.period, attested, self.component)


class ChargesState(msgspec.Struct, frozen=True):
    """Every night of one person that is charged, or that waits for a price or for its turn."""

    groups: tuple[ChargeGroup, ...] = ()
    kept_off: tuple[NightAlreadyCharged, ...] = ()
    """Attested nights that are charged elsewhere, each with its latest attestation."""

    def charged(self, night: date) -> Charge | None:
        """A charge for this night, if there is one."""
        day = night.toordinal()
        for group in self.groups:
            if group.component is not None and day in group.days:
                return next(one for one in group.charges() if one.night == night)
        return None

    def of(self, custody: CustodyId) -> list[Charge]:
        """The charges of one custody, first night to last."""
        found = (
            one for group in self.groups if group.custody == custody for one in group.charges()
        )
        return sorted(found, key=lambda one: (one.night, one.component or ""))

    def owed_again(self, agreement: AgreementId) -> NightAlreadyCharged | None:
        """A night under this agreement that was charged elsewhere and is not any more (G20)."""
        return next(
            (
                one
                for one in self.kept_off
                if agreement_of(one.agreement) == agreement and self.charged(one.night) is None
            ),
            None,
        )


def fold(person: PersonId) -> Fold[ChargesState]:
    """The charged nights of one person."""
    return Fold(
        f"charges/{person}",
        (
            on(
                NightsAccrued,
                AccrualReversed,
                NightUnpriced,
                NightNotCharged,
                NightAlreadyCharged,
                StayClosed,
                person=person,
            ),
        ),
        ChargesState(),
        evolve,
    )


def evolve(state: ChargesState, event: Event) -> ChargesState:
    """Take in what became of a night."""
    match event:
        case NightsAccrued() | AccrualReversed() | NightUnpriced() | NightNotCharged():
            return ChargesState(_evolve(state.groups, event), _kept_off(state.kept_off, event))
        case StayClosed():
            return ChargesState(state.groups, _within(state.kept_off, event))
        case _:
            return state


def _kept_off(
    kept: tuple[NightAlreadyCharged, ...], event: NightFact
) -> tuple[NightAlreadyCharged, ...]:
    """A night waits for its turn from when it was kept off until something else becomes of it."""
    if isinstance(event, AccrualReversed):
        return kept
    key = (event.custody, event.night)
    others = tuple(one for one in kept if (one.custody, one.night) != key)
    return (*others, event) if isinstance(event, NightAlreadyCharged) else others


def _within(
    kept: tuple[NightAlreadyCharged, ...], closed: StayClosed
) -> tuple[NightAlreadyCharged, ...]:
    """Nobody owes a night after the stay that it was to be of."""
    return tuple(
        one
        for one in kept
        if one.custody != closed.custody
        or one.night in stay_nights(one.arrived_on, max(one.arrived_on, closed.departed_on))
    )


def _evolve(groups: tuple[ChargeGroup, ...], event: NightFact) -> tuple[ChargeGroup, ...]:
    day = event.night.toordinal()
    match event:
        case NightsAccrued():
            priced = _taken_out(groups, day, lambda one: one.component is None)
            return _entered(priced, event, event.component)
        case AccrualReversed():
            key = (event.custody, event.component)
            return _taken_out(groups, day, lambda one: (one.custody, one.component) == key)
        case NightUnpriced():
            again = _taken_out(groups, day, lambda one: one.component is None)
            return _entered(again, event, None)
        case NightNotCharged():
            waiting = (event.custody, None)
            return _taken_out(groups, day, lambda one: (one.custody, one.component) == waiting)
        case _:
            assert_never(event)


def _entered(
    groups: tuple[ChargeGroup, ...], event: NightsAccrued | NightUnpriced, component: str | None
) -> tuple[ChargeGroup, ...]:
    origin, _, entry = event.attested.rpartition("#")
    key = (event.custody, event.agreement, event.period, component, origin)
    for place, one in enumerate(groups):
        if (one.custody, one.agreement, one.period, one.component, one.origin) == key:
            changed = one.including(event.night.toordinal(), int(entry))
            return (*groups[:place], changed, *groups[place + 1 :])
    return (*groups, ChargeGroup(*key).including(event.night.toordinal(), int(entry)))


def _taken_out(
    groups: tuple[ChargeGroup, ...], day: int, meant: Callable[[ChargeGroup], bool]
) -> tuple[ChargeGroup, ...]:
    changed = (one.without(day) if day in one.days and meant(one) else one for one in groups)
    return tuple(one for one in changed if one.days)
