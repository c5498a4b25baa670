"""The mirror in PostgreSQL: a page of proved entries, its tiles and its place in one statement."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from services.audit.mirror.holding import HOLD, holding
from shared.transparency.merkle import EMPTY_ROOT
from shared.transparency.tiles import TILE_WIDTH, Tile

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from shared.ledger.connections import Connections
    from shared.transparency.tiles import TileGrowth

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

_OPEN = """
INSERT INTO mirror_logs
    (log, origin, size, root, note, recorded_at, next_offset, final_size, final_note)
SELECT coalesce(max(log), 0) + 1, $1, 0, $2, '', $3, 0, 0, '' FROM mirror_logs
ON CONFLICT (origin) DO NOTHING
"""
_HEAD = """
SELECT log, origin, size, root, note, recorded_at, next_offset, final_size, final_note
FROM mirror_logs WHERE origin = $1
"""
_LEAVES = """
SELECT w.tile, leaves.hashes FROM unnest($2::bigint[]) AS w(tile)
CROSS JOIN LATERAL (
    SELECT string_agg(e.leaf_hash, ''::bytea ORDER BY e.sequence) AS hashes
    FROM mirror_entries e
    WHERE e.log = $1 AND e.sequence >= w.tile * 256 AND e.sequence <= w.tile * 256 + 255
) AS leaves
"""
_HELD_LEAVES = """
SELECT sequence, leaf_hash FROM mirror_entries WHERE log = $1 AND sequence = ANY ($2::bigint[])
"""
_TILES = """
SELECT level, tile, hashes FROM mirror_tiles
JOIN unnest($2::smallint[], $3::bigint[]) AS wanted(level, tile) USING (level, tile)
WHERE log = $1
"""
_ENTRIES = """
SELECT entry FROM mirror_entries WHERE log = $1 AND sequence >= $2 AND sequence < $3
ORDER BY sequence
"""
_PAGE = """
SELECT entry, leaf_hash FROM mirror_entries
WHERE log = $1 AND sequence >= $2 AND sequence < least($2 + 500, $3) ORDER BY sequence
"""
_FINAL = """
UPDATE mirror_logs SET final_size = $2, final_note = $3 WHERE log = $1 AND final_size <= $2
"""


class Head(msgspec.Struct, frozen=True):
    """How much of a log the mirror holds, and what proved it."""

    log: int
    """What the log is called in the other tables."""
    origin: str
    size: int
    root: bytes
    note: bytes
    """The checkpoint, signed by the log, that proved it; empty before the first."""
    recorded_at: datetime
    next_offset: int
    final_size: int
    final_note: bytes
    """The newest checkpoint that both governments have cosigned, as far as it is known here."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """One proved entry and what it is found by."""

    entry: bytes
    leaf: bytes
    type: str
    time: datetime
    recorded_at: datetime
    tags: tuple[str, ...]


class Page(msgspec.Struct, frozen=True):
    """Proved entries, and where the mirror stands with them."""

    rows: Sequence[Row]
    growth: Sequence[TileGrowth]
    root: bytes
    note: bytes
    next_offset: int


class MirrorStore:
    """One government's copy of the logs, in its own database."""

    def __init__(self, connections: Connections) -> None:
        """Use these connections, which their owner opens and closes."""
        self._connection = connections.one

    async def open(self, origin: str) -> Head:
        """Where the mirror of a log stands; begun with nothing if it is new."""
        async with self._connection() as connection:
            await connection.execute(_OPEN, origin, EMPTY_ROOT, BEGINNING)
            return Head(*await connection.fetchrow(_HEAD, origin))

    async def hold(self, head: Head, page: Page) -> Head | None:
        """Write a page after `head`, or nothing if the mirror has moved on from there."""
        async with self._connection() as connection:
            moved = await connection.fetchval(HOLD, *holding(head, page))
        return _after(head, page) if moved else None

    async def tiles(self, log: int, wanted: Collection[Tile]) -> dict[Tile, bytes]:
        """The content of tiles as far as they are held, cut to the width that is asked for."""
        leaves = [tile for tile in wanted if tile.level == 0]
        above = [tile for tile in wanted if tile.level]
        held: dict[tuple[int, int], bytes] = {}
        async with self._connection() as connection:
            if leaves:
                rows = await connection.fetch(_LEAVES, log, [tile.index for tile in leaves])
                held |= {(0, row["tile"]): row["hashes"] or b"" for row in rows}
            if above:
                levels, indices = [one.level for one in above], [one.index for one in above]
                rows = await connection.fetch(_TILES, log, levels, indices)
                held |= {(row["level"], row["tile"]): row["hashes"] for row in rows}
        return {
            tile: held[tile.level, tile.index][: tile.width * len(EMPTY_ROOT)]
            for tile in wanted
            if len(held.get((tile.level, tile.index), b"")) >= tile.width * len(EMPTY_ROOT)
        }

    async def leaves(self, log: int, indices: Collection[int]) -> dict[int, bytes]:
        """The leaf hashes of entries, those that are held."""
        async with self._connection() as connection:
            rows = await connection.fetch(_HELD_LEAVES, log, [*indices])
        return {row["sequence"]: row["leaf_hash"] for row in rows}

    async def entries(self, log: int, first: int, limit: int = TILE_WIDTH) -> list[bytes]:
        """Entry bytes from an index on, without a hole."""
        async with self._connection() as connection:
            rows = await connection.fetch(_ENTRIES, log, first, first + limit)
        return [row["entry"] for row in rows]

    async def page(self, log: int, first: int, end: int) -> list[tuple[bytes, bytes]]:
        """Some entries from an index on, before `end`, each with the leaf hash that it was held
        under.
        """
        async with self._connection() as connection:
            rows = await connection.fetch(_PAGE, log, first, end)
        return [(row["entry"], row["leaf_hash"]) for row in rows]

    async def publish(self, log: int, size: int, note: bytes) -> None:
        """Keep a checkpoint that both governments have cosigned, unless a larger one is kept."""
        async with self._connection() as connection:
            await connection.execute(_FINAL, log, size, note)


def _after(head: Head, page: Page) -> Head:
    return msgspec.structs.replace(
        head,
        size=head.size + len(page.rows),
        root=page.root,
        note=page.note,
        recorded_at=page.rows[-1].recorded_at,
        next_offset=page.next_offset,
    )
