"""Custodies: what remains of a stay once it is over are its dates and its nights as intervals."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from services.audit.domain.intervals import Intervals
from shared.kernel.dates import stay_nights
from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, FacilityId, PersonId


class Custody(msgspec.Struct, gc=False):
    """One stay, or the place that is held for it."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    facility: FacilityId
    accepted: EntryRef | None = None
    accepted_at: datetime | None = None
    refused_at: datetime | None = None
    """When the receiving state did not take the person over (T4)."""
    arrived_on: date = date.max
    timezone: str = "UTC"
    left_on: date | None = None
    """When the person left the facility on their return, by its word (D2)."""
    left_at: datetime | None = None
    departed_on: date | None = None
    ended_at: datetime | None = None
    ended: EntryRef | None = None
    exit: str | None = None
    """The type of the event that ended it."""
    counted: Intervals = msgspec.field(default_factory=Intervals)
    stopped_on: date | None = None
    """The first day on which a return of this person was ordered (G16)."""
    missed: date | None = None
    """The last night that the person was missed on, while they are unaccounted for (G14)."""

    def has(self, night: date) -> bool:
        """Whether it is a night of the stay: arrival counts, departure does not (F10)."""
        left = [day for day in (self.left_on, self.departed_on) if day is not None]
        if not left:
            return night >= self.arrived_on
        return night in stay_nights(self.arrived_on, max(self.arrived_on, min(left)))
