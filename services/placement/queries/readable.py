"""Which rows a party may read."""

from __future__ import annotations

import sqlalchemy as sa

from services.placement.tables import AGREED_ZONES, CUSTODIES, FACILITIES
from shared.kernel.actor import INDEPENDENT

_C, _Z = CUSTODIES.c, AGREED_ZONES.c
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
    return sa.or_(facilities.c.country == party, _agreed_on(party, facilities.c.facility))


def facility_named_read_by(party: str, facility: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """The same of whatever an entry calls a facility, also where nobody has registered it."""
    if party == INDEPENDENT:
        return sa.true()
    its_own = sa.select(FACILITIES.c.facility).where(FACILITIES.c.country == party)
    return sa.or_(facility.in_(its_own), _agreed_on(party, facility))


def stranger_read_by(
    party: str, facility: sa.ColumnElement[str], counted: sa.ColumnElement[str]
) -> sa.ColumnElement[bool]:
    """Whether a party reads that a list of a facility named a custody which is unknown there: the
    facility's own state reads all, and who sends there no custody of another sender (D3).
    """
    if party == INDEPENDENT:
        return sa.true()
    its_own = sa.select(FACILITIES.c.facility).where(FACILITIES.c.country == party)
    of_others = sa.exists().where(_C.custody == counted, sa.not_(custody_read_by(party, CUSTODIES)))
    return sa.and_(
        facility_named_read_by(party, facility),
        sa.or_(facility.in_(its_own), sa.not_(of_others)),
    )


def _agreed_on(party: str, facility: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    sent_there = sa.select(_C.facility).where(_C.sending == party)
    agreed = sa.select(_Z.facility).where(sa.or_(_Z.receiving == party, _Z.sending == party))
    return sa.or_(facility.in_(sent_there), facility.in_(agreed))


def plain(row: sa.RowMapping) -> Row:
    return {str(name): value for name, value in row.items()}
