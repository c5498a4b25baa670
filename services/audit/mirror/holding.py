"""The one statement that holds a page: it moves the mirror from where it was proved, or nothing."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from services.audit.mirror.store import Head, Page

SEPARATOR = "\x1f"

# Lists come as one text each, split here, and bytes as one string with where each part begins: an
# array parameter would cost more than all the rest.
HOLD = """
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


def holding(head: Head, page: Page) -> tuple[object, ...]:
    """The parameters that hold a page after `head`; no text in it has the separator."""
    rows, growth = page.rows, [one for one in page.growth if one.level]
    lengths = [len(row.entry) for row in rows]
    recorded = [row.recorded_at.isoformat() for row in rows]
    tagged = [
        (tag, recorded[place], str(head.size + place))
        for place, row in enumerate(rows)
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
        *(_joined(one[part] for one in tagged) for part in range(3)),
        [one.level for one in growth],
        [one.index for one in growth],
        [one.hashes for one in growth],
    )


def _joined(values: Iterable[str]) -> str:
    return SEPARATOR.join(values)
