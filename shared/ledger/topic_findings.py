"""What a service's followers found in topics that is not the logs': read, and acknowledged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import asyncpg

from shared.database.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

PATIENCE: Final = 60.0
_READ = "SELECT * FROM topic_findings ORDER BY origin, number"
_ACKNOWLEDGE = (
    "UPDATE topic_findings SET acknowledged_at = $1, acknowledged = $2"
    " WHERE acknowledged_at IS NULL AND found_at <= $1"
)


async def kept_findings(
    url: str, acknowledged: str = "", at: datetime | None = None
) -> Sequence[Any]:
    """Every finding that is kept, in order; first those found until `at` are `acknowledged`, if
    that is said. Raises `Unavailable` when the database cannot be reached or is not migrated.
    """
    try:
        connection = await asyncpg.connect(url, timeout=PATIENCE, command_timeout=PATIENCE)
        try:
            if acknowledged:
                await connection.execute(_ACKNOWLEDGE, at, acknowledged)
            rows: Sequence[Any] = await connection.fetch(_READ)
        finally:
            await connection.close()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unavailable(
            f"the findings cannot be read ({type(error).__name__}: {error})"
        ) from error
    return rows
