"""The SQL behind every read of placement. Decisions never come here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.placement.tables import CUSTODIES, FACILITIES
from shared.ledger.reads import Reads

_C = CUSTODIES.c
Row = dict[str, object]
_UNACCOUNTED = _C.unaccounted_night.is_not(None)


class PlacementReads:
    """Reads of facilities, custodies, the locator and what needs somebody's attention."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def occupancy(self, facility: str) -> Row | None:
        """How a facility's places are used; `available` is as in G19, never below zero."""
        used = (
            sa.select(
                sa.func.count().filter(_C.holds_place).label("reserved"),
                sa.func.count().filter(_C.status == "in-custody").label("in_custody"),
                sa.func.count().filter(_UNACCOUNTED).label("unaccounted"),
            )
            .where(_C.facility == facility)
            .subquery()
        )
        taken = FACILITIES.c.own_population + used.c.reserved + used.c.in_custody
        available = sa.func.greatest(0, FACILITIES.c.approved_capacity - taken)
        select = sa.select(FACILITIES, used, available.label("available"))
        return await self._first(
            select.join_from(FACILITIES, used, sa.true()).where(FACILITIES.c.facility == facility)
        )

    async def facility_of(self, custody: str) -> str | None:
        """Where a person is, or is expected."""
        row = await self._first(sa.select(_C.facility).where(_C.custody == custody))
        return str(row["facility"]) if row else None

    async def custody(self, custody: str) -> Row | None:
        """One custody."""
        return await self._first(sa.select(CUSTODIES).where(_C.custody == custody))

    async def custodies(self, facility: str | None, after: str, limit: int) -> Sequence[Row]:
        """Custodies in the order of their ids, of one facility or of all."""
        select = sa.select(CUSTODIES).where(_C.custody > after)
        if facility is not None:
            select = select.where(_C.facility == facility)
        return await self._all(select.order_by(_C.custody).limit(limit))

    async def located(self, person: str) -> Sequence[Row]:
        """Every custody of a person, the latest first; none ever disappears (G12)."""
        select = sa.select(CUSTODIES).where(_C.person == person)
        return await self._all(select.order_by(_C.custody.desc()))

    async def exceptions(self, after: str, limit: int) -> Sequence[Row]:
        """Custodies with a person unaccounted for, or with one signature."""
        waiting = sa.or_(_UNACCOUNTED, _C.status == "handover-pending")
        select = sa.select(CUSTODIES).where(waiting, _C.custody > after)
        return await self._all(select.order_by(_C.custody).limit(limit))

    async def _first(self, select: sa.Select[Any]) -> Row | None:
        row = await self._reads.first(select)
        return None if row is None else _plain(row)

    async def _all(self, select: sa.Select[Any]) -> Sequence[Row]:
        return [_plain(row) for row in await self._reads.all(select)]


def _plain(row: sa.RowMapping) -> Row:
    return {str(name): value for name, value in row.items()}
