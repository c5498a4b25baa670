"""Half-open periods of dates, and how nights are counted in them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
DECEMBER = 12
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])", re.ASCII)


class DatePeriod(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dates from `start` up to, and not with, `end`. Raises `ValueError` when it would be
    empty.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        """A period has at least one date."""
        if self.end <= self.start:
            message = f"period {self.start}/{self.end} is empty: its end must be after its start"
            raise ValueError(message)

    def __contains__(self, day: date) -> bool:
        """Whether a date is in the period."""
        return self.start <= day < self.end

    @property
    def nights(self) -> int:
        """How many dates, and so nights, the period has."""
        return (self.end - self.start).days

    def dates(self) -> Iterator[date]:
        """Every date of the period."""
        return (self.start + timedelta(days=day) for day in range(self.nights))


def month(text: str) -> DatePeriod:
    """The calendar month `yyyy-mm`; raises `ValueError` for any other text."""
    if not _MONTH.fullmatch(text):
        message = f"{text[:20]!r} is not a month: write it as yyyy-mm, e.g. 2025-04"
        raise ValueError(message)
    start = date.fromisoformat(f"{text}-01")
    if start.month == DECEMBER:
        return DatePeriod(start, date(start.year + 1, 1, 1))
    return DatePeriod(start, start.replace(month=start.month + 1))


def month_of(day: date) -> str:
    """The month of a date as `yyyy-mm`."""
    return day.isoformat()[:7]


def stay_nights(arrived: date, departed: date) -> DatePeriod:
    """The nights of a stay: the day of arrival counts, the day of departure does not
    (F10).

    Arrival and departure on one day count one night. Raises `ValueError` for a departure before the
    arrival.
    """
    return DatePeriod(arrived, departed if departed != arrived else arrived + ONE_DAY)


def local_date(instant: datetime, zone: str) -> date:
    """The date of an instant in a facility's own time zone, e.g. `America/El_Salvador`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def utc_date(instant: datetime) -> date:
    """The day in UTC that something was done on, which says which version binds it (D6)."""
    return instant.astimezone(UTC).date()


def last_second(day: date, zone: str = "UTC") -> datetime:
    """When a date that is a limit ends: with its last second, in UTC unless the term names a time
    zone (D4).

    Where the clocks are changed at midnight, the day ends when the next one begins there.
    """
    midnight = datetime.combine(day + ONE_DAY, time(), ZoneInfo(zone))
    return midnight.astimezone(UTC) - ONE_SECOND
