"""A yearly amount in monthly parts: each year of the terms comes to exactly that amount.

A year of the terms begins with their first day, and again on each anniversary of it. What a month
bears is what the amount has come to at its end, less what it had come to at its beginning, each
rounded once: so no rounding error ever adds up, and no month depends on another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from shared.kernel.dates import DatePeriod, month
from shared.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from shared.tariff.rounding import Rounding

Proration = Literal["whole-months", "by-days"]
"""`whole-months`: a twelfth for each month; the terms begin and end with one. `by-days`: a month
bears its days of the terms, out of the days of their year.
"""
MONTHS = 12


def torn(days: DatePeriod, proration: Proration) -> str | None:
    """What is wrong with days that no whole months make, in terms that are owed by them."""
    if proration == "by-days" or days.start.day == days.end.day == 1:
        return None
    return "is owed by whole months: let its days begin and end with one, or prorate it by-days"


def part(
    yearly: Money, days: DatePeriod, period: str, proration: Proration, rounding: Rounding
) -> Money | None:
    """What the month `yyyy-mm` bears of an amount a year over these days; nothing outside them."""
    own = month(period)
    if own.end <= days.start or days.end <= own.start:
        return None
    borne = DatePeriod(max(own.start, days.start), min(own.end, days.end))
    minor = 0
    for year in _years(days, borne):
        whole = MONTHS if proration == "whole-months" else year.nights
        begun = _passed(year, max(borne.start, year.start), proration)
        ended = _passed(year, min(borne.end, year.end), proration)
        minor += rounding.minor(yearly.minor * ended, whole, yearly.currency)
        minor -= rounding.minor(yearly.minor * begun, whole, yearly.currency)
    return Money.of(minor, yearly.currency)


def _passed(year: DatePeriod, day: date, proration: Proration) -> int:
    """How much of a year of the terms has passed before a day: months, or days."""
    if proration == "by-days":
        return (day - year.start).days
    return (day.year - year.start.year) * MONTHS + day.month - year.start.month


def _years(days: DatePeriod, borne: DatePeriod) -> Iterator[DatePeriod]:
    """The years of the terms that a month lies in: one, or two."""
    number = borne.start.year - days.start.year - 1
    while True:
        year = DatePeriod(_anniversary(days.start, number), _anniversary(days.start, number + 1))
        number += 1
        if year.start >= borne.end:
            return
        if borne.start < year.end:
            yield year


def _anniversary(first: date, number: int) -> date:
    """The day so many years later; of 29 February, 1 March in a year that has none."""
    try:
        return first.replace(year=first.year + number)
    except ValueError:
        return first.replace(year=first.year + number, month=3, day=1)
