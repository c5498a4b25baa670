"""Merkle tree hashes of RFC 6962 §2.1 (SHA-256): leaves, nodes, roots, and a tree's right edge."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from shared.transparency.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HASH_SIZE: Final = 32
MAX_SIZE: Final = (1 << 63) - 1
"""The largest tree: sizes are signed 64-bit numbers in our database and in others' verifiers."""
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
# A copy of one that has begun costs a fifth less than a new one.
_LEAF: Final = hashlib.sha256(b"\x00")
_NODE: Final = hashlib.sha256(b"\x01")


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry: SHA-256 over 0x00 and the entry, 32 bytes."""
    sha256 = _LEAF.copy()
    sha256.update(entry)
    return sha256.digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over 0x01 and both children."""
    sha256 = _NODE.copy()
    sha256.update(left + right)
    return sha256.digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of a tree with these leaf hashes (RFC 6962 §2.1, MTH)."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def fold(peaks: Sequence[bytes]) -> bytes:
    """One hash of perfect subtrees that stand side by side, the largest first; there is one."""
    *others, folded = peaks
    for peak in reversed(others):
        folded = node_hash(peak, folded)
    return folded


class Frontier:
    """The right edge of a growing tree: its size and the roots of its largest perfect subtrees.

    All that a root and further leaves need, whatever the size: one hash for each bit set in it.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Continue a tree of `size` leaves whose peaks are these, the largest first."""
        if not 0 <= size <= MAX_SIZE or size.bit_count() != len(peaks):
            raise Malformed(f"{len(peaks)} peaks are not the frontier of a tree of size {size}")
        refuse_other_lengths(peaks)
        self._size = size
        self._peaks = list(peaks)

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of its largest perfect subtrees, the largest first."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Take one further leaf hash; raises `Malformed` if it is none."""
        refuse_other_lengths((leaf,))
        peak, bits = leaf, self._size
        while bits & 1:
            peak, bits = node_hash(self._peaks.pop(), peak), bits >> 1
        self._peaks.append(peak)
        self._size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Take further leaf hashes; raises `Malformed`, and takes none, if one is no hash."""
        row = list(leaves)
        refuse_other_lengths(row)
        kept: list[bytes] = []
        bits = self._size
        self._size += len(row)
        while row:
            if bits & 1:
                row.insert(0, self._peaks.pop())
            if len(row) & 1:
                kept.append(row.pop())
            row = _row_above(row)
            bits >>= 1
        self._peaks.extend(reversed(kept))

    def root(self) -> bytes:
        return fold(self._peaks) if self._peaks else EMPTY_ROOT

    def copy(self) -> Frontier:
        """The same tree, to be continued apart from this one."""
        return Frontier(self._size, self._peaks)


def refuse_other_lengths(hashes: Sequence[bytes]) -> None:
    """Raise `Malformed` if one of them has not 32 bytes: it would hash like something else."""
    if others := set(map(len, hashes)) - {HASH_SIZE}:
        raise Malformed(f"a hash has {HASH_SIZE} bytes, not {min(others)}")


def _row_above(row: list[bytes]) -> list[bytes]:
    """The parents of an even number of nodes. Every hash of a tree is made here, so it is bare."""
    sha256, children = hashlib.sha256, iter(row)
    pairs = zip(children, children, strict=True)
    return [sha256(b"\x01" + left + right).digest() for left, right in pairs]
