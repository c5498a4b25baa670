"""A custody as it is read: what its row says, and what follows from others (G14, D2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from services.placement.tables import COUNTS
from shared.kernel.moment import NOW, Moment
from shared.views.history import within


def shown(custodies: sa.FromClause, moment: Moment = NOW) -> sa.Select[Any]:
    """Custodies as they are read: who was missed at a headcount is not said to be in custody, but
    unaccounted for, since the first night missed and by the entry that says so (G14). After a
    completed return the sending state has the person (D2).
    """
    missed = sa.and_(COUNTS.c.custody == custodies.c.custody, within(COUNTS, moment))
    found_again = (
        sa.select(sa.func.max(COUNTS.c.night))
        .where(missed, sa.not_(COUNTS.c.missed))
        .scalar_subquery()
        .correlate(custodies)
    )
    since = (
        sa.select(COUNTS.c.night, COUNTS.c.entry)
        .where(missed, COUNTS.c.missed, custodies.c.unaccounted_night.is_not(None))
        .where(COUNTS.c.night > sa.func.coalesce(found_again, sa.literal(date.min, sa.Date)))
        .order_by(COUNTS.c.night)
        .limit(1)
        .lateral("since")
    )
    return sa.select(
        *_columns(custodies),
        since.c.night.label("unaccounted_since"),
        since.c.entry.label("unaccounted_entry"),
    ).select_from(custodies.outerjoin(since, sa.true()))


def _columns(custodies: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    """A custody's columns, with its status and who is responsible as they are said."""
    held = custodies.c.status == "in-custody"
    status = sa.case(
        (sa.and_(held, custodies.c.unaccounted_night.is_not(None)), "unaccounted"),
        else_=custodies.c.status,
    )
    responsible = sa.case(
        (custodies.c.status == "returned", custodies.c.sending),
        else_=custodies.c.responsible_state,
    )
    said = {"status": status, "responsible_state": responsible}
    return [
        said[column.name].label(column.name) if column.name in said else column
        for column in custodies.c
    ]
