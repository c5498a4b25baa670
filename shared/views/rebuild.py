"""Views built again: from the service's own entries, beside those in use, then in their place.

What was built stands in a schema of its own with how far it has come, so that a rebuild that was
killed goes on. Nothing that is no function of the log is touched: vault, keys and positions stay.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec
import sqlalchemy as sa

from shared.database.roles import grant
from shared.database.row_changes import RowBatch
from shared.ledger.entry import decode
from shared.ledger.tables import DEADLINES, ledger_tables
from shared.views.definition import definition

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from shared.views.definition import Views

    Told = Callable[[int, int], None]
    """Told after each page: how many entries are done, and of how many."""

SCHEMA = "rebuild"
PAGE = 1_000
_LOCK = 0x6163_636F_7264_7662
_PATIENCE = "SET LOCAL lock_timeout = '2s'"
_ATTEMPTS = 60
_PAUSE_SECONDS = 0.5
_DEADLINES = ledger_tables(sa.MetaData()).tables[DEADLINES]


class RebuildFailed(Exception):
    """The views could not be built; those in use are as they were. The text says why."""


class Rebuilt(msgspec.Struct, frozen=True):
    """What a rebuild did."""

    entries: int
    """How many entries the views follow from."""
    resumed_from: int
    """How many of them an earlier run had done."""


async def rebuild(url: str, views: Views, told: Told = lambda _done, _of: None) -> Rebuilt:
    """Build a service's views again in the database at `url`, as the role that owns its tables.

    Appends go on; they wait for the moment in which the new tables take the old ones' names.
    Raises `RebuildFailed` when another rebuild is under way, or the tables are never at rest.
    """
    async with _connected(url) as connection:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
            raise RebuildFailed("another rebuild of these views is under way: wait for it")
        building = _Building(connection, views)
        resumed_from = await building.begin()
        for _ in range(_ATTEMPTS):
            await building.follow(told)
            with suppress(asyncpg.LockNotAvailableError):
                await building.swap()
                return Rebuilt(building.next, resumed_from)
            await asyncio.sleep(_PAUSE_SECONDS)
    raise RebuildFailed("somebody keeps the tables locked: end long transactions and try again")


async def rebuild_if_changed(url: str, views: Views) -> Rebuilt | None:
    """Build the views again unless they are what this code makes of the log."""
    async with _connected(url) as connection:
        mark = await connection.fetchval("SELECT mark FROM view_state")
    return None if mark == views.mark else await rebuild(url, views)


class _Building:
    """The new views on their way."""

    def __init__(self, connection: Any, views: Views) -> None:  # noqa: ANN401 - asyncpg's own
        """Build with this connection, whose unqualified names mean the new tables."""
        self._connection = connection
        self._views = views
        self._names = {*(table.name for table in views.tables), DEADLINES}
        self.next = 0

    async def begin(self) -> int:
        """Go on where an earlier run of the same views was, or begin; gives where."""
        if await self._connection.fetchval(f"SELECT to_regclass('{SCHEMA}.progress')"):
            row = await self._connection.fetchrow("SELECT mark, next_sequence FROM progress")
            if row["mark"] == self._views.mark:
                self.next = row["next_sequence"]
                return self.next
        async with self._connection.transaction():
            await self._create()
        return 0

    async def _create(self) -> None:
        execute = self._connection.execute
        await execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        await execute(f"CREATE SCHEMA {SCHEMA}")
        for table in (*self._views.tables, _DEADLINES):
            for statement in definition(table):
                await execute(statement)
        await execute("CREATE TABLE progress (mark text, next_sequence bigint)")
        await execute("INSERT INTO progress VALUES ($1, 0)", self._views.mark)

    async def follow(self, told: Told) -> None:
        """Page by page up to the end of the log, each in a transaction of its own."""
        while True:
            async with self._connection.transaction():
                taken = await self._page()
            told(self.next, await self._connection.fetchval("SELECT next_sequence FROM log_head"))
            if taken < PAGE:
                return

    async def _page(self) -> int:
        rows = await self._connection.fetch(
            "SELECT entry FROM entries WHERE sequence >= $1 ORDER BY sequence LIMIT $2",
            self.next,
            PAGE,
        )
        batch = RowBatch()
        for (entry,) in rows:
            changes = self._views.project(decode(entry))
            batch.add(change for change in changes if change.table.name in self._names)
        await self._write(batch)
        self.next += len(rows)
        await self._connection.execute("UPDATE progress SET next_sequence = $1", self.next)
        return len(rows)

    async def _write(self, batch: RowBatch) -> None:
        statements = batch.statements()
        if not statements:
            return
        parts = ["head AS (SELECT true)"]
        for index, statement in enumerate(statements, start=1):
            parts.append(f"row{index} AS ({statement.sql_with(index)})")
        sql = f"WITH {', '.join(parts)} SELECT"
        await self._connection.execute(sql, *(statement.rows for statement in statements))

    async def swap(self) -> None:
        """The last entries, and the new tables in place of the old, in one transaction.

        Whoever appends locks the head's table first, so nobody who waits for us holds a view.
        Deadlines are kept, with what was worked off, and gain what is not there.
        """
        async with self._connection.transaction():
            execute = self._connection.execute
            await execute(_PATIENCE)
            await execute("LOCK TABLE public.log_head IN ACCESS EXCLUSIVE MODE")
            while await self._page() == PAGE:
                pass
            for table in self._views.tables:
                await execute(f'DROP TABLE IF EXISTS public."{table.name}"')
                await execute(f'ALTER TABLE {SCHEMA}."{table.name}" SET SCHEMA public')
                for statement in _grants(table.name):
                    await execute(statement)
            await execute(
                f"INSERT INTO public.{DEADLINES} SELECT * FROM {SCHEMA}.{DEADLINES}"  # noqa: S608 - our own names
                " ON CONFLICT DO NOTHING"
            )
            await execute(_MARK, self._views.mark, self.next)
            await execute(f"DROP SCHEMA {SCHEMA} CASCADE")


_MARK = """
INSERT INTO public.view_state (one_row, mark, entries, rebuilt_at) VALUES (true, $1, $2, now())
ON CONFLICT (one_row) DO UPDATE
SET mark = EXCLUDED.mark, entries = EXCLUDED.entries, rebuilt_at = EXCLUDED.rebuilt_at
"""


def _grants(table: str) -> list[str]:
    statements: list[str] = []
    grant(statements.append, f'public."{table}"')
    return statements


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    """A connection whose unqualified names mean the new tables where there are any."""
    try:
        connection = await asyncpg.connect(
            url, server_settings={"search_path": f"{SCHEMA}, public"}
        )
        try:
            yield connection
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise RebuildFailed(f"{type(error).__name__}: {error}; what was done is kept") from error
