"""Verifiers of other hands accept our logs, and refuse them after any one byte was changed.

pymerkle computes roots from entries; tlog-scales and metamorphic-log verify proofs.
"""

import struct
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import metamorphic_log
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from tlog_scales import tlog

from shared.transparency.merkle import leaf_hash
from shared.transparency.proofs import Node, consistency_nodes, inclusion_nodes
from shared.transparency.tiles import tile_of
from tests.support.trees import GrownLog, known_entries, with_one_bit_flipped

REFUSALS = (
    metamorphic_log.VerifyError,
    tlog.ConsistencyProofInvalid,
    tlog.InclusionProofInvalid,
)
Check = Callable[[], None]


class Inclusion(NamedTuple):
    """What an inclusion proof says."""

    leaf_index: int
    size: int
    leaf: bytes
    proof: list[bytes]
    root: bytes


class Consistency(NamedTuple):
    """What a consistency proof says."""

    old: int
    new: int
    proof: list[bytes]
    old_root: bytes
    new_root: bytes


def checks(said: Inclusion | Consistency) -> list[Check]:
    """What every verifier does with a proof: nothing, or it raises one of `REFUSALS`."""
    if isinstance(said, Inclusion):
        index, size, leaf, proof, root = said
        return [
            lambda: tlog.InclusionProof(index, size, proof).check(leaf, root),
            lambda: metamorphic_log.verify_inclusion(index, size, leaf, proof, root),
        ]
    old, new, proof, old_root, new_root = said
    return [
        lambda: tlog.ConsistencyProof(old, new, proof).check(old_root, new_root),
        lambda: metamorphic_log.verify_consistency(old, new, proof, old_root, new_root),
    ]


def accepted(said: Inclusion | Consistency) -> None:
    for check in checks(said):
        check()


def refused(said: Inclusion | Consistency) -> None:
    for check in checks(said):
        with pytest.raises(REFUSALS):
            check()


def root_elsewhere(entries: Sequence[bytes]) -> bytes:
    """The root that pymerkle computes."""
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(entries)
    root: bytes = tree.get_root()
    return root


def entries_of(bundles: Sequence[bytes]) -> list[bytes]:
    """The entries of bundles, read as C2SP tlog-tiles says and by none of our code."""
    entries, rest = [], b"".join(bundles)
    while rest:
        (length,) = struct.unpack_from(">H", rest)
        entries.append(rest[2 : 2 + length])
        rest = rest[2 + length :]
    return entries


def published(log: GrownLog) -> list[bytes]:
    return [bundle for _, bundle in sorted(log.bundles().items())]


@st.composite
def logs(draw: st.DrawFn) -> GrownLog:
    """A log of any entries, grown in any steps from any of a few sizes."""
    log = GrownLog()
    log.grow(known_entries(draw(st.sampled_from([0, 0, 250, 511]))))
    for step in draw(st.lists(st.lists(st.binary(max_size=300), max_size=20), max_size=5)):
        log.grow(step)
    if not log.size:
        log.grow([b"the only entry"])
    return log


BITS = st.integers(0, 1 << 20)


@given(logs(), st.data())
def test_proofs_from_our_tiles_are_accepted(log: GrownLog, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, log.size - 1))
    accepted(_inclusion(log, index))
    accepted(_consistency(log, index + 1))


@given(logs(), BITS, st.data())
def test_a_proof_with_any_one_byte_changed_is_refused(
    log: GrownLog, bit: int, data: st.DataObject
) -> None:
    said = _inclusion(log, data.draw(st.integers(0, log.size - 1)))
    refused(said._replace(leaf=with_one_bit_flipped(said.leaf, bit)))
    refused(said._replace(root=with_one_bit_flipped(said.root, bit)))
    if said.proof:
        refused(said._replace(proof=_with_one_bit_flipped(said.proof, bit)))
    continued = _consistency(log, data.draw(st.integers(1, log.size)))
    refused(continued._replace(old_root=with_one_bit_flipped(continued.old_root, bit)))
    refused(continued._replace(new_root=with_one_bit_flipped(continued.new_root, bit)))
    if continued.proof:
        refused(continued._replace(proof=_with_one_bit_flipped(continued.proof, bit)))


@given(logs(), BITS, st.data())
def test_a_proof_is_refused_after_any_byte_of_a_tile_that_it_needs_was_changed(
    log: GrownLog, bit: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, log.size - 1))
    intact = _inclusion(log, index)
    for node in inclusion_nodes(index, log.size)[:3]:
        changed = _with_a_changed_tile(log, node, bit)
        refused(intact._replace(proof=changed.inclusion(index)))
    old = data.draw(st.integers(1, log.size))
    for node in consistency_nodes(old, log.size)[:3]:
        changed = _with_a_changed_tile(log, node, bit)
        refused(_consistency(log, old)._replace(proof=changed.consistency(old)))


@settings(max_examples=30)
@given(logs())
def test_roots_and_every_hash_of_every_tile_are_computed_alike(log: GrownLog) -> None:
    entries = entries_of(published(log))
    assert entries == log.entries
    assert log.tree.root() == root_elsewhere(entries)
    for tile, content in log.tiles.items():
        spanned = 256**tile.level
        for place in {0, tile.width // 2, tile.width - 1}:
            first = (tile.index * 256 + place) * spanned
            expected = root_elsewhere(entries[first : first + spanned])
            assert content[place * 32 : place * 32 + 32] == expected


@settings(max_examples=30)
@given(logs(), st.data())
def test_another_root_comes_of_a_log_with_any_one_byte_changed(
    log: GrownLog, data: st.DataObject
) -> None:
    entries = entries_of(published(log))
    index = data.draw(st.integers(0, log.size - 1))
    if entries[index]:
        entries[index] = with_one_bit_flipped(entries[index], data.draw(BITS))
    else:
        entries[index] = b"\0"
    assert log.tree.root() != root_elsewhere(entries)


@pytest.mark.parametrize("index", [0, 1, 255, 256, 65_279, 65_535, 65_536, 69_999])
def test_proofs_from_a_log_of_three_levels_of_tiles_are_accepted(index: int) -> None:
    log = _log_of_70_000()
    said = _inclusion(log, index)
    accepted(said)
    refused(said._replace(proof=_with_one_bit_flipped(said.proof, index)))
    continued = _consistency(log, index + 1)
    accepted(continued)
    refused(continued._replace(old_root=with_one_bit_flipped(continued.old_root, index)))


@cache
def _log_of_70_000() -> GrownLog:
    log = GrownLog()
    log.grow(known_entries(70_000))
    return log


def _inclusion(log: GrownLog, index: int) -> Inclusion:
    leaf = leaf_hash(log.entries[index])
    return Inclusion(index, log.size, leaf, log.inclusion(index), log.tree.root())


def _consistency(log: GrownLog, old: int) -> Consistency:
    earlier = GrownLog()
    earlier.grow(log.entries[:old])
    return Consistency(old, log.size, log.consistency(old), earlier.tree.root(), log.tree.root())


def _with_one_bit_flipped(proof: list[bytes], bit: int) -> list[bytes]:
    place = bit % len(proof)
    return [*proof[:place], with_one_bit_flipped(proof[place], bit), *proof[place + 1 :]]


def _with_a_changed_tile(log: GrownLog, node: Node, bit: int) -> GrownLog:
    """The log as if one bit had flipped in its tile, among the hashes that a node comes from."""
    tile = tile_of(node, log.size)
    height = node.level - 8 * tile.level
    start = ((node.index << height) - tile.index * 256) * 32
    end = start + (32 << height)
    content = log.tiles[tile]
    changed = content[:start] + with_one_bit_flipped(content[start:end], bit) + content[end:]
    return GrownLog(log.entries, log.tree, log.tiles | {tile: changed})
