"""Proofs made from perfect subtrees verify, and ask for no subtree that they do not need."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.transparency.errors import ProofRefused
from shared.transparency.merkle import EMPTY_ROOT, MAX_SIZE, root_of
from shared.transparency.proofs import (
    Node,
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
    root,
    root_nodes,
)
from shared.transparency.verify import verify_consistency, verify_inclusion
from tests.support.trees import known_leaves

SIZES = range(1, 41)


class Asked:
    """The hashes of a tree's perfect subtrees, and which of them were asked for."""

    def __init__(self, size: int) -> None:
        """Know the tree of so many known leaves."""
        self.leaves = known_leaves(size)
        self.nodes: list[Node] = []

    def hash_of(self, node: Node) -> bytes:
        self.nodes.append(node)
        leaves = self.leaves[node.index << node.level : (node.index + 1) << node.level]
        assert len(leaves) == 1 << node.level, "a perfect subtree"
        return root_of(leaves)


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proved_to_be_in_its_tree(size: int) -> None:
    leaves = known_leaves(size)
    for index in range(size):
        asked = Asked(size)
        proof = inclusion_proof(index, size, asked.hash_of)
        verify_inclusion(
            index=index, size=size, leaf=leaves[index], proof=proof, root=root_of(leaves)
        )
        assert inclusion_nodes(index, size) == (*asked.nodes,)


@pytest.mark.parametrize("new", SIZES)
def test_every_tree_is_proved_to_continue_every_earlier_one(new: int) -> None:
    leaves = known_leaves(new)
    for old in range(1, new + 1):
        asked = Asked(new)
        proof = consistency_proof(old, new, asked.hash_of)
        old_root, new_root = root_of(leaves[:old]), root_of(leaves)
        verify_consistency(old=old, new=new, old_root=old_root, new_root=new_root, proof=proof)
        assert consistency_nodes(old, new) == (*asked.nodes,)


@pytest.mark.parametrize("size", SIZES)
def test_a_root_is_folded_from_the_largest_perfect_subtrees(size: int) -> None:
    asked = Asked(size)
    assert root(size, asked.hash_of) == root_of(known_leaves(size))
    assert root_nodes(size) == (*asked.nodes,)
    assert [node.level for node in asked.nodes] == sorted(
        (node.level for node in asked.nodes), reverse=True
    )


def test_the_empty_tree_asks_for_nothing() -> None:
    assert root(0, Asked(0).hash_of) == EMPTY_ROOT
    assert root_nodes(0) == ()


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 9), (1, 1), (8, 8), (9, 9)])
def test_where_there_is_nothing_to_prove_the_proof_is_empty(old: int, new: int) -> None:
    assert consistency_proof(old, new, Asked(new).hash_of) == []


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (9, 8), (-1, 8)])
def test_a_leaf_that_the_tree_has_not_is_not_proved(index: int, size: int) -> None:
    with pytest.raises(ProofRefused, match=f"a tree of size {size} has no leaf {index}"):
        inclusion_nodes(index, size)


@pytest.mark.parametrize(("old", "new"), [(1, 0), (9, 8), (-1, 8)])
def test_a_shorter_tree_continues_no_longer_one(old: int, new: int) -> None:
    with pytest.raises(ProofRefused, match="no consistency proof"):
        consistency_nodes(old, new)


@given(st.integers(0, 999_999))
def test_a_proof_from_a_million_entries_has_at_most_20_hashes(index: int) -> None:
    assert len(inclusion_proof(index, 1_000_000, lambda _: EMPTY_ROOT)) <= 20


@given(st.data(), st.integers(1, MAX_SIZE))
def test_no_tree_is_too_large_for_a_proof(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    assert len(inclusion_proof(index, size, lambda _: EMPTY_ROOT)) <= 63
    assert len(consistency_proof(index, size, lambda _: EMPTY_ROOT)) <= 64
    needed = {*inclusion_nodes(index, size), *consistency_nodes(index, size), *root_nodes(size)}
    assert all((node.index + 1) << node.level <= size for node in needed)
