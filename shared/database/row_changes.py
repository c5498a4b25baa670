"""Changes of read-model rows that go into the append's own transaction."""

from __future__ import annotations

from functools import cache
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, assert_never

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    _Values = Mapping[str, Any]

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


class Delete(msgspec.Struct, frozen=True, gc=False):
    """The row with this key (all of the table's key columns) goes, if it is there."""

    table: sa.Table
    key: Mapping[str, Any]


RowChange = Insert | Update | Delete


class Statement(msgspec.Struct, frozen=True):
    """One multi-row statement, and its rows as one JSON array."""

    sql: str
    rows: str

    def sql_with(self, place: int) -> str:
        """The statement with its rows in this parameter; it writes nothing without a `head`."""
        return self.sql.replace(_ROWS, f"${place}")


class _Rows:
    """The changes of one table, by key."""

    def __init__(self, table: sa.Table) -> None:
        self.key = _key_of(table)
        self.inserts: dict[Any, _Values] = {}
        self.updates: dict[Any, _Values] = {}
        self.deletes: dict[Any, _Values] = {}

    def insert(self, change: Insert) -> None:
        key = self.key(change.values)
        if self.updates:
            self.updates.pop(key, None)
        if self.deletes:
            self.deletes.pop(key, None)
        self.inserts[key] = change.values

    def delete(self, change: Delete) -> None:
        key = self.key(change.key)
        self.inserts.pop(key, None)
        self.updates.pop(key, None)
        self.deletes[key] = change.key

    def update(self, change: Update) -> None:
        key = self.key(change.key)
        if key in self.inserts:
            self.inserts[key] = {**self.inserts[key], **change.values}
        elif key in self.updates:
            self.updates[key] = {**self.updates[key], **change.values}
        else:
            self.updates[key] = {**change.key, **change.values}


class RowBatch:
    """The changes of one commit, brought together so that every row is written once."""

    def __init__(self) -> None:
        """Start with no changes."""
        self._tables: dict[sa.Table, _Rows] = {}

    def add(self, changes: Iterable[RowChange]) -> None:
        """Add changes, in order: a later one wins."""
        for change in changes:
            rows = self._tables.get(change.table)
            if rows is None:
                rows = self._tables[change.table] = _Rows(change.table)
            match change:
                case Insert():
                    rows.insert(change)
                case Update():
                    rows.update(change)
                case Delete():
                    rows.delete(change)
                case _:
                    assert_never(change)

    def rows(self) -> Iterable[tuple[sa.Table, _Values, bool]]:
        """Every row to write, and whether it is new; not those that go."""
        for table, rows in self._tables.items():
            for values in rows.inserts.values():
                yield table, values, True
            for values in rows.updates.values():
                yield table, values, False

    def parts(self, most: int) -> Sequence[RowBatch]:
        """The same changes in batches of so many rows."""
        rows = iter(self.rows())
        parts: list[RowBatch] = []
        while part := [*islice(rows, most)]:
            parts.append(RowBatch())
            for table, values, is_new in part:
                parts[-1].take_over(table, values, is_new=is_new)
        gone = [Delete(table, key) for table, key in self.gone()]
        if gone:
            parts = parts or [RowBatch()]
            parts[0].add(gone)
        return parts

    def gone(self) -> Iterable[tuple[sa.Table, _Values]]:
        """The key of every row that goes."""
        for table, rows in self._tables.items():
            for key in rows.deletes.values():
                yield table, key

    def __len__(self) -> int:
        """How many rows there are to write or to take away."""
        return sum(
            len(rows.inserts) + len(rows.updates) + len(rows.deletes)
            for rows in self._tables.values()
        )

    def take_over(self, table: sa.Table, values: _Values, *, is_new: bool) -> None:
        """Take a row from a batch in which it was brought together."""
        rows = self._tables.setdefault(table, _Rows(table))
        (rows.inserts if is_new else rows.updates)[rows.key(values)] = values

    def statements(self) -> Sequence[Statement]:
        """One statement for each table and set of columns."""
        return [
            Statement(sql_of(table, names), msgspec.json.encode(group).decode())
            for table, rows in self._tables.items()
            for sql_of, changed in (
                (_insert_sql, rows.inserts),
                (_update_sql, rows.updates),
                (_delete_sql, rows.deletes),
            )
            for names, group in _by_columns(changed.values()).items()
        ]


def _by_columns(rows: Iterable[_Values]) -> dict[tuple[str, ...], list[_Values]]:
    groups: dict[tuple[str, ...], list[_Values]] = {}
    for values in rows:
        names = tuple(values)
        if names in groups:
            groups[names].append(values)
        else:
            groups[names] = [values]
    return groups


@cache
def _key_names(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


@cache
def _key_of(table: sa.Table) -> Callable[[_Values], Any]:
    return itemgetter(*_key_names(table))


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


@cache
def _delete_sql(table: sa.Table, names: tuple[str, ...]) -> str:
    same = " AND ".join(f't."{name}" = v."{name}"' for name in names)
    return (
        f'DELETE FROM "{table.name}" AS t '  # noqa: S608 - names come from our own tables
        f"USING (SELECT {_values(table, names)} FROM {_recordset(table, names)})"
        f" AS v({_listed(names)}) WHERE {same}"
    )
