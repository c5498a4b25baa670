"""What the mirror holds of all logs, read in causal order."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from services.audit.domain.causal_order import CausalOrder
from services.audit.domain.entry import Position, read_entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.audit.domain.entry import Entry
    from services.audit.mirror.store import MirrorStore

PAGE = 500


class _Cursor:
    """How far one log has been read."""

    def __init__(self, origin: str, log: int) -> None:
        self.origin = origin
        self.log = log
        self.next = 0
        self.entries: deque[Entry] = deque()


class CausalReader:
    """Entries of several logs in causal order, as far as they are held."""

    def __init__(self, store: MirrorStore, logs: Mapping[str, int]) -> None:
        """Begin before the first entry; `logs` is what each origin is called in the store."""
        self._store = store
        self._cursors = [_Cursor(origin, log) for origin, log in logs.items()]
        self._order = CausalOrder()

    @property
    def waiting(self) -> int:
        """How many entries wait for their cause."""
        return self._order.waiting

    @property
    def heads(self) -> list[Entry]:
        """Of each log that waits, the entry that keeps the others waiting."""
        return self._order.heads

    @property
    def read(self) -> dict[str, int]:
        """How many entries of each log have been read."""
        return {cursor.origin: cursor.next - len(cursor.entries) for cursor in self._cursors}

    async def more(self, sizes: Mapping[str, int]) -> list[Entry]:
        """The next entries below these sizes; nothing when there are none.

        Of the logs the one goes on whose next entry was recorded first: so little has to wait.
        """
        ready: list[Entry] = []
        while len(ready) < PAGE:
            for cursor in self._cursors:
                if not cursor.entries and cursor.next < sizes[cursor.origin]:
                    await self._load(cursor, sizes[cursor.origin])
            loaded = [cursor for cursor in self._cursors if cursor.entries]
            if not loaded:
                break
            earliest = min(loaded, key=lambda cursor: cursor.entries[0].recorded_at)
            ready += self._order.take(earliest.entries.popleft())
        return ready

    def rest(self) -> list[Entry]:
        """What waits for a cause that has not come, without it."""
        left = self._order.rest()
        for entry in left:
            self._order.begin(entry.origin, entry.sequence + 1)
        return left

    async def _load(self, cursor: _Cursor, size: int) -> None:
        limit = min(PAGE, size - cursor.next)
        for written in await self._store.entries(cursor.log, cursor.next, limit):
            cursor.entries.append(read_entry(written, Position(cursor.origin, cursor.next)))
            cursor.next += 1


def may_come(entry: Entry, sizes: Mapping[str, int]) -> bool:
    """Whether what caused an entry is of a log that is read, and beyond what was read of it."""
    cause = entry.cause
    return cause is not None and sizes.get(cause[0], cause[1] + 1) <= cause[1]
