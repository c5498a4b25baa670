"""Who has to be counted on a night (G14)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date

from services.audit.domain.records.custodies import Custody
from services.audit.domain.records.facilities import Facility
from shared.kernel.ids import CustodyId

Custodies = Mapping[CustodyId, Custody]


def to_be_counted(custodies: Custodies, facility: Facility, night: date) -> Iterator[CustodyId]:
    """Who is missing when not counted: in custody by then, and not gone by then."""
    for name in facility.present:
        if custodies[name].arrived_on <= night:
            yield name
    later = bisect_right(facility.left, night.toordinal(), key=_day)
    for _, name in facility.left[later:]:
        if custodies[name].arrived_on <= night:
            yield name


def _day(left: tuple[int, CustodyId]) -> int:
    return left[0]
