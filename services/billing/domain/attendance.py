"""Which nights of an agreement's custodies are due in a month, and which of them are attested (D3).

A custody is due a headcount on every night of its stay. A night is borne by its own month, or,
where that was closed before the stay was told, by the next one that was open: one close counts it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import accounting_periods
from services.billing.domain.accounting_periods import PeriodsState
from shared.contracts.billing import (
    FeeAccrued,
    NightAlreadyCharged,
    NightUnpriced,
    StayClosed,
    StayOpened,
)
from shared.contracts.fee_stop import NightAfterReturnOrder
from shared.contracts.invoice import NightsCounted, PeriodClosed
from shared.kernel.dates import ONE_DAY, month, month_of
from shared.kernel.decider import Fold, on
from shared.kernel.frozen_map import FrozenMap
from shared.kernel.ids import AgreementId, AgreementRef, CustodyId, PersonId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.kernel.event import Event


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """One stay, and which of its nights in months that are not closed were attested."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    arrived_on: date
    owed_until: date | None = None
    """The first day after its nights, once it is over."""
    borne_by: dict[str, str] = {}
    """Which month bears the nights of one that was closed before the stay was told."""
    attested: dict[str, int] = {}
    """A month's nights that are attested, one bit a date."""

    def bearing(self, period: str) -> str:
        """The month that bears this one's nights."""
        return self.borne_by.get(period, period)

    def due(self, period: str) -> Iterator[date]:
        """The nights of the stay that a month bears, first to last."""
        others = (own for own, bearing in self.borne_by.items() if bearing == period)
        own = () if period in self.borne_by else (period,)
        for each in sorted((*others, *own)):
            yield from (night for night in month(each).dates() if self._has(night))

    def is_attested(self, night: date) -> bool:
        """Whether a headcount saw the person on this night."""
        return bool(self.attested.get(month_of(night), 0) & _bit(night))

    def seen(self, night: date) -> Attendance:
        """The same with one more attested night."""
        own = month_of(night)
        attested = {**self.attested, own: self.attested.get(own, 0) | _bit(night)}
        return msgspec.structs.replace(self, attested=attested)

    def without(self, period: str) -> Attendance:
        """The same without what a closed month has counted."""
        attested = {
            own: nights for own, nights in self.attested.items() if self.bearing(own) != period
        }
        return msgspec.structs.replace(self, attested=attested)

    def is_counted(self, periods: PeriodsState) -> bool:
        """Whether the stay is over and closed months have counted all of its nights."""
        if self.owed_until is None:
            return False
        own, last = month_of(self.arrived_on), month_of(self.owed_until - ONE_DAY)
        while own <= last:
            if self.bearing(own) not in periods.closed:
                return False
            own = month_of(month(own).end)
        return True

    def _has(self, night: date) -> bool:
        if night < self.arrived_on:
            return False
        return self.owed_until is None or night < self.owed_until


class AttendanceState(msgspec.Struct, frozen=True):
    """Every stay of an agreement that has nights which no closed month has counted."""

    stays: FrozenMap[Attendance] = FrozenMap()
    periods: PeriodsState = PeriodsState()

    def due(self, period: str) -> list[tuple[Attendance, list[date]]]:
        """Every custody with the nights that a month bears, in the order of their ids."""
        nights = ((stay, list(stay.due(period))) for _, stay in self.stays.items())
        return [(stay, due) for stay, due in nights if due]

    def counted(self, period: str) -> NightsCounted:
        """How many nights a month bears, and how many of them are attested."""
        nights = [stay.is_attested(night) for stay, due in self.due(period) for night in due]
        return NightsCounted(due=len(nights), attested=sum(nights))

    def not_attested(self, period: str) -> Iterator[tuple[Attendance, tuple[date, ...]]]:
        """Every custody with nights that a month bears and nobody attested."""
        for stay, due in self.due(period):
            if nights := tuple(night for night in due if not stay.is_attested(night)):
                yield stay, nights


def fold(agreement: AgreementId) -> Fold[AttendanceState]:
    """The stays of one agreement."""
    seen = (FeeAccrued, NightUnpriced, NightAlreadyCharged, NightAfterReturnOrder)
    return Fold(
        f"attendance/{agreement}",
        (on(StayOpened, StayClosed, *seen, PeriodClosed, agreement=agreement),),
        AttendanceState(),
        evolve,
        AttendanceState,
    )


def evolve(state: AttendanceState, event: Event) -> AttendanceState:
    """Take in a stay, a night that somebody attested, or the close of a month."""
    match event:
        case StayOpened():
            return _with(state, _opened(event, state.periods))
        case StayClosed():
            return _left(state, event)
        case FeeAccrued(custody=custody, night=night) if custody and night:
            return _seen(state, custody, night)
        case NightUnpriced() | NightAlreadyCharged() | NightAfterReturnOrder():
            return _seen(state, event.custody, event.night)
        case PeriodClosed():
            return _closed(state, event)
        case _:
            return state


def _opened(event: StayOpened, periods: PeriodsState) -> Attendance:
    arrived = month_of(event.arrived_on)
    return Attendance(
        custody=event.custody,
        person=event.person,
        agreement=event.agreement,
        arrived_on=event.arrived_on,
        borne_by={own: periods.bearing(own) for own in periods.closed if own >= arrived},
    )


def _left(state: AttendanceState, event: StayClosed) -> AttendanceState:
    stay = state.stays.get(event.custody)
    if stay is None:
        return state
    return _with(state, msgspec.structs.replace(stay, owed_until=event.owed_until))


def _seen(state: AttendanceState, custody: CustodyId, night: date) -> AttendanceState:
    """Note an attested night; one that a closed month has counted is counted no more."""
    stay = state.stays.get(custody)
    if stay is None or stay.bearing(month_of(night)) in state.periods.closed:
        return state
    return _with(state, stay.seen(night))


def _closed(state: AttendanceState, event: PeriodClosed) -> AttendanceState:
    periods = accounting_periods.evolve(state.periods, event)
    stays = {
        custody: stay.without(event.period)
        for custody, stay in state.stays.items()
        if not stay.is_counted(periods)
    }
    return AttendanceState(FrozenMap.of(stays), periods)


def _with(state: AttendanceState, stay: Attendance) -> AttendanceState:
    return AttendanceState(state.stays.put(stay.custody, stay), state.periods)


def _bit(night: date) -> int:
    return 1 << night.day
