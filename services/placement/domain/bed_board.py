"""The bed board looks ahead: which places become free by when, and whether there are enough (S10).

Nobody is counted as gone before their day has come: who is held past it takes a place until the
exit is on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

import msgspec

from shared.kernel.dates import ONE_DAY

Shortage = Literal["none", "near", "short"]
"""Whether places are enough for who wants one: `near`, when less than a tenth would be left."""
A_TENTH = 10


class DayAhead(msgspec.Struct, frozen=True):
    """One day to come: how many will have left by then, and how many places are free then."""

    day: date
    leaving: int
    free: int
    warning: Shortage


class Places(msgspec.Struct, frozen=True):
    """How a facility's places are used, and by how many more they are wanted."""

    approved: int
    spoken_for: int
    """Own population, reserved and taken."""
    wanted: int

    @property
    def free(self) -> int:
        """Never below zero (G19)."""
        return max(0, self.approved - self.spoken_for)

    def without(self, leaving: int) -> Places:
        """Once so many have left."""
        return msgspec.structs.replace(self, spoken_for=self.spoken_for - leaving)

    @property
    def warning(self) -> Shortage:
        """Said before a shortage forces anybody's hand."""
        left = self.free - self.wanted
        if left < 0 or self.free == 0:
            return "short"
        return "near" if left * A_TENTH < self.approved else "none"


def forecast(
    places: Places, last_days: Mapping[date, int], today: date, days: int
) -> tuple[DayAhead, ...]:
    """The days after today. `last_days`: how many have to leave by the end of which day (D4), by
    their lawful end or the return that is ordered; a day that has passed frees nothing.
    """
    ahead: list[DayAhead] = []
    leaving = 0
    for day in (today + timedelta(days=number) for number in range(1, days + 1)):
        leaving += last_days.get(day - ONE_DAY, 0)
        then = places.without(leaving)
        ahead.append(DayAhead(day, leaving, then.free, then.warning))
    return tuple(ahead)
