"""The clock as a port: the shell reads it, and a decision gets the reading with its command."""

from datetime import datetime, timedelta
from typing import Protocol

MAX_CLOCK_SKEW = timedelta(seconds=2)
"""Further from the log's own clock than this, a process cannot say what is in force (G1)."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...
