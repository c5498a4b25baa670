"""A price for each attested person-night (F10, F11)."""

from __future__ import annotations

from typing import ClassVar

from shared.kernel.money import Money
from shared.tariff.component import Charge, Statement, Tally, Terms
from shared.tariff.fact import PersonNight

UNIT = "person-night"


class NightsCharged(Tally, frozen=True):
    """How many person-nights were charged, less those that were taken back."""

    nights: int = 0


class PerNight(Terms[NightsCharged], frozen=True, kw_only=True, tag="per-night"):
    """So much a night: 30 nights at USD 65.00 are USD 1,950.00 (F11)."""

    TALLY: ClassVar[type[Tally]] = NightsCharged

    rate: Money
    """For one night of one person."""

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The rate."""
        return (self.rate,)

    def charge(self, fact: PersonNight, tally: NightsCharged) -> Charge[NightsCharged]:
        """The night's price, whoever spent it."""
        return self._counted(fact, tally, 1)

    def reverse(self, fact: PersonNight, tally: NightsCharged) -> Charge[NightsCharged]:
        """The price of a night, given back."""
        return self._counted(fact, tally, -1)

    def statement(self, tally: NightsCharged) -> Statement:
        """How many nights, at which price."""
        earned = self.cost(tally.nights)
        words = f"{tally.nights:,} person-nights at {self.rate}: {earned}"
        return Statement(unit=UNIT, used=tally.nights, earned=earned, words=words)

    def cost(self, nights: int) -> Money:
        """What a number of person-nights costs, rounded once."""
        return Money.of(self._minor(nights), self.rate.currency)

    def _minor(self, nights: int) -> int:
        return self.rounding.minor(self.rate.minor * nights, 1, self.rate.currency)

    def _counted(
        self, fact: PersonNight, tally: NightsCharged, nights: int
    ) -> Charge[NightsCharged]:
        counted = tally.nights + nights
        return Charge(
            unit=UNIT,
            quantity=nights,
            amount=Money.of(self._minor(counted) - self._minor(tally.nights), self.rate.currency),
            evidence=(fact.attested,),
            tally=NightsCharged(nights=counted),
        )
