"""A proof proves one thing: changed in any way, or said of another tree, it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.transparency.errors import ProofRefused
from shared.transparency.merkle import EMPTY_ROOT, node_hash, root_of
from shared.transparency.verify import (
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)
from tests.support.trees import GrownLog, known_entries, known_leaves, with_one_bit_flipped

SIZE = 700
PLACES = st.integers(0, 256 * 64)


def log_of(size: int) -> GrownLog:
    log = GrownLog()
    log.grow(known_entries(size))
    return log


LOG = log_of(SIZE)
LEAVES = known_leaves(SIZE)
ROOT = LOG.tree.root()


def changed(proof: list[bytes], place: int) -> list[bytes]:
    """The proof with one bit of one hash flipped."""
    index = place // 256 % len(proof)
    return [*proof[:index], with_one_bit_flipped(proof[index], place % 256), *proof[index + 1 :]]


@given(st.integers(0, SIZE - 1), PLACES)
def test_an_inclusion_proof_with_one_bit_changed_is_refused(index: int, place: int) -> None:
    proof = LOG.inclusion(index)
    verify_inclusion(index=index, size=SIZE, leaf=LEAVES[index], proof=proof, root=ROOT)
    for leaf, path, root in (
        (with_one_bit_flipped(LEAVES[index], place), proof, ROOT),
        (LEAVES[index], changed(proof, place), ROOT),
        (LEAVES[index], proof, with_one_bit_flipped(ROOT, place)),
    ):
        with pytest.raises(ProofRefused):
            verify_inclusion(index=index, size=SIZE, leaf=leaf, proof=path, root=root)


@given(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1))
def test_an_inclusion_proof_is_of_one_index_only(index: int, other: int) -> None:
    if index == other:
        other = (other + 1) % SIZE
    with pytest.raises(ProofRefused):
        verify_inclusion(
            index=other, size=SIZE, leaf=LEAVES[index], proof=LOG.inclusion(index), root=ROOT
        )


@given(st.integers(0, SIZE - 1), st.integers(0, 12), st.sampled_from([EMPTY_ROOT, ROOT]))
def test_a_hash_too_many_or_too_few_is_refused(index: int, place: int, extra: bytes) -> None:
    proof = LOG.inclusion(index)
    place %= len(proof)
    longer = [*proof[:place], extra, *proof[place:]]
    for path in (longer, [*proof, extra], proof[:place] + proof[place + 1 :], proof[:-1]):
        with pytest.raises(ProofRefused):
            verify_inclusion(index=index, size=SIZE, leaf=LEAVES[index], proof=path, root=ROOT)


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_a_path_beyond_the_root_is_refused_even_to_a_root_that_it_leads_to(size: int) -> None:
    top, leaves = root_of(LEAVES[:size]), LEAVES[:size]
    log = log_of(size)
    forged = node_hash(EMPTY_ROOT, top)
    with pytest.raises(ProofRefused, match="hashes that nothing needs"):
        verify_inclusion(
            index=0, size=size, leaf=leaves[0], proof=[*log.inclusion(0), EMPTY_ROOT], root=forged
        )


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2, 3), (3, 4), (3, 8), (5, 7)])
def test_a_proof_beyond_the_roots_is_refused_even_to_roots_that_it_leads_to(
    old: int, new: int
) -> None:
    log = log_of(new)
    with pytest.raises(ProofRefused, match="hashes that nothing needs"):
        verify_consistency(
            old=old,
            new=new,
            old_root=root_of(LEAVES[:old]),
            new_root=node_hash(EMPTY_ROOT, log.tree.root()),
            proof=[*log.consistency(old), EMPTY_ROOT],
        )


@given(st.integers(1, SIZE - 1), PLACES)
def test_a_consistency_proof_with_one_bit_changed_is_refused(old: int, place: int) -> None:
    proof, old_root = LOG.consistency(old), root_of(LEAVES[:old])
    verify_consistency(old=old, new=SIZE, old_root=old_root, new_root=ROOT, proof=proof)
    for claim, path, two in (
        (with_one_bit_flipped(old_root, place), proof, ROOT),
        (old_root, changed(proof, place), ROOT),
        (old_root, proof, with_one_bit_flipped(ROOT, place)),
    ):
        with pytest.raises(ProofRefused):
            verify_consistency(old=old, new=SIZE, old_root=claim, new_root=two, proof=path)


@given(st.integers(1, SIZE - 1), st.integers(0, 12), st.sampled_from([EMPTY_ROOT, ROOT]))
def test_a_consistency_proof_of_another_length_is_refused(
    old: int, place: int, extra: bytes
) -> None:
    proof, old_root = LOG.consistency(old), root_of(LEAVES[:old])
    place %= len(proof)
    longer = [*proof[:place], extra, *proof[place:]]
    for path in (longer, [*proof, extra], proof[:place] + proof[place + 1 :], proof[:-1], []):
        with pytest.raises(ProofRefused):
            verify_consistency(old=old, new=SIZE, old_root=old_root, new_root=ROOT, proof=path)


@given(st.integers(1, SIZE - 1), st.integers(1, SIZE - 1))
def test_a_rewritten_history_is_not_proved_consistent(old: int, rewritten: int) -> None:
    forged = [*LEAVES]
    forged[rewritten % old] = EMPTY_ROOT
    with pytest.raises(ProofRefused):
        verify_consistency(
            old=old,
            new=SIZE,
            old_root=root_of(forged[:old]),
            new_root=ROOT,
            proof=LOG.consistency(old),
        )


@pytest.mark.parametrize("size", [1, 2, 7, 8])
def test_a_tree_is_consistent_with_itself_and_with_no_other_of_its_size(size: int) -> None:
    root = root_of(LEAVES[:size])
    verify_consistency(old=size, new=size, old_root=root, new_root=root, proof=[])
    for new_root, proof in ((ROOT, []), (root, [root])):
        with pytest.raises(ProofRefused, match="or they are two histories"):
            verify_consistency(old=size, new=size, old_root=root, new_root=new_root, proof=proof)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 8), (9, 8), (-1, 8), (1, 0)])
def test_the_empty_tree_and_a_shrinking_one_are_proved_nothing_about(old: int, new: int) -> None:
    with pytest.raises(ProofRefused, match="cannot be proved to continue"):
        verify_consistency(old=old, new=new, old_root=EMPTY_ROOT, new_root=EMPTY_ROOT, proof=[])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (8, 8), (-1, 8), (2**64 - 1, 8)])
def test_an_index_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(ProofRefused, match="has no leaf"):
        root_from_inclusion(index=index, size=size, leaf=EMPTY_ROOT, proof=[])


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_what_has_not_32_bytes_is_no_hash(length: int) -> None:
    wrong = b"\0" * length
    for leaf, proof, root in ((wrong, [ROOT], ROOT), (ROOT, [wrong], ROOT), (ROOT, [ROOT], wrong)):
        with pytest.raises(ProofRefused, match=f"has {length} bytes, not 32"):
            verify_inclusion(index=0, size=2, leaf=leaf, proof=proof, root=root)
    for old_root, new_root, proof in (
        (wrong, ROOT, [ROOT]),
        (ROOT, wrong, [ROOT]),
        (ROOT, ROOT, [wrong, ROOT, ROOT]),
        (ROOT, ROOT, [ROOT, wrong, ROOT]),
    ):
        with pytest.raises(ProofRefused, match=f"has {length} bytes, not 32"):
            verify_consistency(old=3, new=7, old_root=old_root, new_root=new_root, proof=proof)
