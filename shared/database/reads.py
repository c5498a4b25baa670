"""Reading the read models: SQLAlchemy Core selects on a pool of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database.connections import TIMEOUT_SECONDS
from shared.database.engine import engine_at
from shared.database.errors import UNMIGRATED, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence


class Reads:
    """Runs selects. Raises `Unavailable` when the database cannot be reached or is not migrated."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use an engine made by `connect`."""
        self._engine = engine

    @staticmethod
    def connect(url: str, connections: int = 4) -> Reads:
        """Read from a `postgresql://` address; connections are made when they are needed.

        A read is one statement and one round trip: no transaction about it, no ping before it.
        """
        return Reads(
            engine_at(
                url,
                patience=TIMEOUT_SECONDS,
                isolation="AUTOCOMMIT",
                pool_size=connections,
                max_overflow=0,
                pool_timeout=TIMEOUT_SECONDS,
            )
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def all(self, select: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        """Every row. What broke while nobody used it is connected anew, once."""
        try:
            try:
                return await self._rows(select)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return await self._rows(select)
        except (OSError, InterfaceError, TimeoutError, sa.exc.TimeoutError) as error:
            raise _unavailable(error) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise _unavailable(error) from error
            if getattr(error.orig, "sqlstate", None) in UNMIGRATED:
                raise Unavailable(
                    f"the read models have not been migrated ({error.orig}): run `accord migrate`"
                ) from error
            raise

    async def _rows(self, select: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        async with self._engine.connect() as connection:
            rows: Sequence[sa.RowMapping] = (await connection.execute(select)).mappings().all()
            return rows

    async def first(self, select: sa.Select[Any]) -> sa.RowMapping | None:
        """The first row, if there is one."""
        rows = await self.all(select.limit(1))
        return rows[0] if rows else None


def _unavailable(error: BaseException) -> Unavailable:
    return Unavailable(f"the read models cannot be reached ({type(error).__name__}); try again")
