"""Views as rows, to be compared before and after they were built again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa

    Rows = dict[str, list[dict[str, Any]]]


async def rows_of(url: str, tables: Iterable[sa.Table]) -> Rows:
    """Every row of these tables, in the order of their keys."""
    connection = await asyncpg.connect(url)
    try:
        return {table.name: await _rows(connection, table) for table in tables}
    finally:
        await connection.close()


async def _rows(connection: Any, table: sa.Table) -> list[dict[str, Any]]:  # noqa: ANN401 - asyncpg's own
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
    rows = await connection.fetch(f'SELECT * FROM "{table.name}" ORDER BY {keys}')  # noqa: S608 - our own tables
    return [dict(row) for row in rows]


async def execute(url: str, *statements: str) -> None:
    """Run statements as the database's owner."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
