"""The months of an agreement: which ones are closed, and which one bears a late fact."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from shared.contracts.invoice import PeriodClosed
from shared.kernel.dates import month, month_of
from shared.kernel.decider import Fold, on
from shared.kernel.ids import AgreementId

if TYPE_CHECKING:
    from shared.kernel.event import Event

WESTERNMOST = timedelta(hours=12)
"""Where the day ends last: UTC-12."""
EASTERNMOST = timedelta(hours=14)
"""Where the day begins first: UTC+14."""


class PeriodsState(msgspec.Struct, frozen=True):
    """The closed months of one agreement, each with the invoice drawn from it."""

    closed: dict[str, str] = {}

    def bearing(self, period: str) -> str:
        """The month that bears a fact of this month: itself, or the next one that is open."""
        while period in self.closed:
            period = month_of(month(period).end)
        return period


def fold(agreement: AgreementId) -> Fold[PeriodsState]:
    """The closed months of one agreement."""
    return Fold(
        f"periods/{agreement}",
        (on(PeriodClosed, agreement=agreement),),
        PeriodsState(),
        evolve,
        PeriodsState,
    )


def evolve(state: PeriodsState, event: Event) -> PeriodsState:
    """Note that a month was closed."""
    match event:
        case PeriodClosed():
            return PeriodsState({**state.closed, event.period: event.invoice})
        case _:
            return state


def is_over(period: str, now: datetime) -> bool:
    """Whether a month is over everywhere, whatever a facility's time zone."""
    return (now.astimezone(UTC) - WESTERNMOST).date() >= month(period).end


def latest_date(now: datetime) -> date:
    """The date where it is latest: any later one is in the future everywhere."""
    return (now.astimezone(UTC) + EASTERNMOST).date()
