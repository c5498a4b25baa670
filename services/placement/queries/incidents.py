"""Incidents, and which office each has reached (G18)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from services.placement.queries.readable import Row, custody_read_by, plain
from services.placement.tables import CUSTODIES, INCIDENT_NOTICES, INCIDENTS
from shared.database.pages import Page, only_where
from shared.database.reads import Reads

_I, _N = INCIDENTS.c, INCIDENT_NOTICES.c


class IncidentReads:
    """Reads of incidents: who reads a custody reads its incidents."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def incident(self, party: str, incident: str) -> Row | None:
        """One incident, with its `notices`: whom it has to reach, by when, and whether it has."""
        row = await self._reads.first(_read_by(party).where(_I.incident == incident))
        if row is None:
            return None
        notices = sa.select(INCIDENT_NOTICES).where(_N.incident == incident)
        rows = await self._reads.all(notices.order_by(_N.party, _N.office))
        told = [
            {name: value for name, value in plain(row).items() if name != "incident"}
            for row in rows
        ]
        return {**plain(row), "notices": told}

    async def incidents(self, party: str, page: Page, **wanted: str | None) -> Sequence[Row]:
        """Incidents by their ids, each with how many offices have not acknowledged it: all, or
        those with the columns that are wanted.
        """
        waiting = (
            sa.select(sa.func.count())
            .where(_N.incident == _I.incident, _N.acknowledged_by.is_(None))
            .scalar_subquery()
            .label("unacknowledged")
        )
        select = only_where(
            _read_by(party).add_columns(waiting),
            {INCIDENTS.c[name]: value for name, value in wanted.items()},
        )
        return [plain(row) for row in await self._reads.all(page.of(select, _I.incident))]


def _read_by(party: str) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(INCIDENTS)
        .join(CUSTODIES, CUSTODIES.c.custody == _I.custody)
        .where(custody_read_by(party, CUSTODIES))
    )
