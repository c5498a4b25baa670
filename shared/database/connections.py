"""Connections to a database, and what it means when one of them breaks."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg

from shared.database.errors import UNMIGRATED, Unavailable, UnwritableBatch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TIMEOUT_SECONDS = 15.0
"""How long a database may say nothing before it counts as away."""
# Boundary reads are index walks however few rows there are: a plan made for an empty table must not
# stay.
_SETTINGS = {
    "jit": "off",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
_LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
)


class Connections:
    """A pool of connections to one database."""

    def __init__(self, url: str, most: int) -> None:
        """Name the database by its `postgresql://` address; nothing is connected yet."""
        self._url = url
        self._most = most
        self._pool: asyncpg.Pool[Any] | None = None

    async def open(self) -> None:
        """Connect. Raises `Unavailable` when the database does not answer, or is not there."""
        try:
            self._pool = await asyncpg.create_pool(
                self._url,
                min_size=1,
                max_size=self._most,
                server_settings=_SETTINGS,
                command_timeout=TIMEOUT_SECONDS,
                reset=_leave_as_it_is,
            )
        except _LOST as error:
            raise _unavailable(error) from error
        except asyncpg.InvalidCatalogNameError as error:
            raise _unmigrated(error) from error

    async def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            await self._pool.close()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Any]:
        """A connection to use. Raises `Unavailable`, and `UnwritableBatch` for wrong content."""
        if self._pool is None:
            raise Unavailable("the store has not been opened")
        try:
            async with self._pool.acquire(timeout=TIMEOUT_SECONDS) as connection:
                try:
                    yield connection
                except _LOST:
                    connection.terminate()  # whatever state it is in, nobody uses it again
                    raise
        except _LOST as error:
            raise _unavailable(error) from error
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            raise UnwritableBatch(str(error)) from error
        except asyncpg.PostgresError as error:
            if error.sqlstate in UNMIGRATED:
                raise _unmigrated(error) from error
            raise


async def _leave_as_it_is(_connection: object) -> None:
    """After the rollback of whatever is open, which the pool itself sees to: nobody sets, listens
    or locks anything in these sessions, so the reset that costs a round trip has nothing to do.
    """


def _unavailable(error: BaseException) -> Unavailable:
    # A connection that breaks during COMMIT may have committed: nobody here can know.
    return Unavailable(
        f"the database cannot be reached ({type(error).__name__}): what was being written may be"
        " recorded; try again with the same idempotency key"
    )


def _unmigrated(error: BaseException) -> Unavailable:
    return Unavailable(f"the database has not been migrated ({error}): run `accord migrate`")
