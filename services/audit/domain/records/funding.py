"""The money behind each agreement, by billing's log: appropriated, obligated, used; and intake's
word on whether it is followed (D12).
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import msgspec

from shared.contracts.funding import FundingAppropriated
from shared.kernel.dates import DatePeriod, month_of, utc_date
from shared.kernel.ids import AgreementId, AppropriationId


class Appropriation(msgspec.Struct):
    """What was appropriated, and how much of it is obligated, in minor units."""

    event: FundingAppropriated
    obligated: int = 0


class Funds:
    """The money of one agreement."""

    def __init__(self) -> None:
        """Begin with none, and nothing used."""
        self.appropriations: dict[AppropriationId, Appropriation] = {}
        self.used: Counter[str] = Counter()
        """What each month has used, in minor units."""
        self.warned: dict[date, int] = {}
        """The share that was told last, by the first day of the months that it is of."""
        self.exhausted = False
        self.told_on: date | None = None
        """The latest day of which anything was told."""
        self.stopped = False
        """Whether intake says that nobody departs for want of money."""

    def day(self, at: datetime) -> date:
        """The day whose money is meant at a moment: never one before the last that was told."""
        return max(utc_date(at), self.told_on or date.min)

    def months(self, day: date) -> DatePeriod | None:
        """The months whose money is asked for on a day: those that have it, or had it last."""
        periods = [held.event.period for held in self.appropriations.values()]
        begun = [period for period in periods if period.start <= day]
        return max(begun, key=lambda period: period.start, default=None)

    def obligated(self, day: date) -> int:
        """What is obligated of the appropriations that have the day."""
        every = self.appropriations.values()
        return sum(held.obligated for held in every if day in held.event.period)

    def spent(self, period: DatePeriod) -> int:
        """What these months have used."""
        own = (month_of(period.start), month_of(period.end))
        return sum(minor for used, minor in self.used.items() if own[0] <= used < own[1])

    def reached(self, day: date, spent: int) -> int:
        """The highest share to warn of that is used; 0 for none."""
        every, obligated = self.appropriations.values(), self.obligated(day)
        shares = (
            share for held in every if day in held.event.period for share in held.event.warn_at
        )
        return max((share for share in shares if 100 * spent >= share * obligated), default=0)


class Funding:
    """The money of every agreement."""

    def __init__(self) -> None:
        """Begin with none."""
        self._of: dict[AgreementId, Funds] = {}

    def of(self, agreement: AgreementId) -> Funds:
        """That of one agreement."""
        return self._of.setdefault(agreement, Funds())
