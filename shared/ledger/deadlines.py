"""What is due: an instant, what kind of thing falls due then, and what it is about.

Projections say what is due, in the transaction of the entry that it follows from; a service's
`DeadlineClock` works it off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec
import sqlalchemy as sa

from shared.database.row_changes import Insert, Update
from shared.ledger.tables import DEADLINES, ledger_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shared.database.reads import Reads
    from shared.ledger.memory import MemoryStore

_TABLE = ledger_tables(sa.MetaData()).tables[DEADLINES]
_KEY = (_TABLE.c.due_at, _TABLE.c.kind, _TABLE.c.subject)


class Deadline(msgspec.Struct, frozen=True, order=True, gc=False):
    """One thing that falls due. These three together are its name: it is worked off once."""

    due_at: datetime
    kind: str
    subject: str


class Deadlines(Protocol):
    """Reads what is due: `TableDeadlines` or its twin in memory."""

    async def due(
        self, now: datetime, limit: int, after: Deadline | None = None
    ) -> Sequence[Deadline]:
        """What stands and was due by `now`, the earliest first, beyond `after` if one is given."""
        ...


def deadline_row(deadline: Deadline) -> Insert:
    """The row of a deadline that stands. Said again of one that was worked off, it stands again,
    and what was recorded because of it is not recorded twice.
    """
    return Insert(_TABLE, {**msgspec.structs.asdict(deadline), "settled_at": None})


def settlement_row(deadline: Deadline, at: datetime) -> Update:
    """The change that goes in with what was recorded because of a deadline, be it nothing."""
    return Update(_TABLE, msgspec.structs.asdict(deadline), {"settled_at": at})


class TableDeadlines:
    """Deadlines in the service's database. Raises `Unavailable`."""

    def __init__(self, reads: Reads) -> None:
        """Read them with `reads`."""
        self._reads = reads

    async def due(
        self, now: datetime, limit: int, after: Deadline | None = None
    ) -> Sequence[Deadline]:
        """What stands and was due by `now`."""
        select = sa.select(*_KEY).where(_TABLE.c.settled_at.is_(None), _TABLE.c.due_at <= now)
        if after is not None:
            last = sa.tuple_(*map(sa.literal, msgspec.structs.astuple(after)))
            select = select.where(sa.tuple_(*_KEY) > last)
        rows = await self._reads.all(select.order_by(*_KEY).limit(limit))
        return [Deadline(**row) for row in rows]


class MemoryDeadlines:
    """Deadlines in a memory store."""

    def __init__(self, store: MemoryStore) -> None:
        """Read what was written to `store`."""
        self._store = store

    async def due(
        self, now: datetime, limit: int, after: Deadline | None = None
    ) -> Sequence[Deadline]:
        """What stands and was due by `now`."""
        rows = self._store.rows.get(DEADLINES, {})
        stands = (Deadline(*key) for key, row in rows.items() if row["settled_at"] is None)
        beyond = (deadline for deadline in stands if after is None or deadline > after)
        return sorted(deadline for deadline in beyond if deadline.due_at <= now)[:limit]
