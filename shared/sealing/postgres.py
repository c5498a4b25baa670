"""A log's tree and heads in the service's own database: one statement each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.database.connections import Connections
from shared.sealing.errors import SealingStopped
from shared.sealing.heads import Published, SealedHead, Sizes
from shared.transparency.merkle import HASH_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shared.transparency.tiles import Tile, TileGrowth

_SEALED = "SELECT size, root, note, sealed_at FROM sealed_head"
_SIZES = "SELECT s.size, p.size, p.final_size FROM sealed_head s, published_head p"
_LEAVES = """
SELECT string_agg(leaf_hash, ''::bytea ORDER BY sequence), max(sequence)
FROM entries WHERE sequence >= $1 AND sequence < $2
"""
# Compare-and-swap and the tiles that belong to the new head, in one round trip.
_SEAL = """
WITH moved AS (
    UPDATE sealed_head SET size = $3, root = $4, note = $5, sealed_at = $6
    WHERE size = $1 AND root = $2
    RETURNING true AS held
), grown AS (
    INSERT INTO tree_tiles (level, tile, hashes)
    SELECT g.level, g.tile, g.hashes
    FROM moved, unnest($7::smallint[], $8::bigint[], $9::bytea[]) AS g(level, tile, hashes)
    ON CONFLICT (level, tile) DO UPDATE SET hashes = EXCLUDED.hashes
)
SELECT count(*) FROM moved
"""
_TILES = """
SELECT t.level, t.tile, t.hashes FROM tree_tiles t
JOIN unnest($1::smallint[], $2::bigint[]) AS w(level, tile) USING (level, tile)
UNION ALL
SELECT 0, w.tile, leaves.hashes FROM unnest($3::bigint[]) AS w(tile)
CROSS JOIN LATERAL (
    SELECT string_agg(e.leaf_hash, ''::bytea ORDER BY e.sequence) AS hashes FROM entries e
    WHERE e.sequence >= w.tile * 256 AND e.sequence <= w.tile * 256 + 255
) AS leaves
"""
_PUBLISH = """
UPDATE published_head SET size = $1, note = $2
WHERE size < $1 OR (size = $1 AND (final_size < $1 OR final_note IS NULL))
"""
# The note of a final checkpoint that is also the newest is kept once.
_PUBLISH_FINAL = """
UPDATE published_head
SET note = CASE WHEN size > $1 THEN note END, size = greatest(size, $1),
    final_size = $1, final_note = $2, final_at = $3
WHERE final_size < $1 OR final_note IS NULL
"""
_PUBLISHED_NOTE = "SELECT coalesce(note, final_note) FROM published_head"
_FINAL_NOTE = "SELECT final_note FROM published_head"


class PostgresTree:
    """Reads and writes the tree of the log in one database. Open it before use."""

    def __init__(self, url: str, connections: int = 2) -> None:
        """Name the database by its `postgresql://` address; nothing is connected yet."""
        pool = Connections(url, connections)
        self._connection = pool.one
        self.open = pool.open
        self.close = pool.close

    async def sealed(self) -> SealedHead:
        """The newest tree that was signed."""
        async with self._connection() as connection:
            return SealedHead(*await connection.fetchrow(_SEALED))

    async def sizes(self) -> Sizes:
        """How far the log is sealed, published and final."""
        async with self._connection() as connection:
            return Sizes(*await connection.fetchrow(_SIZES))

    async def leaves(self, first: int, limit: int) -> list[bytes]:
        """The leaf hashes from index `first` on. Raises `SealingStopped` for a hole in the log."""
        async with self._connection() as connection:
            joined, last = await connection.fetchrow(_LEAVES, first, first + limit)
        if joined is None:
            return []
        leaves = _hashes(joined)
        if len(leaves) != last - first + 1:
            raise SealingStopped(
                f"the log has {len(leaves)} whole leaf hashes from {first} to {last}:"
                " entries are missing or damaged"
            )
        return leaves

    async def tiles(self, wanted: Iterable[Tile]) -> Mapping[Tile, bytes]:
        """The hashes of these tiles, those that are there in their whole width."""
        tiles = [*wanted]
        above = [tile for tile in tiles if tile.level]
        async with self._connection() as connection:
            rows = await connection.fetch(
                _TILES,
                [tile.level for tile in above],
                [tile.index for tile in above],
                [tile.index for tile in tiles if not tile.level],
            )
        held = {(level, index): hashes or b"" for level, index, hashes in rows}
        cut = {
            tile: held.get((tile.level, tile.index), b"")[: tile.width * HASH_SIZE]
            for tile in tiles
        }
        return {
            tile: hashes for tile, hashes in cut.items() if len(hashes) == tile.width * HASH_SIZE
        }

    async def seal(self, old: SealedHead, new: SealedHead, grown: Sequence[TileGrowth]) -> bool:
        """Move the sealed head from `old` to `new` together with the tiles that grew."""
        tiles = [growth for growth in grown if growth.level]
        async with self._connection() as connection:
            moved = await connection.fetchval(
                _SEAL,
                *(old.size, old.root),
                *(new.size, new.root, new.note, new.sealed_at),
                [growth.level for growth in tiles],
                [growth.index for growth in tiles],
                [growth.hashes for growth in tiles],
            )
        return bool(moved)

    async def publish(self, published: Published) -> None:
        """Publish a checkpoint, unless a later one is published already."""
        async with self._connection() as connection:
            if published.is_final:
                at = published.cosigned_at
                await connection.execute(_PUBLISH_FINAL, published.size, published.note, at)
            else:
                await connection.execute(_PUBLISH, published.size, published.note)

    async def published_note(self) -> bytes | None:
        """The newest published checkpoint, with the cosignatures that it has."""
        return await self._note(_PUBLISHED_NOTE)

    async def final_note(self) -> bytes | None:
        """The newest checkpoint that both governments have cosigned."""
        return await self._note(_FINAL_NOTE)

    async def _note(self, query: str) -> bytes | None:
        async with self._connection() as connection:
            note: bytes | None = await connection.fetchval(query)
        return note


def _hashes(joined: bytes) -> list[bytes]:
    return [joined[at : at + HASH_SIZE] for at in range(0, len(joined), HASH_SIZE)]
