"""Entries that have arrived and that no checkpoint has proved yet, by their index, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from shared.transparency.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 8_192
"""How many entries may wait, in all and between the last proved one and the farthest."""
MOST_BYTES = 64 << 20
Offered = Literal["taken", "known", "other", "proved", "too-far"]


class Arrived(msgspec.Struct, frozen=True, gc=False):
    """An entry's bytes as they came, their leaf hash, and whence: an offset, or the origin."""

    entry: bytes
    leaf: bytes
    offset: int | None


class UnprovedEntries:
    """What waits to be proved: indices from `first` on, in any order, each once."""

    def __init__(self) -> None:
        """Wait for the first entry of a log."""
        self.first = 0
        self.end = 0
        """The first index from `first` on that has not arrived."""
        self._held: dict[int, Arrived] = {}
        self._bytes = 0

    def __len__(self) -> int:
        """How many wait."""
        return len(self._held)

    @property
    def is_full(self) -> bool:
        """Whether whoever brings entries must wait until some are proved."""
        return len(self._held) >= MOST or self._bytes >= MOST_BYTES

    @property
    def farthest(self) -> int:
        """The index after the farthest entry that waits."""
        return max(self._held, default=self.first - 1) + 1

    def offset_from(self, index: int) -> int | None:
        """The topic's offset from which all that waits from `index` on is there again."""
        offsets = [entry.offset for waiting, entry in self._held.items() if waiting >= index]
        return min((offset for offset in offsets if offset is not None), default=None)

    def offer(self, index: int, entry: bytes, offset: int | None) -> Offered:
        """Take an entry unless one of this index waits, or was proved, or it is far ahead."""
        if index < self.first:
            return "proved"
        held = self._held.get(index)
        if held is not None:
            return "known" if held.entry == entry else "other"
        if index >= self.first + MOST:
            return "too-far"
        self._held[index] = Arrived(entry, leaf_hash(entry), offset)
        self._bytes += len(entry)
        if index == self.end:
            self._advance()
        return "taken"

    def arrived(self, end: int) -> list[Arrived]:
        """The entries from `first` up to `end`, all of which have arrived."""
        return [self._held[index] for index in range(self.first, end)]

    def arrived_at(self, index: int) -> Arrived:
        """The entry at an index that has arrived."""
        return self._held[index]

    def is_from_origin(self, index: int) -> bool:
        """Whether an entry that waits was fetched from its origin."""
        return self._held[index].offset is None

    def missing(self, end: int) -> Iterator[tuple[int, int]]:
        """The holes up to `end`: first index, and the index after the last."""
        start: int | None = None
        for index in range(self.end, end + 1):
            is_hole = index < end and index not in self._held
            if is_hole and start is None:
                start = index
            elif not is_hole and start is not None:
                yield start, index
                start = None

    def proved(self, end: int) -> None:
        """Forget what comes before `end`."""
        for index in [held for held in self._held if held < end]:
            self._bytes -= len(self._held.pop(index).entry)
        self.first = end
        self.end = max(self.end, end)
        self._advance()

    def drop(self, index: int) -> None:
        """Forget an entry that is not the log's."""
        self._bytes -= len(self._held.pop(index).entry)
        self.end = min(self.end, index)

    def _advance(self) -> None:
        while self.end in self._held:
            self.end += 1
