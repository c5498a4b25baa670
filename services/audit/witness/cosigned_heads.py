"""What the witness has cosigned last of each log, moved by compare-and-swap before it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.transparency.merkle import EMPTY_ROOT
from shared.transparency.witness import Seen

if TYPE_CHECKING:
    from shared.database.connections import Connections

_OPEN = """
INSERT INTO witness_seen (log, size, root, cosigned_at, note)
SELECT log, 0, $2, 0, '' FROM mirror_logs WHERE origin = $1
ON CONFLICT (log) DO NOTHING
"""
_READ = """
SELECT log, s.size, s.root, s.cosigned_at, s.note
FROM witness_seen s JOIN mirror_logs USING (log) WHERE origin = $1
"""
# The time is compared too: of two answers for one checkpoint, the later has the later time.
_MOVE = """
WITH moved AS (
    UPDATE witness_seen SET size = $5, root = $6, cosigned_at = $7, note = $8
    WHERE log = $1 AND size = $2 AND root = $3 AND cosigned_at = $4
    RETURNING log
), kept AS (
    INSERT INTO cosigned (log, size, root, cosigned_at)
    SELECT log, $5, $6, $7 FROM moved
    ON CONFLICT (log, size) DO NOTHING
)
SELECT count(*) FROM moved
"""


class Sighting(msgspec.Struct, frozen=True):
    """The last checkpoint of a log that was cosigned here, and when."""

    log: int
    size: int
    root: bytes
    cosigned_at: int
    """In seconds since 1970; never decreases. 0 before the first."""
    note: bytes
    """The checkpoint with this witness's cosignatures; empty before the first."""

    @property
    def seen(self) -> Seen:
        """What a request is judged by."""
        return Seen(self.size, self.root)


class CosignedHeads:
    """What was cosigned last of each log, in the node's database."""

    def __init__(self, connections: Connections) -> None:
        """Use these connections, which their owner opens and closes."""
        self._connection = connections.one

    async def read(self, origin: str) -> Sighting:
        """What was cosigned last of a log that is mirrored."""
        async with self._connection() as connection:
            row = await connection.fetchrow(_READ, origin)
            if row is None:
                await connection.execute(_OPEN, origin, EMPTY_ROOT)
                row = await connection.fetchrow(_READ, origin)
        return Sighting(*row)

    async def move(self, before: Sighting, after: Sighting) -> bool:
        """Put `after` in the place of exactly `before`; the answer is no if that has gone."""
        async with self._connection() as connection:
            moved = await connection.fetchval(
                _MOVE,
                *(before.log, before.size, before.root, before.cosigned_at),
                *(after.size, after.root, after.cosigned_at, after.note),
            )
        return bool(moved)
