"""Facilities: how many each may hold, and who is there."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from services.audit.domain.intervals import Intervals
from shared.kernel.codes import Country, Timezone
from shared.kernel.ids import AgreementRef, CustodyId, FacilityId

Ground = tuple[str, str]
"""Why it is suspended, and whose word that is where it is somebody's (G17)."""


class Proposal(msgspec.Struct, frozen=True):
    """A capacity that waits for its second subject."""

    places: int
    by: str


class Facility(msgspec.Struct):
    """One facility."""

    facility: FacilityId
    country: Country = ""
    agreed: Country = ""
    """The state that an agreement which both signed names it for."""
    zones: dict[AgreementRef, tuple[date, Timezone]] = msgspec.field(default_factory=dict)
    """The first day of each version that names it and which zone that names, in their order."""
    timezone: Timezone = "UTC"
    dates_nights: bool = False
    """Whether anybody was ever in custody here, so that nights are dates in its zone."""
    approved: int = 0
    own: int = 0
    reserved: int = 0
    proposal: Proposal | None = None
    present: dict[CustodyId, None] = msgspec.field(default_factory=dict)
    """Who is in custody, in the order of acceptance."""
    returning: dict[CustodyId, None] = msgspec.field(default_factory=dict)
    """Who is on the way back: until the sending state has them, their place is kept."""
    left: list[tuple[int, CustodyId]] = msgspec.field(default_factory=list)
    """Who was, by the day of departure."""
    counted: Intervals = msgspec.field(default_factory=Intervals)
    """The nights that are attested."""
    grounds: dict[Ground, date] = msgspec.field(default_factory=dict)
    """What suspends it, and since when."""
    report_until: date | None = None
    """The last day of the monitor's report."""
    inadequate_on: date | None = None
    """The latest day of a report that found something inadequate."""
    stopped: datetime | None = None
    """Since when intake has closed its gate, while it does."""
    stops: list[tuple[datetime, datetime]] = msgspec.field(default_factory=list)
    """From when to when it had, before."""

    @property
    def taken(self) -> int:
        """Places that are spoken for: own population, reserved (also en route), in custody."""
        return self.own + self.reserved + len(self.present) + len(self.returning)


class Facilities:
    """Every facility, and whatever an entry calls one."""

    def __init__(self) -> None:
        """Begin with none."""
        self.known: dict[FacilityId, Facility] = {}

    def of(self, facility: FacilityId) -> Facility:
        """A facility; one that was never registered is remembered from here."""
        known = self.known.get(facility)
        if known is None:
            known = self.known[facility] = Facility(facility)
        return known
