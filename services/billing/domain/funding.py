"""The money behind an agreement: appropriated, obligated, and what its charges have used (D12).

Whatever has the same months is one pot. What is charged uses it as it accrues, also what is
invoiced later; what was paid ahead uses it when it is paid, and not again as nights earn it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.contracts.billing import (
    FeeAccrued,
    FeeEntry,
    FeeRecounted,
    FeeReversed,
    PrepaymentReceived,
)
from shared.contracts.funding import (
    FundingAppropriated,
    FundingExhausted,
    FundingObligated,
    FundingRestored,
    FundingThresholdCrossed,
)
from shared.kernel.dates import DatePeriod, month_of
from shared.kernel.decider import Fold, on
from shared.kernel.ids import AgreementId, AppropriationId

if TYPE_CHECKING:
    from datetime import date

    from shared.kernel.event import Event


class Appropriation(msgspec.Struct, frozen=True):
    """One appropriation, and how much of it is obligated, in minor units."""

    event: FundingAppropriated
    obligated: int = 0


class Pot(msgspec.Struct, frozen=True):
    """Everything appropriated for the same months, and what they have used."""

    period: DatePeriod
    obligated: int
    spent: int
    warn_at: frozenset[int]

    @property
    def is_used_up(self) -> bool:
        """Whether nothing is left of what is obligated."""
        return self.spent >= self.obligated

    @property
    def reached(self) -> int:
        """The highest threshold that is reached, in per cent; 0 for none."""
        used = (share for share in self.warn_at if 100 * self.spent >= share * self.obligated)
        return max(used, default=0)


class FundingState(msgspec.Struct, frozen=True):
    """The appropriations of one agreement, and what each month has used, in minor units."""

    appropriations: dict[AppropriationId, Appropriation] = {}
    spent: dict[str, int] = {}
    warned: dict[str, int] = {}
    """The threshold that was told last, by the first month of its pot."""
    exhausted: bool = False
    told_on: date | None = None
    """The latest day of which anything was told: an earlier one is of money that is gone by."""

    def day(self, asked: date) -> date:
        """The day that is looked at: a late headcount is of money that is gone by (D12)."""
        return max(asked, self.told_on or asked)

    def pot(self, day: date) -> Pot | None:
        """The pot of a day: an empty one once all have lapsed; none before the first begins."""
        every = self.appropriations.values()
        today = [each for each in every if day in each.event.period]
        begun = [each.event.period for each in every if each.event.period.start <= day]
        if not begun:
            return None
        period = today[0].event.period if today else max(begun, key=lambda days: days.start)
        return Pot(
            period=period,
            obligated=sum(each.obligated for each in today),
            spent=self._spent(period),
            warn_at=frozenset(share for each in today for share in each.event.warn_at),
        )

    def _spent(self, period: DatePeriod) -> int:
        first, after = month_of(period.start), month_of(period.end)
        return sum(minor for own, minor in self.spent.items() if first <= own < after)


def fold(agreement: AgreementId) -> Fold[FundingState]:
    """The money behind one agreement."""
    told = (FundingThresholdCrossed, FundingExhausted, FundingRestored)
    used = (FeeAccrued, FeeReversed, FeeRecounted, PrepaymentReceived)
    return Fold(
        f"funding/{agreement}",
        (on(FundingAppropriated, FundingObligated, *told, *used, agreement=agreement),),
        FundingState(),
        evolve,
        FundingState,
    )


def evolve(state: FundingState, event: Event) -> FundingState:
    """Take in what was appropriated, obligated, used or told."""
    replace = msgspec.structs.replace
    match event:
        case FundingAppropriated():
            return _with(state, Appropriation(event))
        case FundingObligated():
            held = state.appropriations[event.appropriation]
            return _with(state, replace(held, obligated=held.obligated + event.amount.minor))
        case FeeEntry():
            accrued = any(posting.account.kind == "accrued" for posting in event.postings)
            return _used(state, event.period, event.amount.minor) if accrued else state
        case PrepaymentReceived():
            return _used(state, month_of(event.received_on), event.amount.minor)
        case FundingThresholdCrossed():
            first = month_of(event.period.start)
            warned = {**state.warned, first: event.share}
            return replace(state, warned=warned, told_on=event.on)
        case FundingExhausted() | FundingRestored():
            exhausted = isinstance(event, FundingExhausted)
            return replace(state, exhausted=exhausted, told_on=event.on)
        case _:
            return state


def _with(state: FundingState, held: Appropriation) -> FundingState:
    """The state with an appropriation as it stands now: its pot is warned of anew."""
    event = held.event
    first = month_of(event.period.start)
    return msgspec.structs.replace(
        state,
        appropriations={**state.appropriations, event.appropriation: held},
        warned={pot: share for pot, share in state.warned.items() if pot != first},
    )


def _used(state: FundingState, period: str, minor: int) -> FundingState:
    spent = {**state.spent, period: state.spent.get(period, 0) + minor}
    return msgspec.structs.replace(state, spent=spent)
