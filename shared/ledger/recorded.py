"""An entry as the services see it, decoded."""

from datetime import datetime

import msgspec

from shared.kernel.event import Event
from shared.kernel.ids import EntryRef, entry_ref


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An entry as the services see it: its place in the log and the event that it carries."""

    event: Event
    tags: frozenset[str]
    sequence: int
    origin: str
    entry_id: str
    time: datetime
    recorded_at: datetime
    actor: str
    correlation: str
    traceparent: str | None = None

    @property
    def ref(self) -> EntryRef:
        """The name of this entry: `<origin>#<sequence>`."""
        return entry_ref(self.origin, self.sequence)
