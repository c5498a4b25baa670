"""An amount paid ahead for persons × nights, earned as attested person-nights use it (F7).

What a pool has earned is a function of how many person-nights it has given, rounded once. A single
night costs the difference that it makes to that figure, so the sum over any nights is exact and no
rounding error ever adds up. Person-nights are alike: one that is taken back hands back the last.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from shared.kernel.bounds import MOST
from shared.kernel.money import Money
from shared.tariff.accounts import AccountKind
from shared.tariff.component import Charge, Statement, Tally, Terms
from shared.tariff.fact import PersonNight
from shared.tariff.utilisation import utilisation

UNIT = "person-night"
Count = Annotated[int, Meta(ge=1, le=MOST)]


class NightsUsed(Tally, frozen=True):
    """How many person-nights of the pool were used, less those that were handed back."""

    nights: int = 0


class Prepaid(Terms[NightsUsed], frozen=True, kw_only=True, tag="prepaid"):
    """An amount for `persons` places over `nights` nights: due ahead, and never for a night."""

    TALLY: ClassVar[type[Tally]] = NightsUsed
    ACCOUNT: ClassVar[AccountKind] = "prepaid"

    amount: Money
    """What is paid ahead for all of it."""
    persons: Count
    """How many places it pays for."""
    nights: Count
    """Over how many nights: it pays for `persons` × `nights` person-nights, whose ever."""

    @property
    def amounts(self) -> tuple[Money, ...]:
        """What is paid ahead."""
        return (self.amount,)

    @property
    def paid_ahead(self) -> Money:
        """The whole amount."""
        return self.amount

    @property
    def capacity(self) -> int:
        """How many person-nights the amount pays for."""
        return self.persons * self.nights

    def charge(self, fact: PersonNight, tally: NightsUsed) -> Charge[NightsUsed] | None:
        """The next person-night of the pool, while it lasts."""
        return self._used(fact, tally, 1) if tally.nights < self.capacity else None

    def reverse(self, fact: PersonNight, tally: NightsUsed) -> Charge[NightsUsed]:
        """The last person-night handed back: its amount may differ from the charge's by the one
        unit that rounding leaves.
        """
        return self._used(fact, tally, -1)

    def statement(self, tally: NightsUsed) -> Statement:
        """What is used, left, earned and unearned, whether or not a refund was agreed (F7)."""
        earned = self.earned(tally.nights)
        unearned = self.amount - earned
        used = f"{tally.nights:,} of {self.capacity:,} person-nights"
        return Statement(
            unit=UNIT,
            used=tally.nights,
            earned=earned,
            left=self.capacity - tally.nights,
            unearned=unearned,
            utilisation=utilisation(self.amount, self.persons, self.capacity, tally.nights),
            words=f"{used} used: {earned} earned, {unearned} unearned",
        )

    def earned(self, nights: int) -> Money:
        """What so many person-nights have earned.

        Raises `ValueError` beyond what the amount pays for: those nights have no price here.
        """
        if not 0 <= nights <= self.capacity:
            message = f"{nights} person-nights: {self.id!r} pays for {self.capacity}"
            raise ValueError(message)
        return Money.of(self._minor(nights), self.amount.currency)

    def _minor(self, nights: int) -> int:
        exact = self.amount.minor * nights
        return self.rounding.minor(exact, self.capacity, self.amount.currency)

    def _used(self, fact: PersonNight, tally: NightsUsed, nights: int) -> Charge[NightsUsed]:
        used = tally.nights + nights
        return Charge(
            unit=UNIT,
            quantity=nights,
            amount=Money.of(self._minor(used) - self._minor(tally.nights), self.amount.currency),
            evidence=(fact.attested,),
            tally=NightsUsed(nights=used),
        )
