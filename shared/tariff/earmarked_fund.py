"""An amount a year into a fund for a purpose: no part of what a place costs (F5).

The paying state owes it as anything else that accrues; what it comes to stands beside that as
earmarked, until it is spent for its purpose. It charges for no night and no person.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from shared.kernel.codes import Country
from shared.kernel.dates import DatePeriod
from shared.kernel.money import Money, total, zero
from shared.kernel.text import name_fault
from shared.tariff.accounts import Postings, between
from shared.tariff.component import Charge, Statement, Tally, Terms
from shared.tariff.fact import Fact, MonthEnd
from shared.tariff.installments import Proration, part, torn

UNIT = "fund-month"


class FundMonths(Tally, frozen=True):
    """The months that have ended."""

    months: tuple[str, ...] = ()


class EarmarkedFund(Terms[FundMonths], frozen=True, kw_only=True, tag="earmarked-fund"):
    """So much a year into a fund for a `purpose`, in monthly parts that add up exactly (F5)."""

    TALLY: ClassVar[type[Tally]] = FundMonths

    yearly: Money
    """What a year of the terms comes to, exactly."""
    purpose: Annotated[str, Meta(min_length=1, max_length=200)]
    """What alone it may be spent for, in the words of the agreement."""
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
        """Days that no whole months make, or a purpose that nobody could read."""
        unread = name_fault(self.purpose)
        return f"has no purpose: {unread}" if unread else torn(self.effective, self.proration)

    def applies(self, fact: Fact) -> bool:
        """Every month that has one of its days, and no night."""
        return isinstance(fact, MonthEnd) and self._part(fact.month) is not None

    def close(self, fact: MonthEnd, tally: FundMonths) -> Charge[FundMonths] | None:
        """The month's part of the year."""
        amount = self._part(fact.month)
        if amount is None:
            return None
        return Charge(
            unit=UNIT,
            quantity=1,
            amount=amount,
            evidence=(fact.signed,),
            tally=FundMonths(months=(*tally.months, fact.month)),
            reason="earmarked",
        )

    def statement(self, tally: FundMonths) -> Statement:
        """What has gone into the fund."""
        earned = total(
            (self._part(period) or zero(self.yearly.currency) for period in tally.months),
            self.yearly.currency,
        )
        words = f"{earned} for {self.purpose}, in {len(tally.months):,} months"
        return Statement(unit=UNIT, used=len(tally.months), earned=earned, words=words)

    def postings(self, amount: Money, payee: Country, payer: Country) -> Postings:
        """What is owed, and beside it what the payee may spend for the purpose alone."""
        owed = between("accrued", payee, payer, amount)
        return (*owed, *between("earmarked", payee, payer, -amount))

    def _part(self, period: str) -> Money | None:
        return part(self.yearly, self.effective, period, self.proration, self.rounding)
