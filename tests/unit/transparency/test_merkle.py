"""Roots are those of RFC 6962, and a tree's right edge is all that its growth needs."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.transparency.errors import Malformed
from shared.transparency.merkle import EMPTY_ROOT, MAX_SIZE, Frontier, leaf_hash, root_of
from tests.support.trees import defined_root, known_leaves

GOLDEN = {
    0: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    1: "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE=",
    2: "WkdmL9ijF9lgSaP59HxV3GfKZgUbqjaD27GbL+CaB7A=",
    3: "lPvQ3YNvUDAWkubQ6t5yjuGexSv/8WBu2AfIV11aqhk=",
    255: "z2Z5PmMp3/JC6zzuCm82rT46GW3MVzoex3XhAr6GPxw=",
    256: "2mWW2VNp9f7zIquOTg2jsLUCNqqcijsdJG90Ecni4y4=",
    257: "XB/f6DU1gCLyOS3keNvgU/wTDP4dOggoeakM9r8Uv34=",
    1000: "NGxrnLicS3b6ydyyDNqG46AcCldBfBOQKOrNRTj96Vs=",
    70_000: "o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao=",
}


def test_the_leaf_hash_of_entry_0() -> None:
    golden = "773885a613489e24ce2cf76199d6a423f042e4bbf12d7eecee912ef276c65701"
    assert leaf_hash(b"entry 0").hex() == golden


@pytest.mark.parametrize(("size", "golden"), GOLDEN.items())
def test_a_root_is_the_one_that_independent_implementations_compute(size: int, golden: str) -> None:
    assert root_of(known_leaves(size)) == base64.b64decode(golden)


def test_the_root_of_no_entries_is_the_hash_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT
    assert base64.b64encode(EMPTY_ROOT).decode() == GOLDEN[0]


@pytest.mark.parametrize("size", [*range(1, 70), 511, 512, 513, 1023])
def test_a_root_is_what_the_rfc_defines(size: int) -> None:
    leaves = known_leaves(size)
    assert root_of(leaves) == defined_root(leaves)


@given(st.lists(st.integers(0, 90), max_size=8), st.integers(0, 8))
def test_a_tree_that_grows_in_any_steps_is_the_same_tree(steps: list[int], stop: int) -> None:
    leaves, grown = known_leaves(sum(steps)), Frontier()
    for index, step in enumerate(steps):
        if index == stop:
            grown = Frontier(grown.size, grown.peaks)
        grown.extend(leaves[grown.size : grown.size + step])
    assert grown.size == sum(steps)
    assert grown.root() == root_of(leaves)


def test_a_leaf_appended_is_a_tree_extended_by_one() -> None:
    leaves, grown = known_leaves(70), Frontier()
    for size, leaf in enumerate(leaves, start=1):
        grown.append(leaf)
        assert (grown.size, grown.root()) == (size, root_of(leaves[:size]))
    assert grown.peaks == (root_of(leaves[:64]), root_of(leaves[64:68]), root_of(leaves[68:]))


def test_a_copy_grows_apart_from_its_original() -> None:
    leaves, original = known_leaves(8), Frontier()
    original.extend(leaves[:5])
    copy = original.copy()
    copy.extend(leaves[5:])
    assert (original.size, original.root()) == (5, root_of(leaves[:5]))
    assert (copy.size, copy.root()) == (8, root_of(leaves))


@pytest.mark.parametrize(
    ("size", "peaks"),
    [
        (0, [EMPTY_ROOT]),
        (1, []),
        (3, [EMPTY_ROOT]),
        (4, [EMPTY_ROOT, EMPTY_ROOT]),
        (-1, [EMPTY_ROOT]),
        (1, [EMPTY_ROOT[:-1]]),
        (1, [EMPTY_ROOT + b"\0"]),
        (MAX_SIZE + 1, [EMPTY_ROOT]),
    ],
)
def test_peaks_that_are_not_those_of_the_size_are_refused(size: int, peaks: list[bytes]) -> None:
    with pytest.raises(Malformed):
        Frontier(size, peaks)


def test_what_is_no_hash_is_refused_and_nothing_is_taken() -> None:
    grown = Frontier()
    with pytest.raises(Malformed, match="a hash has 32 bytes, not 64"):
        grown.extend([EMPTY_ROOT, EMPTY_ROOT * 2])
    with pytest.raises(Malformed, match="a hash has 32 bytes, not 64"):
        grown.append(EMPTY_ROOT * 2)
    assert (grown.size, grown.root()) == (0, EMPTY_ROOT)
