"""What the group commit needs of a store, whichever it is: PostgreSQL or memory."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Protocol

import msgspec

from shared.database.row_changes import RowBatch
from shared.ledger.entry import decode
from shared.ledger.recorded import Receipt, Recorded
from shared.transparency.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime, timedelta

    from shared.kernel.query import Alternative


class Head(msgspec.Struct, frozen=True, gc=False):
    """Where the log ends: the index of the next entry and when the last one was recorded."""

    origin: str
    next_index: int
    recorded_at: datetime


class Ask(msgspec.Struct, frozen=True, gc=False):
    """One boundary read: the first `most` events beyond `after` that any alternative matches."""

    after: int
    alternatives: tuple[Alternative, ...]
    most: int


class KeyUse(msgspec.Struct, frozen=True, gc=False):
    """How an idempotency key was used: by whom, for which request, and which entries came of it."""

    actor: str
    key_sha256: bytes
    request_sha256: bytes
    first: int
    entries: int

    @property
    def name(self) -> tuple[str, bytes]:
        """What a key is looked up by: a key belongs to its actor."""
        return (self.actor, self.key_sha256)


class Stored(msgspec.Struct, frozen=True, gc=False):
    """One entry to write: what it says, its bytes and its leaf hash."""

    recorded: Recorded
    entry: bytes
    leaf_hash: bytes

    @staticmethod
    def of(entry: bytes) -> Stored:
        """An entry as it is in the log."""
        return Stored(decode(entry), entry, leaf_hash(entry))

    @property
    def receipt(self) -> Receipt:
        """Where it stands."""
        recorded = self.recorded
        return Receipt(
            recorded.origin,
            recorded.sequence,
            recorded.entry_id,
            self.leaf_hash.hex(),
            recorded.recorded_at,
        )


class Snapshot(msgspec.Struct, frozen=True, gc=False):
    """A folded state at an index, encoded; disposable."""

    name: str
    fingerprint: str
    sequence: int
    state: bytes


@dataclass(slots=True)
class Batch:
    """Everything that one commit writes."""

    stored: list[Stored]
    keys: list[KeyUse]
    key_names: list[tuple[str, bytes]]
    """The idempotency keys that were looked for and taken for unused, besides `keys`."""
    rows: RowBatch
    first: int
    """The index at which it was decided, and that its first entry gets."""
    head: Head
    """Where the log ends with it."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.stored and not len(self.rows)

    def parts(self, most: int) -> list[Batch]:
        """The same in batches of at most so many entries and rows, to write one after another: the
        first one uses the keys, and if it is written so may the others be.
        """
        if max(len(self.stored), len(self.rows)) <= most:
            return [self]
        rows = self.rows.parts(most)
        starts = range(0, max(len(self.stored), len(rows) * most), most)
        parts: list[Batch] = []
        for start, changes in zip_longest(starts, rows):
            stored = self.stored[start : start + most]
            first = self.first + min(start, len(self.stored))
            last = stored[-1].recorded.recorded_at if stored else self.head.recorded_at
            head = Head(self.head.origin, first + len(stored), last)
            keys = ([], []) if parts else (self.keys, self.key_names)
            parts.append(Batch(stored, *keys, changes or RowBatch(), first, head))
        return parts


class Transaction(Protocol):
    """One group commit. The head is locked from `lock_head` to the end."""

    async def lock_head(self) -> Head:
        """Lock the head row and read it."""
        ...

    async def tail(self, first: int) -> list[Recorded]:
        """The entries from index `first` on."""
        ...

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:
        """Boundary reads, one statement for all; each answer in log order."""
        ...

    async def known_keys(self, names: Sequence[tuple[str, bytes]]) -> list[KeyUse]:
        """Which of these idempotency keys were used before, one statement for all."""
        ...

    async def write(self, batch: Batch) -> None:
        """Write entries, tags, keys, rows and the new head."""
        ...


class Store(Protocol):
    """One service's log. Connection failures are `shared.database.errors.Unavailable`."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a group commit; it commits when the block ends well."""
        ...

    async def append(self, batch: Batch) -> bool:
        """Write a batch, unless the log has moved on from where it was decided or one of the keys
        that it uses or asked for was used before: then nothing is written and the answer is no.
        """
        ...

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:
        """Boundary reads outside a commit, one statement for all; each answer in log order."""
        ...

    async def entries(self, first: int, limit: int) -> list[bytes]:
        """Entry bytes from index `first` on, in index order without a hole."""
        ...

    async def head(self) -> Head:
        """Where the log ends now."""
        ...

    async def clock_skew(self) -> timedelta:
        """How far this process's clock is ahead of the log's own."""
        ...

    async def snapshots(self, names: Sequence[str]) -> list[Snapshot]:
        """The latest snapshots of these folds, where there are any."""
        ...

    async def save(self, snapshots: Sequence[Snapshot]) -> None:
        """Replace snapshots, but none of the same code by an older one; losing one costs only
        time.
        """
        ...
