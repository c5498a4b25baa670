"""Changes of read-model rows that go into the append's own transaction."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_ROWS = "$rows"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class Insert(msgspec.Struct, frozen=True, gc=False):
    """A new row. A row with the same key that is already there is replaced."""

    table: sa.Table
    values: Mapping[str, Any]


class Update(msgspec.Struct, frozen=True, gc=False):
    """New values for some columns of the row with this key (all of the table's key columns)."""

    table: sa.Table
    key: Mapping[str, Any]
    values: Mapping[str, Any]


RowChange = Insert | Update


class Statement(msgspec.Struct, frozen=True):
    """One multi-row statement, and its rows as one JSON array."""

    sql: str
    rows: str

    def sql_with(self, place: int) -> str:
        """The statement with its rows in this parameter; it writes nothing without a `head`."""
        return self.sql.replace(_ROWS, f"${place}")


class RowBatch:
    """The changes of one commit, brought together so that every row is written once."""

    def __init__(self) -> None:
        """Start with no changes."""
        self._inserts: dict[tuple[Any, ...], tuple[sa.Table, Mapping[str, Any]]] = {}
        self._updates: dict[tuple[Any, ...], tuple[sa.Table, Mapping[str, Any]]] = {}

    def add(self, changes: Iterable[RowChange]) -> None:
        """Add changes, in order: a later one wins."""
        for change in changes:
            if isinstance(change, Insert):
                self._insert(change)
            else:
                self._update(change)

    def _insert(self, change: Insert) -> None:
        key = _key(change.table, change.values)
        self._updates.pop(key, None)
        self._inserts[key] = (change.table, change.values)

    def _update(self, change: Update) -> None:
        key = _key(change.table, change.key)
        if key in self._inserts:
            self._inserts[key] = (change.table, {**self._inserts[key][1], **change.values})
        elif key in self._updates:
            self._updates[key] = (change.table, {**self._updates[key][1], **change.values})
        else:
            self._updates[key] = (change.table, {**change.key, **change.values})

    def rows(self) -> Iterable[tuple[sa.Table, Mapping[str, Any], bool]]:
        """Every row to write, and whether it is new."""
        for table, values in self._inserts.values():
            yield table, values, True
        for table, values in self._updates.values():
            yield table, values, False

    def statements(self) -> Sequence[Statement]:
        """One statement for each table and set of columns."""
        groups: dict[tuple[sa.Table, bool, tuple[str, ...]], list[Mapping[str, Any]]] = {}
        for table, values, new in self.rows():
            group = (table, new, tuple(values))
            if group in groups:
                groups[group].append(values)
            else:
                groups[group] = [values]
        return [
            Statement(
                _insert_sql(table, names) if new else _update_sql(table, names),
                msgspec.json.encode(rows).decode(),
            )
            for (table, new, names), rows in groups.items()
        ]


@cache
def _key_names(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


def _key(table: sa.Table, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return (table.name, *[values[name] for name in _key_names(table)])


def _recordset(table: sa.Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}" {_wire_type(table, name)}' for name in names)
    return f"head, json_to_recordset({_ROWS}::json) AS r({columns})"


def _wire_type(table: sa.Table, name: str) -> str:
    is_bytes = isinstance(table.c[name].type, sa.LargeBinary)
    return "text" if is_bytes else table.c[name].type.compile(_DIALECT)


def _values(table: sa.Table, names: tuple[str, ...]) -> str:
    return ", ".join(
        f"decode(r.\"{name}\", 'base64')"
        if isinstance(table.c[name].type, sa.LargeBinary)
        else f'r."{name}"'
        for name in names
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@cache
def _insert_sql(table: sa.Table, names: tuple[str, ...]) -> str:
    keys = _key_names(table)
    others = [name for name in names if name not in keys]
    changed = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in others)
    action = f"DO UPDATE SET {changed}" if others else "DO NOTHING"
    return (
        f'INSERT INTO "{table.name}" ({_listed(names)}) '  # noqa: S608 - names come from our own tables
        f"SELECT {_values(table, names)} FROM {_recordset(table, names)} "
        f"ON CONFLICT ({_listed(keys)}) {action}"
    )


@cache
def _update_sql(table: sa.Table, names: tuple[str, ...]) -> str:
    keys = _key_names(table)
    changed = ", ".join(f'"{name}" = v."{name}"' for name in names if name not in keys)
    same = " AND ".join(f't."{name}" = v."{name}"' for name in keys)
    return (
        f'UPDATE "{table.name}" AS t SET {changed} '  # noqa: S608 - names come from our own tables
        f"FROM (SELECT {_values(table, names)} FROM {_recordset(table, names)})"
        f" AS v({_listed(names)}) WHERE {same}"
    )
