"""Times and dates as RFC 3339 writes them, and no other way: never another instant than was
written.

What is wrong is said without what was written: it may be somebody's date of birth.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_FULL_DATE = re.compile(_DATE, re.ASCII)
_DATE_TIME = re.compile(
    rf"(?P<day>{_DATE})T(?P<clock>[0-9]{{2}}:[0-9]{{2}}:(?P<second>[0-9]{{2}}))"
    r"(?:\.(?P<fraction>[0-9]{1,30}))?(?P<offset>Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
    re.ASCII | re.IGNORECASE,
)
_LEAP = "60"
_FINEST = 6
"""Digits of a second that an entry holds: what is finer would be cut, and cut is another instant.
"""
_DATE_TIME_FORM = "write it as RFC 3339 with an offset, e.g. 2025-03-16T02:10:00Z"
_DATE_FORM = "write it as RFC 3339's full-date, e.g. 2025-03-16"


def instant(text: str) -> datetime:
    """The instant that a text writes, in UTC; raises `ValueError` that says how to write it."""
    written = _DATE_TIME.fullmatch(text)
    if written is None:
        raise ValueError(f"this is no date-time: {_DATE_TIME_FORM}")
    fraction = (written["fraction"] or "").rstrip("0")
    if len(fraction) > _FINEST:
        raise ValueError("a second has six digits after the point at most: round it yourself")
    if written["second"] == _LEAP:
        raise ValueError("a leap second has no place in an entry: write the second before or after")
    offset = written["offset"].upper().replace("Z", "+00:00")
    whole = f"{written['day']}T{written['clock']}.{fraction:0<6}{offset}"
    try:
        return datetime.fromisoformat(whole).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"there is no time like this: {_DATE_TIME_FORM}") from None


def full_date(text: str) -> date:
    """The date that a text writes; raises `ValueError` that says how to write it."""
    if not _FULL_DATE.fullmatch(text):
        raise ValueError(f"this is no date: {_DATE_FORM}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no date like this: {_DATE_FORM}") from None
