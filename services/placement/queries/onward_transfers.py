"""Whom somebody asked to send on to a third country, and how far that has come (G5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa

from services.placement.queries.readable import Row, custody_read_by, plain
from services.placement.tables import CUSTODIES, ONWARD_TRANSFERS
from shared.database.pages import Page, only_where
from shared.database.reads import Reads

OnwardStatus = Literal["requested", "authorised", "completed", "over"]
"""`over`: the custody ended another way."""
ONWARD_KEYS = "onward/"
"""What the keys of the exceptions begin with, among the other kinds of exceptions."""
_O, _C = ONWARD_TRANSFERS.c, CUSTODIES.c


class OnwardReads:
    """Reads of onward transfers: who reads a custody reads what is asked of it."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def onward_transfers(
        self, party: str, page: Page, facility: str | None, status: OnwardStatus | None
    ) -> Sequence[Row]:
        """The latest request of each custody, by its id."""
        wanted: dict[sa.ColumnElement[Any], Any] = {_C.facility: facility, _O.status: status}
        select = only_where(_read_by(party), wanted)
        return [plain(row) for row in await self._reads.all(page.of(select, _O.custody))]


def waiting_for_the_sender(party: str) -> tuple[sa.Select[Any], sa.ColumnElement[str]]:
    """Requests that the sending state has not agreed to, and what they are listed by."""
    select = _read_by(party).add_columns(sa.literal("onward-transfer-requested").label("kind"))
    return select.where(_O.status == "requested"), sa.literal(ONWARD_KEYS).concat(_O.custody)


def _read_by(party: str) -> sa.Select[Any]:
    return (
        sa.select(ONWARD_TRANSFERS, _C.person, _C.agreement, _C.facility, _C.sending)
        .join(CUSTODIES, _C.custody == _O.custody)
        .where(custody_read_by(party, CUSTODIES))
    )
