"""A fixed amount a year for guaranteed places, borne by its months, whoever is there (F1, F4, F5).

Nights that are attested cost nothing more; they say how much of what is paid for was used.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.kernel.bounds import MOST
from shared.kernel.dates import DatePeriod, month, month_of
from shared.kernel.money import Money, total, zero
from shared.tariff.component import Charge, Statement, Tally, Terms
from shared.tariff.fact import Fact, MonthEnd, PersonNight
from shared.tariff.installments import Proration, part, torn
from shared.tariff.utilisation import utilisation

UNIT = "place-month"
Places = Annotated[int, Meta(ge=1, le=MOST)]


class PlacesPaid(Tally, frozen=True):
    """The months that have ended, and how many attested nights each month has, ended or not."""

    months: tuple[str, ...] = ()
    nights: dict[str, int] = msgspec.field(default_factory=dict)

    @property
    def used(self) -> int:
        """The nights of the months that have ended: those alone are paid for yet."""
        return sum(self.nights.get(period, 0) for period in self.months)


class Fixed(Terms[PlacesPaid], frozen=True, kw_only=True, tag="fixed"):
    """So much a year for `places` guaranteed places, in monthly parts that add up exactly (F1)."""

    TALLY: ClassVar[type[Tally]] = PlacesPaid

    yearly: Money
    """What a year of the terms comes to, exactly."""
    places: Places
    """How many places are kept for it, used or not."""
    effective: DatePeriod
    """The days that it is owed for: nothing accrues before it commences (F5)."""
    proration: Proration = "whole-months"
    """`whole-months`: a twelfth each. `by-days`: each bears its days of the year of the terms."""

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The amount a year."""
        return (self.yearly,)

    @property
    def contradiction(self) -> str | None:
        """Days that no whole months make."""
        return torn(self.effective, self.proration)

    def applies(self, fact: Fact) -> bool:
        """Every night of its days and people, and every month that has one of its days."""
        if not isinstance(fact, MonthEnd):
            return super().applies(fact)
        return self._part(fact.month) is not None

    def charge(self, fact: PersonNight, tally: PlacesPaid) -> Charge[PlacesPaid]:
        """Nothing more: the place is paid for."""
        return self._used(tally, 1, fact)

    def reverse(self, fact: PersonNight, tally: PlacesPaid) -> Charge[PlacesPaid]:
        """Nothing back: the place was paid for."""
        return self._used(tally, -1, fact)

    def close(self, fact: MonthEnd, tally: PlacesPaid) -> Charge[PlacesPaid] | None:
        """The month's part of the year, whatever the occupancy."""
        amount = self._part(fact.month)
        if amount is None:
            return None
        return Charge(
            unit=UNIT,
            quantity=self.places,
            amount=amount,
            evidence=(fact.signed,),
            tally=PlacesPaid(months=(*tally.months, fact.month), nights=tally.nights),
            reason="guaranteed-places",
        )

    def statement(self, tally: PlacesPaid) -> Statement:
        """How much of the place-nights that are paid for was used, and how much stood empty (F14).

        Per place and day is for reading alone: nothing is ever computed from it.
        """
        earned = total(
            (self._part(period) or zero(self.yearly.currency) for period in tally.months),
            self.yearly.currency,
        )
        paid_for = sum(self.places * self._days(period) for period in tally.months)
        empty = max(0, paid_for - tally.used)
        words = (
            f"{len(tally.months):,} months of {self.places:,} places at {self.yearly} a year:"
            f" {earned}; {tally.used:,} of {paid_for:,} place-nights used"
        )
        return Statement(
            unit="place-night",
            used=tally.used,
            earned=earned,
            shortfall=empty,
            utilisation=utilisation(earned, self.places, paid_for, tally.used),
            words=words,
        )

    def _part(self, period: str) -> Money | None:
        return part(self.yearly, self.effective, period, self.proration, self.rounding)

    def _days(self, period: str) -> int:
        """How many days of a month it is owed for."""
        own = month(period)
        start, end = max(own.start, self.effective.start), min(own.end, self.effective.end)
        return (end - start).days

    def _used(self, tally: PlacesPaid, nights: int, fact: PersonNight) -> Charge[PlacesPaid]:
        period = month_of(fact.night)
        used = {**tally.nights, period: tally.nights.get(period, 0) + nights}
        return Charge(
            unit=UNIT,
            quantity=0,
            amount=zero(self.yearly.currency),
            evidence=(fact.attested,),
            tally=PlacesPaid(months=tally.months, nights=used),
        )
