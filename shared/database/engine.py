"""SQLAlchemy's engine over connections that asyncpg makes from an address as it stands.

So an address means the same in every part: `postgres://`, `?sslmode=verify-full&sslrootcert=…`, a
password file, several hosts. SQLAlchemy's own reading of it knows none of libpq's parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

if TYPE_CHECKING:
    from sqlalchemy.pool import Pool


def engine_at(
    url: str,
    *,
    patience: float | None = None,
    isolation: str | None = None,
    poolclass: type[Pool] | None = None,
    **pool: float,
) -> AsyncEngine:
    """Connect to a `postgresql://` address when it is needed.

    `patience` is in seconds, for a connection and for each statement; `pool` as SQLAlchemy says.
    """

    async def connect(**_how: Any) -> Any:  # noqa: ANN401 - asyncpg's connection, as SQLAlchemy wraps it
        if patience is None:
            return await asyncpg.connect(url)
        return await asyncpg.connect(url, timeout=patience, command_timeout=patience)

    options = {"isolation_level": isolation, "poolclass": poolclass}
    said = {name: value for name, value in options.items() if value is not None}
    return create_async_engine("postgresql+asyncpg://", async_creator=connect, **said, **pool)
