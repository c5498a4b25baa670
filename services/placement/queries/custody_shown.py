"""A custody as it is read: what its row says, and what follows from others (G14, G15, D2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from services.placement.tables import COUNTS, RETURN_ORDERS
from shared.kernel.moment import NOW, Moment
from shared.views.history import within


def shown(custodies: sa.FromClause, moment: Moment = NOW) -> sa.Select[Any]:
    """Custodies as they are read: who was missed at a headcount is not said to be in custody, but
    unaccounted for, since the first night missed and by the entry that says so (G14). After a
    completed return the sending state has the person (D2). Who escaped is at large, counted or not.
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
    order = due_first(custodies, moment)
    return sa.select(
        *_columns(custodies),
        since.c.night.label("unaccounted_since"),
        since.c.entry.label("unaccounted_entry"),
        order.c.ordered_at.label("return_ordered_at"),
        order.c.due_at.label("return_due_at"),
        order.c.entry.label("return_entry"),
    ).select_from(custodies.outerjoin(since, sa.true()).outerjoin(order, sa.true()))


def due_first(
    custodies: sa.FromClause, moment: Moment = NOW, name: str = "due_first"
) -> sa.FromClause:
    """The order of a custody's return that is due first, if there is any (G16)."""
    orders = RETURN_ORDERS.c
    return (
        sa.select(RETURN_ORDERS)
        .where(orders.custody == custodies.c.custody, within(RETURN_ORDERS, moment))
        .order_by(orders.due_at, orders.entry)
        .limit(1)
        .lateral(name)
    )


def _columns(custodies: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    """A custody's columns, with its status and who is responsible as they are said, and the days
    past the lawful end that binds (G15).
    """
    held = custodies.c.status == "in-custody"
    status = sa.case(
        (sa.and_(held, custodies.c.escaped_at.is_not(None)), "escaped"),
        (sa.and_(held, custodies.c.unaccounted_night.is_not(None)), "unaccounted"),
        (sa.and_(held, custodies.c.departed_on.is_not(None)), "return-under-way"),
        else_=custodies.c.status,
    )
    responsible = sa.case(
        (custodies.c.status == "returned", custodies.c.sending),
        else_=custodies.c.responsible_state,
    )
    past = sa.case(
        (custodies.c.overstayed_end == custodies.c.lawful_end, custodies.c.overstay_days)
    )
    said = {"status": status, "responsible_state": responsible, "overstay_days": past}
    return [
        said[column.name].label(column.name) if column.name in said else column
        for column in custodies.c
    ]
