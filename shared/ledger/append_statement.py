"""The one statement that appends: it moves the head from where it was decided, or does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.database.errors import UnwritableBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.ledger.store import Batch

SEPARATOR = "\x1f"
HASH_BYTES = 32
_SPLIT = "string_to_array({}::text, E'\\x1f')"

# Lists come as one text each, split here: an array parameter would cost more than all the rest.
# Hashes come as one string of bytes, 32 each.
# `head` has one row if the log still ends where the batch was decided and no key that it only asked
# about was used before, else none; then nothing at all is written. A key that it uses itself is
# refused by the table's own primary key. Compare-and-swap, in one round trip.
_APPEND = """
WITH head AS (
    UPDATE log_head SET next_sequence = $1, recorded_at = $2
    WHERE next_sequence = $3 AND NOT EXISTS (
        SELECT FROM idempotency_keys k
        JOIN unnest({4}) WITH ORDINALITY AS q(actor, place)
        ON k.actor = q.actor AND k.key_sha256 = {5})
    RETURNING true AS held
), written AS (
    INSERT INTO entries (sequence, entry, leaf_hash)
    SELECT $3::bigint + e.place - 1, convert_to(e.entry, 'UTF8'), {7}
    FROM head, unnest({6}) WITH ORDINALITY AS e(entry, place)
), tagged AS (
    INSERT INTO entry_tags (tag, type, sequence)
    SELECT t.tag, t.type, t.sequence::bigint
    FROM head, unnest({8}, {9}, {10}) AS t(tag, sequence, type)
), keyed AS (
    INSERT INTO idempotency_keys (actor, key_sha256, request_sha256, first_sequence, entries)
    SELECT k.actor, {14}, {15}, k.first::bigint, k.entries::int
    FROM head, unnest({11}, {12}, {13}) WITH ORDINALITY AS k(actor, first, entries, place)
){rows}
SELECT count(*) FROM head
"""
_LAST = 15
_OF_BYTES = {5: "q", 7: "e", 14: "k", 15: "k"}
_BASE = _APPEND.format(
    *("",) * 4,
    *(
        f"substring(${index}::bytea, (({_OF_BYTES[index]}.place - 1) * {HASH_BYTES} + 1)::int,"
        f" {HASH_BYTES})"
        if index in _OF_BYTES
        else _SPLIT.format(f"${index}")
        for index in range(4, _LAST + 1)
    ),
    rows="{rows}",
)


def append_statement(batch: Batch, keys: Sequence[tuple[str, bytes]]) -> tuple[str, list[object]]:
    """The SQL and its parameters that write a batch; it answers 1 or 0.

    `keys` are the idempotency keys that must not have been used before, besides those that the
    batch itself uses.
    """
    rows = batch.rows.statements()
    written = ", ".join(
        f"row{index} AS ({statement.sql_with(index)})"
        for index, statement in enumerate(rows, start=_LAST + 1)
    )
    sql = _BASE.replace("{rows}", f", {written}" if written else "")
    parameters: list[object] = [batch.head.next_index, batch.head.recorded_at, batch.first]
    parameters += _keys(keys)
    parameters += _entries(batch)
    parameters += _used(batch)
    return sql, [*parameters, *(statement.rows for statement in rows)]


def joined(separator: str, values: Sequence[str]) -> str:
    """Values as one text, to be split by the database. None may hold the separator."""
    text = separator.join(values)
    if values and text.count(separator) != len(values) - 1:
        raise UnwritableBatch("an id or tag holds a control character")
    return text


def _hashes(values: Sequence[bytes]) -> bytes:
    hashes = b"".join(values)
    if len(hashes) != HASH_BYTES * len(values):
        raise UnwritableBatch("a SHA-256 has another length than 32 bytes")
    return hashes


def _keys(keys: Sequence[tuple[str, bytes]]) -> list[str | bytes]:
    return [
        joined(SEPARATOR, [actor for actor, _ in keys]),
        _hashes([key for _, key in keys]),
    ]


def _entries(batch: Batch) -> list[str | bytes]:
    tags: list[str] = []
    sequences: list[str] = []
    types: list[str] = []
    for entry in batch.stored:
        recorded = entry.recorded
        count = len(recorded.tags)
        tags += recorded.tags
        sequences += [str(recorded.sequence)] * count
        types += [recorded.event.TYPE] * count
    return [
        b"\x1f".join([stored.entry for stored in batch.stored]).decode(),
        _hashes([stored.leaf_hash for stored in batch.stored]),
        joined(SEPARATOR, tags),
        SEPARATOR.join(sequences),
        SEPARATOR.join(types),
    ]


def _used(batch: Batch) -> list[str | bytes]:
    return [
        joined(SEPARATOR, [use.actor for use in batch.keys]),
        SEPARATOR.join([str(use.first) for use in batch.keys]),
        SEPARATOR.join([str(use.entries) for use in batch.keys]),
        _hashes([use.key_sha256 for use in batch.keys]),
        _hashes([use.request_sha256 for use in batch.keys]),
    ]
