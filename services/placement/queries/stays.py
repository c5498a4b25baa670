"""Facilities, headcounts and custodies, as they are or were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.placement.queries.custody_shown import shown
from services.placement.queries.readable import (
    Row,
    custody_read_by,
    facility_read_by,
    name_of,
    plain,
)
from services.placement.tables import (
    CUSTODIES,
    FACILITIES,
    FACILITY_SUSPENSIONS,
    HEADCOUNTS,
)
from shared.database.pages import Page, only_where
from shared.database.reads import Reads
from shared.kernel.moment import NOW, Moment
from shared.views.history import at

_C = CUSTODIES.c


class PlacementReads:
    """Reads of facilities, headcounts and custodies."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def occupancy(self, party: str, facility: str, moment: Moment = NOW) -> Row | None:
        """How a facility's places are used; `available` is as in G19, never below zero."""
        custodies = at(CUSTODIES, moment).c
        facilities = at(FACILITIES, moment, {"facility": facility})
        used = (
            sa.select(
                sa.func.count().filter(custodies.holds_place).label("reserved"),
                sa.func.count().filter(custodies.status == "in-custody").label("in_custody"),
                sa.func.count()
                .filter(custodies.unaccounted_night.is_not(None))
                .label("unaccounted"),
            )
            .where(custodies.facility == facility)
            .subquery()
        )
        taken = facilities.c.own_population + used.c.reserved + used.c.in_custody
        available = sa.func.greatest(0, facilities.c.approved_capacity - taken)
        suspensions = at(FACILITY_SUSPENSIONS, moment).c
        suspended = sa.exists().where(suspensions.facility == facility, suspensions.stands)
        select = sa.select(
            facilities, used, available.label("available"), suspended.label("suspended")
        )
        return await self._first(
            select.join_from(facilities, used, sa.true()).where(
                facilities.c.facility == facility, facility_read_by(party, facilities)
            )
        )

    async def facility_of(self, custody: str) -> str | None:
        """Where a person is, or is expected."""
        row = await self._first(sa.select(_C.facility).where(_C.custody == custody))
        return str(row["facility"]) if row else None

    async def custody(self, party: str, custody: str, moment: Moment = NOW) -> Row | None:
        """One custody."""
        rows = at(CUSTODIES, moment, {"custody": custody})
        select = shown(rows, moment).where(rows.c.custody == custody, custody_read_by(party, rows))
        return await self._first(select)

    async def facilities(self, party: str, page: Page, country: str | None = None) -> Sequence[Row]:
        """Facilities that a party reads, by their names."""
        select = sa.select(FACILITIES).where(facility_read_by(party, FACILITIES))
        select = only_where(select, {FACILITIES.c.country: country})
        return await self._all(page.of(select, FACILITIES.c.facility))

    async def headcounts(
        self, party: str, page: Page, facility: str | None = None, agreement: str | None = None
    ) -> Sequence[Row]:
        """Headcounts of facilities that a party reads, by facility, night and agreement."""
        counts, night = HEADCOUNTS.c, sa.cast(HEADCOUNTS.c.night, sa.Text).label("night")
        key = (counts.facility, night, counts.agreement)
        said = (
            sa.func.sum(counts.counted),
            sa.func.max(counts.attested_by),
            sa.func.min(counts.entry),
        )
        names = ("counted", "attested_by", "entry")
        select = (
            sa.select(*key, *(value.label(name) for value, name in zip(said, names, strict=True)))
            .join(FACILITIES, FACILITIES.c.facility == counts.facility)
            .where(facility_read_by(party, FACILITIES))
            .group_by(*key)
        )
        named = name_of(counts.agreement)
        select = only_where(select, {counts.facility: facility, named: agreement})
        return await self._all(page.of(select, *key))

    async def custodies(
        self,
        party: str,
        page: Page,
        moment: Moment = NOW,
        **wanted: str | None,
    ) -> Sequence[Row]:
        """Custodies in the order of their ids: all, or those with the columns that are wanted."""
        rows = at(CUSTODIES, moment)
        listed = shown(rows, moment).where(custody_read_by(party, rows)).subquery()
        columns = {**listed.c, "agreement": name_of(listed.c.agreement)}
        select = only_where(
            sa.select(listed), {columns[name]: value for name, value in wanted.items()}
        )
        return await self._all(page.of(select, listed.c.custody))

    async def _first(self, select: sa.Select[Any]) -> Row | None:
        row = await self._reads.first(select)
        return None if row is None else plain(row)

    async def _all(self, select: sa.Select[Any]) -> Sequence[Row]:
        return [plain(row) for row in await self._reads.all(select)]
