"""The clock as a port: the shell reads it, and a decision gets the reading with its command."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol

MAX_CLOCK_SKEW = timedelta(seconds=2)
"""Further from the log's own clock than this, a process cannot say what is in force (G1)."""

FARTHEST_EAST = timedelta(hours=14)
"""Where a date begins first: no place on earth is further ahead of UTC."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


def has_happened(instant: datetime, now: datetime) -> bool:
    """Whether an instant is not in the future, as far as two clocks can agree."""
    return instant <= now + MAX_CLOCK_SKEW


def has_come(day: date, now: datetime) -> bool:
    """Whether a date has begun anywhere on earth."""
    return day <= (now + MAX_CLOCK_SKEW + FARTHEST_EAST).astimezone(UTC).date()
