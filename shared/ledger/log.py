"""The log as others read it: its size, its entries in order, and receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.ledger.store import Stored

if TYPE_CHECKING:
    from shared.ledger.recorded import Receipt
    from shared.ledger.store import Store


class Log:
    """Reads one service's log; what it gives never changes afterwards."""

    def __init__(self, store: Store, origin: str) -> None:
        """Read from `store`, whose log has this origin."""
        self._store = store
        self.origin = origin

    async def size(self) -> int:
        """How many entries the log has."""
        return (await self._store.head()).next_index

    async def read(self, first: int, limit: int) -> list[bytes]:
        """Entry bytes from index `first` on, at most `limit`, without a hole."""
        return await self._store.entries(first, limit)

    async def receipt(self, sequence: int) -> Receipt | None:
        """The receipt of one entry, if there is such an entry."""
        entries = await self._store.entries(sequence, 1)
        return Stored.of(entries[0]).receipt if entries else None
