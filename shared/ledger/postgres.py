"""The store in PostgreSQL: dense indices from a locked head row, one statement a table."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import asyncpg

from shared.database.connections import Connections
from shared.database.errors import UnwritableBatch
from shared.ledger.append_statement import SEPARATOR, append_statement, joined
from shared.ledger.entry import decode
from shared.ledger.errors import LedgerError
from shared.ledger.machine import SystemClock
from shared.ledger.store import Ask, Batch, Head, KeyUse, Snapshot
from shared.ledger.tables import IDEMPOTENCY_CONSTRAINT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from shared.kernel.clock import Clock
    from shared.kernel.query import Alternative
    from shared.ledger.recorded import Recorded

_OUTER = "\x1e"
MOST_AT_ONCE = 5_000
"""So many entries, and so many rows, one statement writes: it ends long before its 15 s."""

# One row an alternative. Its most selective tag is walked in the (tag, type, sequence) index, a
# type at a time, of which nothing is read but the next `most` beyond `after`; the other tags, if
# any, are looked up. Of all that an ask finds its first `most` entries are read.
BOUNDARY = """
SELECT m.ask, m.sequence, e.entry
FROM (
    SELECT f.ask, f.most, f.sequence,
        dense_rank() OVER (PARTITION BY f.ask ORDER BY f.sequence) AS place
    FROM (
        SELECT ask::int, after::bigint, most::bigint, tags, types
        FROM unnest(string_to_array($1::text, E'\\x1e'), string_to_array($2::text, E'\\x1e'),
            string_to_array($3::text, E'\\x1e'), string_to_array($4::text, E'\\x1e'),
            string_to_array($5::text, E'\\x1e')) AS t(ask, after, most, tags, types)
    ) AS q
    CROSS JOIN LATERAL unnest(string_to_array(q.types, E'\\x1f')) AS k(type)
    CROSS JOIN LATERAL (
        SELECT q.ask, q.most, t.sequence FROM entry_tags t
        WHERE t.tag = split_part(q.tags, E'\\x1f', 1) AND t.type = k.type
          AND t.sequence > q.after
          AND NOT EXISTS (
            SELECT FROM unnest((string_to_array(q.tags, E'\\x1f'))[2:]) AS need(tag)
            WHERE NOT EXISTS (
                SELECT FROM entry_tags o
                WHERE o.tag = need.tag AND o.type = t.type AND o.sequence = t.sequence))
        ORDER BY t.sequence
        LIMIT q.most
    ) AS f
) AS m
JOIN entries e ON e.sequence = m.sequence
WHERE m.place <= m.most
ORDER BY m.ask, m.sequence
"""
_ENTRIES = "SELECT entry FROM entries WHERE sequence >= $1 AND sequence < $2 ORDER BY sequence"
_SNAPSHOTS = (
    "SELECT name, fingerprint, sequence, state FROM snapshots WHERE name = ANY ($1::text[])"
)
_HEAD = "SELECT origin, next_sequence, recorded_at FROM log_head"
_KEYS = """
SELECT k.* FROM idempotency_keys k JOIN (
    SELECT actor, decode(key, 'hex') AS key_sha256
    FROM unnest(string_to_array($1::text, E'\\x1f'), string_to_array($2::text, E'\\x1f'))
        AS t(actor, key)
) AS q USING (actor, key_sha256)
"""
_SAVE = """
INSERT INTO snapshots (name, fingerprint, sequence, state)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[])
ON CONFLICT (name) DO UPDATE
SET fingerprint = EXCLUDED.fingerprint, sequence = EXCLUDED.sequence, state = EXCLUDED.state
WHERE snapshots.sequence < EXCLUDED.sequence OR snapshots.fingerprint <> EXCLUDED.fingerprint
"""


class PostgresStore:
    """One service's log in its own database. Open it before use, or make it with `connect`."""

    def __init__(self, url: str, clock: Clock | None = None, connections: int = 4) -> None:
        """Name the database by its `postgresql://` address; nothing is connected yet."""
        self._clock = clock or SystemClock()
        self._connections = Connections(url, connections)
        self._connection = self._connections.one
        self.open = self._connections.open
        self.close = self._connections.close

    @staticmethod
    async def connect(url: str, clock: Clock | None = None, connections: int = 4) -> PostgresStore:
        """The open store at an address. Raises `Unavailable` when it does not answer."""
        store = PostgresStore(url, clock, connections)
        await store.open()
        return store

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[PostgresTransaction]:
        """Begin a group commit. Raises `UnwritableBatch` when the content cannot be written."""
        async with self._connection() as connection, connection.transaction():
            yield PostgresTransaction(connection)

    async def append(self, batch: Batch) -> bool:
        """Write a batch, unless the log has moved on or one of the keys was used: in one round
        trip, or a large one in a transaction of several.

        Raises `UnwritableBatch` when the content cannot be written.
        """
        first, *others = batch.parts(MOST_AT_ONCE)
        async with self._connection() as connection:
            try:
                if not others:
                    return await _append(connection, first, first.key_names)
                async with connection.transaction():
                    if not await _append(connection, first, first.key_names):
                        return False
                    await PostgresTransaction(connection).write_parts(others)
                    return True
            except asyncpg.UniqueViolationError as error:
                if error.constraint_name == IDEMPOTENCY_CONSTRAINT:
                    return False
                raise

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:
        """Boundary reads outside a commit, one statement for all. Raises `UnwritableBatch` like a
        commit.
        """
        async with self._connection() as connection:
            return await _read(connection, asks)

    async def entries(self, first: int, limit: int) -> list[bytes]:
        """Entry bytes from index `first` on."""
        async with self._connection() as connection:
            rows = await connection.fetch(
                _ENTRIES,
                first,
                first + limit,
            )
        return [row[0] for row in rows]

    async def head(self) -> Head:
        """Where the log ends now."""
        async with self._connection() as connection:
            return Head(*await connection.fetchrow(_HEAD))

    async def clock_skew(self) -> timedelta:
        """How far this process's clock can be ahead of the database's at the most, or behind it.

        Asking takes time, and within it nobody knows when the other clock was read: that doubt
        counts against us, so that a slow answer never hides a skewed clock (G1).
        """
        async with self._connection() as connection:
            before = self._clock.now()
            theirs = await connection.fetchval("SELECT clock_timestamp()")
            after = self._clock.now()
        doubt = (after - before) / 2
        ahead: timedelta = before + doubt - theirs
        return ahead - doubt if ahead < timedelta(0) else ahead + doubt

    async def snapshots(self, names: Sequence[str]) -> list[Snapshot]:
        """The latest snapshots of these folds."""
        async with self._connection() as connection:
            rows = await connection.fetch(_SNAPSHOTS, list(names))
        return [Snapshot(*row) for row in rows]

    async def save(self, snapshots: Sequence[Snapshot]) -> None:
        """Replace snapshots."""
        async with self._connection() as connection:
            await connection.execute(
                _SAVE,
                [snapshot.name for snapshot in snapshots],
                [snapshot.fingerprint for snapshot in snapshots],
                [snapshot.sequence for snapshot in snapshots],
                [snapshot.state for snapshot in snapshots],
            )


class PostgresTransaction:
    """One group commit on one connection."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - a pooled asyncpg connection has no public type
        """Use a connection that is in a transaction."""
        self._connection = connection

    async def lock_head(self) -> Head:
        """Lock the head row and read it."""
        return Head(*await self._connection.fetchrow(f"{_HEAD} FOR UPDATE"))

    async def tail(self, first: int) -> list[Recorded]:
        """The entries from index `first` on."""
        rows = await self._connection.fetch(
            "SELECT entry FROM entries WHERE sequence >= $1 ORDER BY sequence", first
        )
        return [decode(row[0]) for row in rows]

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:
        """Boundary reads within the commit."""
        return await _read(self._connection, asks)

    async def known_keys(self, names: Sequence[tuple[str, bytes]]) -> list[KeyUse]:
        """Which of these idempotency keys were used before."""
        rows = await self._connection.fetch(
            _KEYS,
            joined(SEPARATOR, [actor for actor, _ in names]),
            joined(SEPARATOR, [key.hex() for _, key in names]),
        )
        return [KeyUse(*row) for row in rows]

    async def write(self, batch: Batch) -> None:
        """Write entries, tags, keys, rows and the new head."""
        await self.write_parts(batch.parts(MOST_AT_ONCE))

    async def write_parts(self, parts: Sequence[Batch]) -> None:
        """Write batches one after another, each where the one before it ended."""
        for part in parts:
            if not await _append(self._connection, part, ()):
                raise LedgerError(f"the log did not end at {part.first} though its head was locked")


async def _append(connection: Any, batch: Batch, keys: Sequence[tuple[str, bytes]]) -> bool:  # noqa: ANN401 - as above
    sql, parameters = append_statement(batch, keys)
    return bool(await connection.fetchval(sql, *parameters))


async def _read(connection: Any, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:  # noqa: ANN401 - as above
    rows = await connection.fetch(BOUNDARY, *boundary_parameters(asks))
    decoded: dict[int, Recorded] = {}
    events: dict[int, list[Recorded]] = {}
    for place, sequence, entry in rows:
        if sequence not in decoded:
            decoded[sequence] = decode(entry)
        known = events.setdefault(place, [])
        if not known or known[-1].sequence != sequence:  # two alternatives may match one entry
            known.append(decoded[sequence])
    return [events.get(index, ()) for index in range(len(asks))]


def boundary_parameters(asks: Sequence[Ask]) -> tuple[str, str, str, str, str]:
    """What `BOUNDARY` takes to read these: as one text each, an item an alternative."""
    places: list[str] = []
    afters: list[str] = []
    most: list[str] = []
    tags: list[str] = []
    types: list[str] = []
    for index, ask in enumerate(asks):
        for alternative in ask.alternatives:
            places.append(str(index))
            afters.append(str(ask.after))
            most.append(str(ask.most))
            tags.append(_tags(alternative))
            types.append(_types(alternative.types))
    return (
        _OUTER.join(places),
        _OUTER.join(afters),
        _OUTER.join(most),
        joined(_OUTER, tags),
        joined(_OUTER, types),
    )


def _tags(alternative: Alternative) -> str:
    """The tags of an alternative as one text, which begins with the one that is walked."""
    if len(alternative.tags) > 1:
        return joined(SEPARATOR, alternative.narrowest_first)
    (tag,) = alternative.tags
    if SEPARATOR in tag:
        raise UnwritableBatch("a tag holds a control character")
    return tag


@lru_cache(maxsize=4096)
def _types(types: frozenset[str]) -> str:
    return joined(SEPARATOR, sorted(types))
