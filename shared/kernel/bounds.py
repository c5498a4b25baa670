"""How large numbers may be, so that every sum that can follow is computed and read by everybody.

A term states at most 10^15 minor units, a number counts at most 10^7 persons, places or nights, and
an agreement's days lie in the years 1900 to 2199. So a component bears at most 10^15 x 10^7 persons
x 31 nights in a month, and all that an entry has room for fewer than 10^31 in 3,600 months: an
amount has 38 digits, as a decimal of 128 bits has in every language and database. A whole number in
an entry is one that every reader of JSON reads exactly (RFC 7493, section 2.2).
"""

from datetime import date
from typing import Annotated

from msgspec import Meta

LARGEST_TERM = 10**15
"""Minor units that a term may state."""
MOST_DIGITS = 38
"""Digits of an amount: a sum of any amounts of an agreement has fewer."""
MOST = 10_000_000
"""Persons, places or nights that one number may count."""
FIRST_DAY, DAY_AFTER = date(1900, 1, 1), date(2200, 1, 1)
"""The days of agreements and of everything under them: from the first, up to the other."""

Whole = Annotated[int, Meta(ge=-(2**53 - 1), le=2**53 - 1)]
"""A whole number that JSON gives to every reader as it was written."""
Headcount = Annotated[int, Meta(ge=0, le=MOST)]
"""How many persons or places."""
Ordinal = Annotated[int, Meta(ge=1, le=2**31 - 1)]
"""The number of a part or line, from 1."""
Many = Annotated[int, Meta(ge=0, le=2**31 - 1)]
"""How many lines or nights."""
LAST_INDEX = 2**53 - 1
Index = Annotated[int, Meta(ge=0, le=LAST_INDEX)]
"""The index of an entry in its log."""
DaysRemaining = Annotated[int, Meta(ge=0, le=100_000)]
"""Days of a sentence that remain."""
LegNumber = Annotated[int, Meta(ge=1, le=100)]
"""The number of a leg of a journey, from 1."""
