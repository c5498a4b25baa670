"""A price for each person-month, with a minimum that is owed whoever was there (F6).

A person counts for a month with the first night that is attested in it, and once, by however many
pseudonyms: who is merged later is counted again, as who is told apart. The minimum is
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
from shared.kernel.ids import EntryRef, PersonId
from shared.kernel.money import Money, total
from shared.tariff.component import Charge, Statement, Tally, Terms
from shared.tariff.fact import Fact, MonthEnd, PersonNight, PersonsCounted

UNIT = "person-month"
Persons = Annotated[int, Meta(ge=0, le=MOST)]


class MonthBorne(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The nights of everybody who counts for a month, and whether its end has added the minimum."""

    nights: FrozenMap[int] = msgspec.field(default_factory=FrozenMap[int])
    ended: bool = False
    as_one: tuple[tuple[PersonId, ...], ...] = ()
    """Those who have several pseudonyms, each by all of them."""

    @property
    def persons(self) -> int:
        """How many persons count for the month, each once."""
        present = (sum(name in self.nights for name in names) for names in self.as_one)
        return len(self.nights) - sum(max(0, names - 1) for names in present)

    def after(self, person: PersonId, nights: int) -> MonthBorne:
        """The month with one more night of a pseudonym, or one less."""
        spent = (self.nights.get(person) or 0) + nights
        changed = self.nights.put(person, spent) if spent else self.nights.drop(person)
        return msgspec.structs.replace(self, nights=changed)

    def counting(self, *persons: tuple[PersonId, ...]) -> MonthBorne:
        """The month in which each of these is one person, by every pseudonym, and nobody else is
        one with them.
        """
        if not self.as_one and all(len(names) == 1 for names in persons):
            return self
        meant = {name for names in persons for name in names}
        others = (tuple(sorted({*names} - meant)) for names in self.as_one)
        as_one = tuple(sorted(names for names in (*others, *persons) if len(names) > 1))
        return msgspec.structs.replace(self, as_one=as_one)


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
        if not isinstance(fact, MonthEnd):
            return super().applies(fact)
        days = month(fact.month)
        own = self.effective or days
        return own.start < days.end and days.start < own.end

    def charge(self, fact: PersonNight, tally: PersonMonths) -> Charge[PersonMonths] | None:
        """A person-month with the first night, nothing with the others; none beyond the maximum."""
        everybody = tuple(sorted((fact.person, *fact.pseudonyms)))
        borne = tally.of(month_of(fact.night)).counting(everybody).after(fact.person, 1)
        if self.maximum is not None and borne.persons > self.maximum:
            return None
        return self._changed((fact.attested,), tally, month_of(fact.night), borne)

    def reverse(self, fact: PersonNight, tally: PersonMonths) -> Charge[PersonMonths]:
        """The person-month back with the last of its nights, unless the minimum bears it."""
        period = month_of(fact.night)
        borne = tally.of(period).after(fact.person, -1)
        return self._changed((fact.attested,), tally, period, borne)

    def close(self, fact: MonthEnd, tally: PersonMonths) -> Charge[PersonMonths] | None:
        """What is owed for nobody: the rest of the minimum, said even where there is none."""
        if not self.applies(fact):
            return None
        was = tally.of(fact.month)
        borne = msgspec.structs.replace(was, ended=True)
        short = self._owed(borne) - self._owed(was)
        return Charge(
            unit=UNIT,
            quantity=short,
            amount=self.cost(self._owed(borne)) - self.cost(self._owed(was)),
            evidence=(fact.signed,),
            tally=PersonMonths(months={**tally.months, fact.month: borne}),
            reason="minimum-not-reached" if short else "minimum-reached",
        )

    def recount(self, fact: PersonsCounted, tally: PersonMonths) -> Charge[PersonMonths] | None:
        """A person-month back where two have become one person's, and again where they are two's:
        whatever the minimum bears of it stays as it is.
        """
        was = tally.of(fact.month)
        borne = was.counting(*fact.persons)
        if borne.persons == was.persons:
            return None
        return self._changed((fact.decided,), tally, fact.month, borne)

    def statement(self, tally: PersonMonths) -> Statement:
        """How many person-months, and how many of the minimum nobody used."""
        owed = {period: self._owed(borne) for period, borne in tally.months.items()}
        used = sum(borne.persons for borne in tally.months.values())
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
        return max(borne.persons, self.minimum if borne.ended else 0)

    def _changed(
        self,
        evidence: tuple[EntryRef, ...],
        tally: PersonMonths,
        period: str,
        borne: MonthBorne,
    ) -> Charge[PersonMonths]:
        was, now = self._owed(tally.of(period)), self._owed(borne)
        return Charge(
            unit=UNIT,
            quantity=now - was,
            amount=self.cost(now) - self.cost(was),
            evidence=evidence,
            tally=PersonMonths(months={**tally.months, period: borne}),
        )
