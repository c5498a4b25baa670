"""The store in memory: PostgreSQL's twin for tests of what does not depend on it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.ledger.entry import decode
from shared.ledger.recent_entries import RecentEntries
from shared.ledger.store import Ask, Batch, Head, KeyUse, Snapshot, Stored

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from shared.ledger.recorded import Recorded

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_UNLIMITED = 2**62


class MemoryStore:
    """A log that lives as long as its process. Several runners may share one."""

    def __init__(self, origin: str) -> None:
        """Start an empty log with this origin."""
        self._head = Head(origin, 0, _NEVER)
        self._lock = asyncio.Lock()
        self._stored: list[Stored] = []
        self._window = RecentEntries(capacity=_UNLIMITED)
        self._keys: dict[tuple[str, bytes], KeyUse] = {}
        self._snapshots: dict[str, Snapshot] = {}
        self.rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryStore]:
        """Begin a group commit."""
        async with self._lock:
            yield self

    async def lock_head(self) -> Head:
        """The head; the lock is held already."""
        return self._head

    async def head(self) -> Head:
        """Where the log ends now."""
        return self._head

    async def tail(self, first: int) -> list[Recorded]:
        """The entries from index `first` on."""
        return [decode(stored.entry) for stored in self._stored[first:]]

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:
        """Boundary reads."""
        return [self._window.after(ask.after, ask.alternatives)[: ask.most] for ask in asks]

    async def known_keys(self, names: Sequence[tuple[str, bytes]]) -> list[KeyUse]:
        """Which of these idempotency keys were used before."""
        return [self._keys[name] for name in names if name in self._keys]

    async def write(self, batch: Batch) -> None:
        """Write a batch."""
        for stored in batch.stored:
            self._window.append(decode(stored.entry))
        self._stored.extend(batch.stored)
        self._keys.update({use.name: use for use in batch.keys})
        self._head = batch.head
        for table, values, _new in batch.rows.rows():
            key = tuple(values[column.name] for column in table.primary_key)
            self.rows.setdefault(table.name, {}).setdefault(key, {}).update(values)
        for table, values in batch.rows.gone():
            key = tuple(values[column.name] for column in table.primary_key)
            self.rows.get(table.name, {}).pop(key, None)

    async def append(self, batch: Batch) -> bool:
        """Write a batch, unless the log has moved on or one of the keys was used."""
        async with self._lock:
            names = [*batch.key_names, *[use.name for use in batch.keys]]
            if self._head.next_index != batch.first or any(name in self._keys for name in names):
                return False
            await self.write(batch)
        return True

    async def entries(self, first: int, limit: int) -> list[bytes]:
        """Entry bytes from index `first` on."""
        return [stored.entry for stored in self._stored[first : first + limit]]

    async def clock_skew(self) -> timedelta:
        """A store in the same process has the same clock."""
        return timedelta(0)

    async def snapshots(self, names: Sequence[str]) -> list[Snapshot]:
        """The latest snapshots of these folds."""
        return [self._snapshots[name] for name in names if name in self._snapshots]

    async def save(self, snapshots: Sequence[Snapshot]) -> None:
        """Replace snapshots, but none of the same code by an older one."""
        for snapshot in snapshots:
            kept = self._snapshots.get(snapshot.name)
            if (
                kept is None
                or kept.sequence < snapshot.sequence
                or kept.fingerprint != snapshot.fingerprint
            ):
                self._snapshots[snapshot.name] = snapshot
