"""What billing, statements, documents and audits know of a component: its protocol, and no more.

A component is its terms: a frozen struct with a `kind`, which both states sign. What it has borne
so far is its tally, a small value that only the component understands. The tally follows from the
component's own accruals: charging their facts again, in their order, gives it and every amount.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from shared.kernel.codes import CaseKind, Country, Slug
from shared.kernel.dates import DatePeriod
from shared.kernel.ids import EntryRef
from shared.kernel.money import Money
from shared.tariff.accounts import AccountKind, Postings, between
from shared.tariff.fact import (
    Fact,
    MonthEnd,
    Occasion,
    Occurred,
    PersonNight,
    PersonsCounted,
)
from shared.tariff.rounding import Rounding
from shared.tariff.utilisation import Utilisation


class Tally(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="tally", tag=True):
    """What a component has borne so far; it begins empty."""


TallyT = TypeVar("TallyT", bound=Tally)


class Charge(msgspec.Struct, Generic[TallyT], frozen=True, kw_only=True):
    """What one fact costs, or gives back when it is taken back, and the tally after it."""

    unit: Slug
    quantity: int
    amount: Money
    evidence: tuple[EntryRef, ...]
    tally: TallyT
    reason: Slug | None = None
    """Why something is owed that nobody used."""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader is told of a component."""

    unit: Slug
    used: int
    earned: Money
    left: int | None = None
    """How many units it still pays for, if it was paid ahead."""
    unearned: Money | None = None
    """What was paid ahead, or is owed ahead, of anything that earns it."""
    shortfall: int = 0
    """How many units were owed that nobody used."""
    utilisation: Utilisation | None = None
    """How much of the places that are paid for was used, where it pays for places (F9, F14)."""
    words: str


class Terms(
    msgspec.Struct,
    Generic[TallyT],
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
):
    """What every component says: its name, its rounding, and which facts it charges for."""

    TALLY: ClassVar[type[Tally]]
    ACCOUNT: ClassVar[AccountKind] = "accrued"
    """The account that a charge and its reversal touch, of both states."""

    id: Slug
    """One name means the same terms in every version: terms that are amended get another."""
    rounding: Rounding
    """Mode and place; it rounds what a component comes to, never the parts of it."""
    effective: DatePeriod | None = None
    """The days that it charges for; without it, those of the agreement."""
    population: tuple[CaseKind, ...] = ()
    """The kinds of case that it charges for; without one, all of them."""
    after: tuple[Slug, ...] = ()
    """Components that come first: of what they charge for, this one charges what they leave."""
    beside: tuple[Slug, ...] = ()
    """Components that charge for the same facts: both apply."""

    @property
    @abstractmethod
    def amounts(self) -> tuple[Money, ...]:
        """Every amount that the terms state."""
        ...

    @property
    def contradiction(self) -> str | None:
        """What is wrong with the terms in themselves, after the component's name, if anything."""
        return None

    @property
    def paid_ahead(self) -> Money | None:
        """What is paid ahead of whatever earns it, whole, if the terms ask for that (F7)."""
        return None

    @property
    def is_drawn(self) -> bool:
        """Whether its charges are due as what was paid ahead, and not for themselves (F7)."""
        return self.ACCOUNT == "prepaid"

    def applies(self, fact: Fact) -> bool:
        """Whether it charges for this fact, as far as the fact itself goes."""
        if not isinstance(fact, PersonNight):
            return False
        of_kind = not self.population or fact.case_kind in self.population
        return of_kind and (self.effective is None or fact.night in self.effective)

    @property
    def empty(self) -> TallyT:
        """The tally before any charge."""
        tally: Any = self.TALLY()
        begun: TallyT = tally
        return begun

    def occasion_on(self, day: date) -> Occasion | None:  # noqa: ARG002 - for components that charge for occasions
        """Something of that day that it charges for, if it charges for what happens: by it, two
        that would charge for the same are told before anybody signs.
        """
        return None

    def charge(self, fact: PersonNight, tally: TallyT) -> Charge[TallyT] | None:  # noqa: ARG002 - for components that charge for nights
        """What one more night costs; nothing when the component has no more to give."""
        return None

    def reverse(self, fact: PersonNight, tally: TallyT) -> Charge[TallyT]:  # noqa: ARG002 - it has none to give back
        """What taking the charge of a night back gives: negative, in the period that is open.

        Raises `LookupError` where no night was charged.
        """
        message = f"{self.id!r} charges for no night: {fact.night} was not charged with it"
        raise LookupError(message)

    def serve(self, fact: Occurred, tally: TallyT) -> Charge[TallyT] | None:  # noqa: ARG002 - for components that charge for occasions
        """What a service or a cancellation costs; nothing for a component that charges for none."""
        return None

    def withdraw(self, fact: Occurred, tally: TallyT) -> Charge[TallyT]:  # noqa: ARG002 - it has none to give back
        """What taking the charge of a service or a cancellation back gives: negative (F11).

        Raises `LookupError` where none was charged.
        """
        message = f"{self.id!r} charges for no service: that of {fact.what.day} was not charged"
        raise LookupError(message)

    def close(self, fact: MonthEnd, tally: TallyT) -> Charge[TallyT] | None:  # noqa: ARG002 - for components that add to a month
        """What the end of a month adds; nothing for a component that ends no month."""
        return None

    def recount(self, fact: PersonsCounted, tally: TallyT) -> Charge[TallyT] | None:  # noqa: ARG002 - for components that count persons
        """What it changes that two were merged or told apart; nothing where no month counts them
        otherwise than before.
        """
        return None

    @abstractmethod
    def statement(self, tally: TallyT) -> Statement:
        """What a reader is told."""
        ...

    def postings(self, amount: Money, payee: Country, payer: Country) -> Postings:
        """A charge, or with a negative amount its reversal, in both states' accounts."""
        return between(self.ACCOUNT, payee, payer, amount)
