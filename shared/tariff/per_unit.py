"""A price for each unit of a service that is recorded with its paper and approved (F4, F11).

The figure of a month follows from the units of that month alone: rounded once, at most what it is
capped at, and from its end on at least its minimum.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.kernel.bounds import MOST
from shared.kernel.codes import Slug
from shared.kernel.dates import month, month_of
from shared.kernel.money import Money, total
from shared.tariff.component import Charge, Statement, Tally, Terms
from shared.tariff.fact import Fact, MonthEnd, Occurred, Service

if TYPE_CHECKING:
    from shared.kernel.ids import EntryRef

Count = Annotated[int, Meta(ge=1, le=MOST)]


class MonthServed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The units of one month, and whether its end has added the minimum."""

    units: int = 0
    ended: bool = False


class UnitsServed(Tally, frozen=True):
    """What every month was given, by `yyyy-mm`."""

    months: dict[str, MonthServed] = msgspec.field(default_factory=dict)

    def of(self, period: str) -> MonthServed:
        """A month; one without a service and without an end is empty."""
        return self.months.get(period, MonthServed())


class PerUnit(Terms[UnitsServed], frozen=True, kw_only=True, tag="per-unit"):
    """So much a unit of a service: 3 hours at USD 10.00, 40 miles at USD 0.30 (F11)."""

    TALLY: ClassVar[type[Tally]] = UnitsServed

    service: Slug
    """What is done: `guard`, `transport`, `medical`."""
    unit: Slug
    """What is counted: an hour, a mile; `cent` for a bill that is passed on as it is."""
    paper: Slug
    """The kind of evidence that it takes: without it nothing is charged."""
    rate: Money
    """For `per` units."""
    per: Count = 1
    """Of how many units the rate is the price: 60, where minutes are recorded and hours priced."""
    at_most: Money | None = None
    """What a month comes to at most, however much was done in it."""
    at_least: Money | None = None
    """What a month comes to at least, once it has ended."""

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The rate, and what a month comes to at most and at least."""
        return tuple(money for money in (self.rate, self.at_most, self.at_least) if money)

    @property
    def contradiction(self) -> str | None:
        """A minimum above the maximum, or one to a finer place than it rounds to."""
        least, most = self.at_least, self.at_most
        if any(money and self._rounded(money.minor, 1) != money.minor for money in (least, most)):
            return "has a limit to a finer place than it rounds to"
        above = least is not None and most is not None and least.minor > most.minor
        return "comes to more at least than at most" if above else None

    def applies(self, fact: Fact) -> bool:
        """A service of its name, unit and paper on one of its days; a month, with a minimum."""
        if isinstance(fact, MonthEnd):
            days = month(fact.month)
            own = self.effective or days
            return self.at_least is not None and own.start < days.end and days.start < own.end
        if not isinstance(fact, Occurred) or not isinstance(fact.what, Service):
            return False
        told = fact.what
        own_names = (self.service, self.unit, self.paper)
        mine = (told.service, told.unit, told.paper) == own_names
        return mine and (self.effective is None or told.on in self.effective)

    def occasion_on(self, day: date) -> Service:
        """One unit of it on that day."""
        return Service(self.service, self.unit, 1, self.paper, day)

    def serve(self, fact: Occurred, tally: UnitsServed) -> Charge[UnitsServed] | None:
        """What the units add to their month; nothing for another service."""
        told = fact.what
        return self._counted(fact, tally, told.quantity) if isinstance(told, Service) else None

    def withdraw(self, fact: Occurred, tally: UnitsServed) -> Charge[UnitsServed]:
        """What its month comes to less without the units: nothing below its minimum or above its
        maximum.
        """
        told = fact.what
        if not isinstance(told, Service):
            return super().withdraw(fact, tally)
        return self._counted(fact, tally, -told.quantity)

    def close(self, fact: MonthEnd, tally: UnitsServed) -> Charge[UnitsServed] | None:
        """The rest of the minimum, said even where there is none."""
        if not self.applies(fact):
            return None
        now = MonthServed(tally.of(fact.month).units, ended=True)
        charge = self._changed(tally, fact.month, now, 0, (fact.signed,))
        reason = "minimum-not-reached" if charge.amount.minor else "minimum-reached"
        return msgspec.structs.replace(charge, reason=reason)

    def statement(self, tally: UnitsServed) -> Statement:
        """How many units, at which price."""
        used = sum(served.units for served in tally.months.values())
        earned = total((self.cost(served) for served in tally.months.values()), self.rate.currency)
        price = f"{self.rate}" if self.per == 1 else f"{self.rate} for {self.per:,}"
        words = f"{used:,} {self.unit} of {self.service} at {price}: {earned}"
        return Statement(unit=self.unit, used=used, earned=earned, words=words)

    def cost(self, served: MonthServed) -> Money:
        """What a month comes to."""
        minor = self._rounded(self.rate.minor * served.units, self.per)
        if self.at_most is not None:
            minor = min(minor, self.at_most.minor)
        if self.at_least is not None and served.ended:
            minor = max(minor, self.at_least.minor)
        return Money.of(minor, self.rate.currency)

    def _rounded(self, exact: int, whole: int) -> int:
        return self.rounding.minor(exact, whole, self.rate.currency)

    def _counted(self, fact: Occurred, tally: UnitsServed, units: int) -> Charge[UnitsServed]:
        period = month_of(fact.what.day)
        was = tally.of(period)
        now = MonthServed(was.units + units, was.ended)
        return self._changed(tally, period, now, units, fact.evidence)

    def _changed(
        self,
        tally: UnitsServed,
        period: str,
        now: MonthServed,
        units: int,
        evidence: tuple[EntryRef, ...],
    ) -> Charge[UnitsServed]:
        return Charge(
            unit=self.unit,
            quantity=units,
            amount=self.cost(now) - self.cost(tally.of(period)),
            evidence=evidence,
            tally=UnitsServed(months={**tally.months, period: now}),
        )
