"""A moment to ask about, in both times: what was true then, and what had been recorded by then."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Moment(msgspec.Struct, frozen=True):
    """The state that is asked for: of what had happened by `as_of`, as recorded by `known_at`.

    A time that is not given leaves nothing out. What a state is made of comes in the order of the
    log, as everywhere: a fact that was recorded late changes the past that it is about, and what
    was known before it was recorded stays as it was.
    """

    as_of: datetime | None = None
    known_at: datetime | None = None

    @property
    def is_now(self) -> bool:
        """Whether nothing is left out."""
        return self.as_of is None and self.known_at is None

    def has(self, happened_at: datetime, recorded_at: datetime) -> bool:
        """Whether an entry with these times is taken into account."""
        happened = self.as_of is None or happened_at <= self.as_of
        return happened and (self.known_at is None or recorded_at <= self.known_at)


NOW = Moment()
"""All that is recorded."""
