"""Proofs are verified here, by the iterative algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2.

Written apart from `shared.transparency.proofs`, so that one mistake is not made in both. The names
`fn`, `sn`, `fr` and `sr` are the RFC's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.transparency.errors import ProofRefused
from shared.transparency.merkle import HASH_SIZE, node_hash

if TYPE_CHECKING:
    from collections.abc import Sequence


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Refuse, with `ProofRefused`, a proof that the leaf `index` is in the tree with this root."""
    _refuse_no_hash("the root", root)
    if root_from_inclusion(index=index, size=size, leaf=leaf, proof=proof) != root:
        raise ProofRefused(
            f"entry {index} is not proved: its path does not lead to the root of size {size}"
        )


def root_from_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that a path leads to; raises `ProofRefused` unless it has the right length."""
    if not 0 <= index < size:
        raise ProofRefused(f"a tree of size {size} has no leaf {index}")
    _refuse_no_hash("the leaf", leaf)
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        _refuse_no_hash("a hash of the proof", p)
        if sn == 0:
            raise ProofRefused(f"the proof for entry {index} has hashes that nothing needs")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            fn, sn = _to_a_right_child(fn, sn)
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofRefused(f"the proof for entry {index} ends below the root of size {size}")
    return r


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Refuse, with `ProofRefused`, a proof that the tree `new` only added to the tree `old`.

    An `old` of 0 is refused too: every tree continues the empty one, so nothing was proved.
    """
    if not 0 < old <= new:
        raise ProofRefused(f"a tree of size {new} cannot be proved to continue one of size {old}")
    if old == new:
        if proof or old_root != new_root:
            raise ProofRefused(f"two trees of size {old} are equal, or they are two histories")
        return
    for name, value in (("the old root", old_root), ("the new root", new_root)):
        _refuse_no_hash(name, value)
    if _roots_from_consistency(old, new, old_root, proof) != (old_root, new_root):
        raise ProofRefused(f"size {new} is not proved to continue size {old}: the roots differ")


def _roots_from_consistency(
    old: int, new: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    path = [old_root, *proof] if old & (old - 1) == 0 else [*proof]
    if not proof:
        raise ProofRefused(f"size {new} is not proved to continue size {old}: the proof is empty")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    _refuse_no_hash("a hash of the proof", path[0])
    for c in path[1:]:
        _refuse_no_hash("a hash of the proof", c)
        if sn == 0:
            raise ProofRefused(f"the proof from size {old} has hashes that nothing needs")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            fn, sn = _to_a_right_child(fn, sn)
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofRefused(f"the proof from size {old} ends below the root of size {new}")
    return fr, sr


def _to_a_right_child(fn: int, sn: int) -> tuple[int, int]:
    """Climb, along the tree's right edge, levels at which the node has no sibling."""
    while not fn & 1 and fn:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _refuse_no_hash(name: str, value: bytes) -> None:
    if len(value) != HASH_SIZE:
        raise ProofRefused(f"{name} has {len(value)} bytes, not {HASH_SIZE}")
