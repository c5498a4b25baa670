"""The mirror in PostgreSQL: a page of proved entries, its tiles and its place in one statement."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

from services.audit.mirror.values import Head
from shared.transparency.merkle import EMPTY_ROOT
from shared.transparency.tiles import TILE_WIDTH, Tile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from services.audit.mirror.values import Page
    from shared.database.connections import Connections

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


_SEPARATOR = "\x1f"

# Lists come as one text each, split here, and bytes as one string with where each part begins: an
# array parameter would cost more than all the rest.
_HOLD = """
WITH moved AS (
    UPDATE mirror_logs SET size = $3, root = $4, note = $5, recorded_at = $6, next_offset = $7
    WHERE log = $1 AND size = $2 RETURNING log
), kept AS (
    INSERT INTO mirror_entries (log, sequence, entry, leaf_hash, type, time, recorded_at)
    SELECT moved.log, $2 + e.place - 1,
        substring($8::bytea FROM e.start::int FOR e.length::int),
        substring($9::bytea FROM (e.place::int - 1) * 32 + 1 FOR 32),
        e.type, e.time::timestamptz, e.recorded_at::timestamptz
    FROM moved, unnest(
        string_to_array($10::text, E'\\x1f'), string_to_array($11::text, E'\\x1f'),
        string_to_array($12::text, E'\\x1f'), string_to_array($13::text, E'\\x1f'),
        string_to_array($14::text, E'\\x1f')
    ) WITH ORDINALITY AS e(start, length, type, time, recorded_at, place)
), tagged AS (
    INSERT INTO mirror_tags (tag, recorded_at, log, sequence)
    SELECT t.tag, t.recorded_at::timestamptz, moved.log, t.sequence::bigint
    FROM moved, unnest(
        string_to_array($15::text, E'\\x1f'), string_to_array($16::text, E'\\x1f'),
        string_to_array($17::text, E'\\x1f')
    ) AS t(tag, recorded_at, sequence)
), grown AS (
    INSERT INTO mirror_tiles (log, level, tile, hashes)
    SELECT moved.log, g.level, g.tile, g.hashes
    FROM moved, unnest($18::smallint[], $19::bigint[], $20::bytea[]) AS g(level, tile, hashes)
    ON CONFLICT (log, level, tile) DO UPDATE SET hashes = EXCLUDED.hashes
)
SELECT count(*) FROM moved
"""


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
            moved = await connection.fetchval(_HOLD, *_holding(head, page))
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
                levels, indices = [tile.level for tile in above], [tile.index for tile in above]
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


def _holding(head: Head, page: Page) -> tuple[object, ...]:
    """The parameters that hold a page after `head`; no text in it has the separator."""
    rows, growth = page.rows, [growth for growth in page.growth if growth.level]
    lengths = [len(row.entry) for row in rows]
    recorded = [row.recorded_at.isoformat() for row in rows]
    tagged = [
        (tag, recorded[index], str(head.size + index))
        for index, row in enumerate(rows)
        for tag in row.tags
    ]
    return (
        *(head.log, head.size, head.size + len(rows), page.root, page.note),
        *(rows[-1].recorded_at, page.next_offset),
        b"".join([row.entry for row in rows]),
        b"".join([row.leaf for row in rows]),
        _joined(map(str, accumulate(lengths[:-1], initial=1))),
        _joined(map(str, lengths)),
        _joined(row.type for row in rows),
        _joined(row.time.isoformat() for row in rows),
        _joined(recorded),
        *(_joined(tag[part] for tag in tagged) for part in range(3)),
        [tile.level for tile in growth],
        [tile.index for tile in growth],
        [tile.hashes for tile in growth],
    )


def _joined(values: Iterable[str]) -> str:
    return _SEPARATOR.join(values)
