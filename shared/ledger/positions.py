"""How far a follower has come in another service's log, written together with its effects."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from shared.database.row_changes import Insert
from shared.ledger.errors import MAX_ENTRY_BYTES
from shared.ledger.tables import FOLLOWER_POSITIONS, TOPIC_FINDINGS, ledger_tables

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from shared.database.reads import Reads
    from shared.ledger.memory import MemoryStore

_TABLES = ledger_tables(sa.MetaData()).tables
_POSITIONS, _FINDINGS = _TABLES[FOLLOWER_POSITIONS], _TABLES[TOPIC_FINDINGS]
HASH_SIZE = 32
FIRST_KEPT = 64
NEWEST_KEPT = 64
"""So many findings of a log are kept: the first and the newest; the rest is counted."""


class Position(msgspec.Struct, frozen=True):
    """The index of the next entry to apply, and the offset in the topic from which to read on."""

    sequence: int = 0
    offset: int = 0
    peaks: tuple[bytes, ...] = ()
    """The right edge of the tree of what was applied: the next entries are proved from there."""
    types: frozenset[str] = frozenset()
    """What it has reacted to in all that it has been through."""
    late: frozenset[str] = frozenset()
    """What it reacts to besides, and goes over the entries before `until` for."""
    until: int = 0


class TopicFinding(msgspec.Struct, frozen=True):
    """A record that lies in a log's topic and is not the log's entry. It was not applied."""

    origin: str
    offset: int
    sequence: int | None
    """The index that it claims; nothing where it has none that can be read."""
    why: str
    record: bytes
    """The record's value as it lay there: the evidence."""


def position_row(origin: str, position: Position, at: datetime) -> Insert:
    """The row change that goes in with what was applied."""
    values = {
        "origin": origin,
        "next_sequence": position.sequence,
        "next_offset": position.offset,
        "peaks": b"".join(position.peaks),
        "types": _text(position.types),
        "late_types": _text(position.late),
        "late_until": position.until,
        "applied_at": at,
    }
    return Insert(_POSITIONS, values)


class KeptFinding(msgspec.Struct, frozen=True):
    """Which finding of a log a slot holds, counted from 0, and its place in the topic."""

    number: int
    offset: int


def slot_of(number: int) -> int:
    """Where a finding is kept: the first ones for good, then the newest ones in turn."""
    return number if number < FIRST_KEPT else FIRST_KEPT + (number - FIRST_KEPT) % NEWEST_KEPT


def finding_row(finding: TopicFinding, number: int, at: datetime) -> Insert:
    """The row change that keeps a finding, in the place of an older one where all are taken.

    Of a record that is larger than any entry the beginning is kept, its size and its digest.
    """
    values = {
        "origin": finding.origin,
        "slot": slot_of(number),
        "number": number,
        "topic_offset": finding.offset,
        "sequence": finding.sequence,
        "why": finding.why,
        "record": finding.record[:MAX_ENTRY_BYTES],
        "size": len(finding.record),
        "sha256": hashlib.sha256(finding.record).hexdigest(),
        "found_at": at,
        "acknowledged_at": None,
        "acknowledged": None,
    }
    return Insert(_FINDINGS, values)


def _kept(rows: Iterable[Any]) -> tuple[KeptFinding, ...]:
    return tuple(KeptFinding(row["number"], row["topic_offset"]) for row in rows)


def _position(row: Any) -> Position:  # noqa: ANN401 - a row of the database or of its twin
    if row is None:
        return Position()
    peaks = row["peaks"]
    hashes = (peaks[start : start + HASH_SIZE] for start in range(0, len(peaks), HASH_SIZE))
    return Position(
        sequence=row["next_sequence"],
        offset=row["next_offset"],
        peaks=tuple(hashes),
        types=frozenset(row["types"].split()),
        late=frozenset(row["late_types"].split()),
        until=row["late_until"],
    )


def _text(types: frozenset[str]) -> str:
    """Types as one text; none has a space in its name."""
    return " ".join(sorted(types))


class TablePositions:
    """Positions in the service's database."""

    def __init__(self, reads: Reads) -> None:
        """Read them with `reads`."""
        self._reads = reads

    async def read(self, origin: str) -> Position:
        """How far the follower of this log has come. Raises `Unavailable`."""
        return _position(
            await self._reads.first(sa.select(_POSITIONS).where(_POSITIONS.c.origin == origin))
        )

    async def findings(self, origin: str) -> tuple[KeptFinding, ...]:
        """Which findings of this log are kept. Raises `Unavailable`."""
        select = sa.select(_FINDINGS.c.number, _FINDINGS.c.topic_offset)
        return _kept(await self._reads.all(select.where(_FINDINGS.c.origin == origin)))


class MemoryPositions:
    """Positions in a memory store."""

    def __init__(self, store: MemoryStore) -> None:
        """Read what was written to `store`."""
        self._store = store

    async def read(self, origin: str) -> Position:
        """How far the follower of this log has come."""
        return _position(self._store.rows.get(FOLLOWER_POSITIONS, {}).get((origin,)))

    async def findings(self, origin: str) -> tuple[KeptFinding, ...]:
        """Which findings of this log are kept."""
        rows = self._store.rows.get(TOPIC_FINDINGS, {})
        return _kept(row for key, row in rows.items() if key[0] == origin)
