"""What suspends or suspended a facility, and the monitor's reports of it (G17)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from services.placement.queries.readable import Row, facility_named_read_by, plain
from services.placement.tables import FACILITY_SUSPENSIONS, MONITOR_REPORTS
from shared.database.pages import Page
from shared.database.reads import Reads

_S, _M = FACILITY_SUSPENSIONS.c, MONITOR_REPORTS.c


class FitnessReads:
    """Reads of suspensions and reports: who reads a facility reads them."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def suspensions(self, party: str, facility: str, page: Page) -> Sequence[Row]:
        """The latest suspension of each ground, by ground and whose word it is."""
        select = sa.select(FACILITY_SUSPENSIONS).where(
            _S.facility == facility, facility_named_read_by(party, _S.facility)
        )
        return [plain(row) for row in await self._reads.all(page.of(select, _S.ground, _S.word))]

    async def reports(self, party: str, facility: str, page: Page) -> Sequence[Row]:
        """The monitor's reports, in the order of their entries."""
        select = sa.select(MONITOR_REPORTS).where(
            _M.facility == facility, facility_named_read_by(party, _M.facility)
        )
        index = sa.cast(sa.func.split_part(_M.entry, "#", 2), sa.BigInteger)
        return [plain(row) for row in await self._reads.all(page.of(select, index))]
