"""Proofs are made here (RFC 6962 §2.1.1, §2.1.2), from the hashes of perfect subtrees.

A proof hash covers a range of leaves. Left of the path a range is one perfect subtree; at the right
edge of the tree it is several, side by side, whose hashes are folded into one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from shared.transparency.errors import ProofRefused
from shared.transparency.merkle import EMPTY_ROOT, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Node(msgspec.Struct, frozen=True, order=True):
    """A perfect subtree: leaves `index << level` up to, and not with, `(index + 1) << level`."""

    level: int
    index: int


HashOf: TypeAlias = Callable[[Node], bytes]
_Range: TypeAlias = tuple[int, int]


def root_nodes(size: int) -> tuple[Node, ...]:
    """The perfect subtrees that the root of a tree of this size is folded from, largest first."""
    return (*_perfect((0, size)),)


def inclusion_nodes(index: int, size: int) -> tuple[Node, ...]:
    """The perfect subtrees that an inclusion proof needs."""
    return _nodes(_inclusion_ranges(index, size))


def consistency_nodes(old: int, new: int) -> tuple[Node, ...]:
    """The perfect subtrees that a consistency proof needs."""
    return _nodes(_consistency_ranges(old, new))


def root(size: int, hash_of: HashOf) -> bytes:
    return _range_hash((0, size), hash_of) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, hash_of: HashOf) -> list[bytes]:
    """Prove that the leaf `index` is in the tree of `size`; raises `ProofRefused` if it is not."""
    return [_range_hash(part, hash_of) for part in _inclusion_ranges(index, size)]


def consistency_proof(old: int, new: int, hash_of: HashOf) -> list[bytes]:
    """Prove that the tree of size `new` continues that of size `old`.

    Empty when there is nothing to prove: `old` is 0 (as C2SP tlog-witness has it) or equals `new`.
    Raises `ProofRefused` when `old` is larger.
    """
    return [_range_hash(part, hash_of) for part in _consistency_ranges(old, new)]


def _inclusion_ranges(index: int, size: int) -> list[_Range]:
    if not 0 <= index < size:
        raise ProofRefused(f"no inclusion proof: a tree of size {size} has no leaf {index}")
    siblings: list[_Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return siblings[::-1]


def _consistency_ranges(old: int, new: int) -> list[_Range]:
    if not 0 <= old <= new:
        raise ProofRefused(f"no consistency proof: a tree of size {new} continues none of {old}")
    if old == 0:
        return []
    siblings: list[_Range] = []
    start, end = 0, new
    while end != old:
        middle = _middle(start, end)
        if old <= middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    if start:  # else the old tree is itself a subtree of the new one: its root is known already
        siblings.append((start, end))
    return siblings[::-1]


def _middle(start: int, end: int) -> int:
    """Where a range of leaves is split: after the largest power of two smaller than its width."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _perfect(part: _Range) -> Iterator[Node]:
    """The perfect subtrees of a range that the tree itself has, largest first."""
    start, end = part
    while start < end:
        level = (end - start).bit_length() - 1
        yield Node(level, start >> level)
        start += 1 << level


def _nodes(parts: Iterable[_Range]) -> tuple[Node, ...]:
    return tuple(node for part in parts for node in _perfect(part))


def _range_hash(part: _Range, hash_of: HashOf) -> bytes:
    return fold([hash_of(node) for node in _perfect(part)])
