"""A horizon in both times: what had happened by then, of what was known by then."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.audit.domain.entry import Entry


class Horizon(msgspec.Struct, frozen=True):
    """`as_of` bounds when a thing happened in the world, `known_at` when it was recorded.

    What happened before and was recorded later is seen with `as_of` alone, and was not known.
    """

    as_of: datetime | None = None
    known_at: datetime | None = None

    def sees(self, entry: Entry) -> bool:
        """Whether an entry is on this side of the horizon; its very instant is."""
        return (self.as_of is None or entry.time <= self.as_of) and (
            self.known_at is None or entry.recorded_at <= self.known_at
        )
