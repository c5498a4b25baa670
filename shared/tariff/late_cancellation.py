"""A price for a place that is given up late: strictly after an hour of the day before (F13).

At 15:00:00 itself it is in time. It is never owed because of an order: a court's word is free.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from msgspec import Meta

from shared.kernel.dates import ONE_DAY
from shared.kernel.money import Money
from shared.tariff.component import Charge, Statement, Tally, Terms
from shared.tariff.fact import Cancellation, Fact, Occurred

UNIT = "place"
Hour = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]


class Cancelled(Tally, frozen=True):
    """How many places were given up late."""

    places: int = 0


class LateCancellation(Terms[Cancelled], frozen=True, kw_only=True, tag="late-cancellation"):
    """So much for a place given up after `until` on the day before it was held for (F13)."""

    TALLY: ClassVar[type[Tally]] = Cancelled

    rate: Money
    """For one place."""
    until: Hour
    """The hour and minute at the facility, on the day before, up to and with which it is free."""

    @property
    def amounts(self) -> tuple[Money, ...]:
        """The rate."""
        return (self.rate,)

    def applies(self, fact: Fact) -> bool:
        """A cancellation of its days that is late, and not because of an order."""
        if not isinstance(fact, Occurred) or not isinstance(fact.what, Cancellation):
            return False
        cancelled = fact.what
        mine = self.effective is None or cancelled.day in self.effective
        return mine and cancelled.cause != "hold" and self._is_late(cancelled)

    def occasion_on(self, day: date) -> Cancellation:
        """A place of the day itself, given up in its last minute."""
        late = datetime.combine(day, time(23, 59, 59), ZoneInfo("UTC"))
        return Cancellation(day, late, "UTC", "requested")

    def serve(self, fact: Occurred, tally: Cancelled) -> Charge[Cancelled]:
        """The price of the place."""
        return self._given_up(fact, tally, 1)

    def withdraw(self, fact: Occurred, tally: Cancelled) -> Charge[Cancelled]:
        """The price of a place, given back."""
        return self._given_up(fact, tally, -1)

    def statement(self, tally: Cancelled) -> Statement:
        """How many places, at which price."""
        earned = self.cost(tally.places)
        words = f"{tally.places:,} places given up late at {self.rate}: {earned}"
        return Statement(unit=UNIT, used=tally.places, earned=earned, words=words)

    def cost(self, places: int) -> Money:
        """What so many places cost, rounded once."""
        minor = self.rounding.minor(self.rate.minor * places, 1, self.rate.currency)
        return Money.of(minor, self.rate.currency)

    def _given_up(self, fact: Occurred, tally: Cancelled, places: int) -> Charge[Cancelled]:
        after = Cancelled(places=tally.places + places)
        return Charge(
            unit=UNIT,
            quantity=places,
            amount=self.cost(after.places) - self.cost(tally.places),
            evidence=fact.evidence,
            tally=after,
            reason="cancelled-late",
        )

    def _is_late(self, cancelled: Cancellation) -> bool:
        zone, hour = ZoneInfo(cancelled.timezone), time.fromisoformat(self.until)
        limit = datetime.combine(cancelled.held_for - ONE_DAY, hour, zone)
        return cancelled.cancelled_at > limit
