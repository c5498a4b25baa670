"""How far a follower has come in another service's log, written together with its effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from shared.ledger.row_changes import Insert
from shared.ledger.tables import FOLLOWER_POSITIONS, ledger_tables

if TYPE_CHECKING:
    from datetime import datetime

    from shared.ledger.memory import MemoryStore
    from shared.ledger.reads import Reads

_TABLE = ledger_tables(sa.MetaData()).tables[FOLLOWER_POSITIONS]


class Position(msgspec.Struct, frozen=True):
    """The index of the next entry to apply, and the offset in the topic from which to read on."""

    sequence: int = 0
    offset: int = 0


def position_row(origin: str, position: Position, at: datetime) -> Insert:
    """The row change that goes in with what was applied."""
    values = {
        "origin": origin,
        "next_sequence": position.sequence,
        "next_offset": position.offset,
        "applied_at": at,
    }
    return Insert(_TABLE, values)


class TablePositions:
    """Positions in the service's database."""

    def __init__(self, reads: Reads) -> None:
        """Read them with `reads`."""
        self._reads = reads

    async def read(self, origin: str) -> Position:
        """How far the follower of this log has come. Raises `Unavailable`."""
        row = await self._reads.first(sa.select(_TABLE).where(_TABLE.c.origin == origin))
        return Position() if row is None else Position(row["next_sequence"], row["next_offset"])


class MemoryPositions:
    """Positions in a memory store."""

    def __init__(self, store: MemoryStore) -> None:
        """Read what was written to `store`."""
        self._store = store

    async def read(self, origin: str) -> Position:
        """How far the follower of this log has come."""
        row = self._store.rows.get(FOLLOWER_POSITIONS, {}).get((origin,))
        return Position() if row is None else Position(row["next_sequence"], row["next_offset"])
