"""Which rows a party may read."""

from __future__ import annotations

import sqlalchemy as sa

from services.placement.tables import CUSTODIES, FACILITIES
from shared.kernel.actor import INDEPENDENT

_C = CUSTODIES.c
Row = dict[str, object]


def name_of(agreement: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The agreement of a version: `usa-slv-2025` of `usa-slv-2025@1`."""
    return sa.func.split_part(agreement, "@", 1)


def custody_read_by(party: str, custodies: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a custody is one that this party reads."""
    if party == INDEPENDENT:
        return sa.true()
    its_own = sa.select(FACILITIES.c.facility).where(FACILITIES.c.country == party)
    return sa.or_(
        custodies.c.sending == party,
        custodies.c.receiving == party,
        custodies.c.facility.in_(its_own),
    )


def facility_read_by(party: str, facilities: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a facility is one that this party reads: who sends there now may, whatever the
    moment.
    """
    if party == INDEPENDENT:
        return sa.true()
    sent_there = sa.select(_C.facility).where(_C.sending == party)
    return sa.or_(facilities.c.country == party, facilities.c.facility.in_(sent_there))


def plain(row: sa.RowMapping) -> Row:
    return {str(name): value for name, value in row.items()}
