"""Returns that are ordered: who is to be brought back by when, and how far that has come (G16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.placement.queries.custody_shown import due_first, shown
from services.placement.queries.readable import Row, custody_read_by, name_of, plain
from services.placement.tables import CUSTODIES, RETURN_ORDERS
from shared.database.pages import Page, only_where
from shared.database.reads import Reads

_C = CUSTODIES.c
RETURN_KEYS = "return/"
"""What the keys of persons who are to be returned begin with among the exceptions."""
_UNDER_WAY = ("place-reserved", "handover-pending", "arrival-refused", "in-custody")
"""Statuses of a custody whose person is still to be returned."""
_OF_THE_ORDER = ("ground", "reference", "ordered_on", "cost_of", "ordered_by")


class ReturnReads:
    """Reads of returns."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def returns(
        self,
        party: str,
        page: Page,
        facility: str | None = None,
        agreement: str | None = None,
        status: str | None = None,
    ) -> Sequence[Row]:
        """Custodies whose return is ordered, each with the order that is due first, by their ids;
        also those that it has ended.
        """
        order = due_first(CUSTODIES, name="order_shown")
        named = (order.c[name] for name in _OF_THE_ORDER)
        listed = (
            shown(CUSTODIES)
            .join(order, sa.true())
            .add_columns(*named)
            .where(custody_read_by(party, CUSTODIES))
            .subquery()
        )
        wanted = {
            listed.c.facility: facility,
            name_of(listed.c.agreement): agreement,
            listed.c.status: status,
        }
        select = only_where(sa.select(listed), wanted)
        rows = await self._reads.all(page.of(select, listed.c.custody))
        return [plain(row) for row in rows]


def to_be_returned(party: str) -> tuple[sa.Select[Any], sa.ColumnElement[str]]:
    """Those whose return is ordered and who are not back yet, and what they are listed by."""
    ordered = _C.custody.in_(sa.select(RETURN_ORDERS.c.custody))
    listed = (
        shown(CUSTODIES)
        .where(ordered, _C.status.in_(_UNDER_WAY), custody_read_by(party, CUSTODIES))
        .subquery()
    )
    late = listed.c.return_due_at < sa.func.now()
    kind = sa.case((late, "return-overdue"), else_="return-ordered").label("kind")
    return sa.select(listed, kind), sa.literal(RETURN_KEYS).concat(listed.c.custody)
