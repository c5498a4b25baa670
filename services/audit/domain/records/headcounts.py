"""The headcount that is being read: one facility's one night, entry by entry."""

from __future__ import annotations

from datetime import date

import msgspec

from shared.kernel.ids import AgreementRef, CustodyId, FacilityId


class Count(msgspec.Struct):
    """One facility's one night."""

    facility: FacilityId
    night: date
    awaited: set[CustodyId]
    """Who is in custody there, and neither counted nor missed so far."""
    parts: dict[AgreementRef, tuple[int, int]] = msgspec.field(default_factory=dict)
    """The last part of each agreement's list, and of how many."""
    counted: int = 0
    expected: int | None = None
