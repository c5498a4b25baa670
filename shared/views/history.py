"""Both times of every row of a view: when it happened, and when it was recorded.

A view whose rows change keeps every change beside them (`with_history`), and its rows at a moment
are made of those (`at`). A view whose rows are never changed has both times in the row (`times`,
`within`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.row_changes import Delete, Insert, Update

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from shared.database.row_changes import RowChange
    from shared.kernel.moment import Moment
    from shared.ledger.batch_builder import Project
    from shared.ledger.recorded import Recorded

HISTORY = "view_history"
_INSTANT = sa.DateTime(timezone=True)
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def history_table(metadata: sa.MetaData) -> sa.Table:
    """The changes of all views of a service that have a history: itself a view."""
    return sa.Table(
        HISTORY,
        metadata,
        sa.Column("view", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("happened_at", _INSTANT, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("is_new", sa.Boolean, nullable=False),
        sa.Column("changes", JSONB, nullable=False),
    )


def with_history(project: Project, history: sa.Table, views: Collection[sa.Table]) -> Project:
    """The projection that also keeps every change that `project` makes to these views. What a row
    was is never taken away: a row that goes leaves what is kept of it.
    """

    def projected(recorded: Recorded) -> Iterator[RowChange]:
        for number, change in enumerate(project(recorded)):
            yield change
            if change.table in views and not isinstance(change, Delete):
                yield Insert(history, _kept(change, recorded, number))

    return projected


def _kept(change: Insert | Update, recorded: Recorded, number: int) -> Mapping[str, object]:
    is_new = isinstance(change, Insert)
    values = change.values if not isinstance(change, Update) else {**change.key, **change.values}
    return {
        "view": str(change.table.name),
        "key": _key(change.table, values),
        "sequence": recorded.sequence,
        "number": number,
        "is_new": is_new,
        "changes": values,
        **times(recorded),
    }


def _key(table: sa.Table, values: Mapping[str, Any]) -> str:
    return msgspec.json.encode([values[column.name] for column in table.primary_key]).decode()


def at(view: sa.Table, moment: Moment, key: Mapping[str, object] | None = None) -> sa.FromClause:
    """A view's rows as they were at a moment; of one key alone when that is all that is needed.

    A row is there from its first insertion on, and each column is as the last change left it.
    """
    if moment.is_now:
        return view
    given: dict[str, tuple[object, sa.types.TypeEngine[Any]]] = {
        "view": (str(view.name), sa.Text())
    }
    wanted = ["h.view = :view"]
    if key is not None:
        wanted.append("h.key = :key")
        given["key"] = (_key(view, key), sa.Text())
    for name, column in (("as_of", "happened_at"), ("known_at", "recorded_at")):
        if (instant := getattr(moment, name)) is not None:
            wanted.append(f"h.{column} <= :{name}")
            given[name] = (instant, _INSTANT)
    text = sa.text(_ROWS.format(where=" AND ".join(wanted), columns=_definitions(view)))
    bound = text.bindparams(
        *(sa.bindparam(name, value, type_, unique=True) for name, (value, type_) in given.items())
    )
    columns = (sa.column(column.name, column.type) for column in view.c)
    return bound.columns(*columns).subquery(view.name)


_ROWS = """
SELECT r.* FROM (
    SELECT jsonb_object_agg(c.key, c.value ORDER BY h.sequence, h.number) AS state
    FROM view_history h, jsonb_each(h.changes) c
    WHERE {where}
    GROUP BY h.key HAVING bool_or(h.is_new)
) s, LATERAL jsonb_to_record(s.state) AS r({columns})
"""


def _definitions(view: sa.Table) -> str:
    return ", ".join(f'"{column.name}" {column.type.compile(_DIALECT)}' for column in view.c)


def time_columns() -> tuple[sa.Column[Any], sa.Column[Any]]:
    """The columns of a view whose rows are never changed."""
    return (
        sa.Column("happened_at", _INSTANT, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
    )


def times(recorded: Recorded) -> Mapping[str, object]:
    """Both times of what an entry says, as columns."""
    return {"happened_at": recorded.time, "recorded_at": recorded.recorded_at}


def within(view: sa.Table, moment: Moment) -> sa.ColumnElement[bool]:
    """Which rows of a view whose rows are never changed were there at a moment."""
    conditions: list[sa.ColumnElement[bool]] = []
    if moment.as_of is not None:
        conditions.append(view.c.happened_at <= moment.as_of)
    if moment.known_at is not None:
        conditions.append(view.c.recorded_at <= moment.known_at)
    return sa.and_(sa.true(), *conditions)
