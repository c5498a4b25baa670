"""Who was counted in a facility and is unknown there, and who that turned out to be (D3)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from services.placement.queries.readable import Row, plain, stranger_read_by
from services.placement.tables import UNKNOWN_PERSONS
from shared.database.pages import Page
from shared.database.reads import Reads

_U = UNKNOWN_PERSONS.c


class UnknownPersonReads:
    """Reads of unknown persons: a sender reads no custody of another one."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def unknown_persons(self, party: str, facility: str, page: Page) -> Sequence[Row]:
        """Those of one facility, by night and what the list named."""
        night = sa.cast(_U.night, sa.Text).label("night")
        columns = (night if column.name == "night" else column for column in UNKNOWN_PERSONS.c)
        select = sa.select(*columns).where(
            _U.facility == facility, stranger_read_by(party, _U.facility, _U.counted)
        )
        return [plain(row) for row in await self._reads.all(page.of(select, night, _U.counted))]
