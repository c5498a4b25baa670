"""A price for each person-month, with a minimum that is owed whoever was there (F6).

A person counts for a month with the first night that is attested in it, and once. The minimum is
what the end of a month adds. A fact that comes later changes what its month comes to, and nothing
where the minimum bears it: the figure of a month follows from its persons alone, at any moment.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from shared.kernel.bounds import MOST
from shared.kernel.dates import month, month_of
from shared.kernel.frozen_map import FrozenMap
from shared.kernel.ids import PersonId
from shared.kernel.money import Money, total
from shared.tariff.component import Charge, Statement, Tally, Terms
from shared.tariff.fact import Fact, MonthEnd, PersonNight

UNIT = "person-month"
Persons = Annotated[int, Meta(ge=0, le=MOST)]


class MonthBorne(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The nights of everybody who counts for a month, and whether its end has added the minimum."""

    nights: FrozenMap[int] = msgspec.field(default_factory=FrozenMap[int])
    ended: bool = False

    def after(self, person: PersonId, nights: int) -> MonthBorne:
        """The month with one more night of a person, or one less."""
        spent = (self.nights.get(person) or 0) + nights
        changed = self.nights.put(person, spent) if spent else self.nights.drop(person)
        return MonthBorne(changed, self.ended)


class PersonMonths(Tally, frozen=True):
    """What every month has borne, by `yyyy-mm`."""

    months: dict[str, MonthBorne] = msgspec.field(default_factory=dict)

    def of(self, period: str) -> MonthBorne:
        """A month; one without a person and without an end is empty."""
        return self.months.get(period, MonthBorne())


class PersonMonth(Terms[PersonMonths], frozen=True, kw_only=True, tag="person-month"):
    """So much for each person and month, for `minimum` persons at least and `maximum` at most."""

    TALLY: ClassVar[type[Tally]] = PersonMonths

    rate: Money
    """For one person and month, however many of its nights were attested."""
    minimum: Persons = 0
    """How many persons a month is owed for at least, once it has ended."""
    maximum: Persons | None = None
    """Beyond so many persons in a month it charges for nobody: their nights have no price here."""
    proration: Literal["whole-months"] = "whole-months"
    """A month in which the terms apply on some days counts whole, for a person and the minimum."""

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The rate."""
        return (self.rate,)

    def applies(self, fact: Fact) -> bool:
        """Every night of its days and people, and every month that has one of its days."""
        if isinstance(fact, PersonNight):
            return super().applies(fact)
        days = month(fact.month)
        own = self.effective or days
        return own.start < days.end and days.start < own.end

    def charge(self, fact: PersonNight, tally: PersonMonths) -> Charge[PersonMonths] | None:
        """A person-month with the first night, nothing with the others; none beyond the maximum."""
        borne = tally.of(month_of(fact.night)).after(fact.person, 1)
        if self.maximum is not None and len(borne.nights) > self.maximum:
            return None
        return self._changed(fact, tally, borne)

    def reverse(self, fact: PersonNight, tally: PersonMonths) -> Charge[PersonMonths]:
        """The person-month back with the last of its nights, unless the minimum bears it."""
        return self._changed(fact, tally, tally.of(month_of(fact.night)).after(fact.person, -1))

    def close(self, fact: MonthEnd, tally: PersonMonths) -> Charge[PersonMonths] | None:
        """What is owed for nobody: the rest of the minimum, said even where there is none."""
        if not self.applies(fact):
            return None
        was = tally.of(fact.month)
        borne = MonthBorne(was.nights, ended=True)
        short = self._owed(borne) - self._owed(was)
        return Charge(
            unit=UNIT,
            quantity=short,
            amount=self.cost(self._owed(borne)) - self.cost(self._owed(was)),
            evidence=(fact.signed,),
            tally=PersonMonths(months={**tally.months, fact.month: borne}),
            reason="minimum-not-reached" if short else "minimum-reached",
        )

    def statement(self, tally: PersonMonths) -> Statement:
        """How many person-months, and how many of the minimum nobody used."""
        owed = {period: self._owed(borne) for period, borne in tally.months.items()}
        used = sum(len(borne.nights) for borne in tally.months.values())
        shortfall = sum(owed.values()) - used
        earned = total((self.cost(persons) for persons in owed.values()), self.rate.currency)
        unused = f" and {shortfall:,} of the minimum that nobody used" if shortfall else ""
        words = f"{used:,} person-months{unused} at {self.rate}: {earned}"
        return Statement(unit=UNIT, used=used, earned=earned, shortfall=shortfall, words=words)

    def cost(self, persons: int) -> Money:
        """What a month costs that so many persons are owed for, rounded once."""
        minor = self.rounding.minor(self.rate.minor * persons, 1, self.rate.currency)
        return Money.of(minor, self.rate.currency)

    def _owed(self, borne: MonthBorne) -> int:
        """How many persons a month is owed for: the minimum counts from its end on."""
        return max(len(borne.nights), self.minimum if borne.ended else 0)

    def _changed(
        self, fact: PersonNight, tally: PersonMonths, borne: MonthBorne
    ) -> Charge[PersonMonths]:
        period = month_of(fact.night)
        was, now = self._owed(tally.of(period)), self._owed(borne)
        return Charge(
            unit=UNIT,
            quantity=now - was,
            amount=self.cost(now) - self.cost(was),
            evidence=(fact.attested,),
            tally=PersonMonths(months={**tally.months, period: borne}),
        )
