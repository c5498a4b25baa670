"""A tree that grows tile by tile, stopped anywhere and begun again, is one tree."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.transparency.errors import Malformed, TileMissing
from shared.transparency.merkle import EMPTY_ROOT, leaf_hash, root_of
from shared.transparency.proofs import root
from shared.transparency.tiles import Tile, TileReader, TreeBuilder, partial_tiles, tiles_at
from tests.support.trees import GrownLog, known_entries, known_leaves

LARGE = 70_000


@cache
def begun(size: int) -> GrownLog:
    log = GrownLog()
    log.grow(known_entries(size))
    return log


@settings(max_examples=60)
@given(
    st.sampled_from([0, 1, 255, 256, 511, 65_279, 65_535, 65_536]),
    st.lists(st.tuples(st.integers(0, 600), st.booleans(), st.booleans()), max_size=6),
)
def test_a_tree_restarted_from_its_tails_never_stopped(
    start: int, steps: list[tuple[int, bool, bool]]
) -> None:
    size, tiles = start, dict(begun(start).tiles)
    stopped = TreeBuilder(start, begun(start).tree.tails)
    for step, restart, from_tiles in steps:
        if restart and from_tiles:
            stopped = TreeBuilder.from_tiles(size, tiles)
        elif restart:
            stopped = TreeBuilder(stopped.size, stopped.tails)
        for growth in stopped.extend(known_leaves(LARGE)[size : size + step]):
            tiles[growth.tile] = growth.hashes
        size += step
    unbroken = TreeBuilder(start, begun(start).tree.tails)
    unbroken.extend(known_leaves(LARGE)[start:size])
    assert (stopped.size, stopped.tails) == (unbroken.size, unbroken.tails)
    assert stopped.root() == unbroken.root() == root(size, TileReader(size, tiles).hash_of)
    assert {*tiles_at(size)} <= tiles.keys()


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_535, 65_536, 66_100, LARGE])
def test_the_root_over_tiles_is_the_root_over_leaves(size: int) -> None:
    assert begun(size).tree.root() == root_of(known_leaves(size))


def test_a_hash_of_a_tile_covers_what_the_specification_says() -> None:
    leaves = known_leaves(LARGE)
    tiles = begun(LARGE).tiles
    assert {*tiles} == {*tiles_at(LARGE)}
    for tile in (*partial_tiles(LARGE), Tile(1, 0), Tile(0, 200)):
        spanned = 256**tile.level
        for place in {0, tile.width // 2, tile.width - 1}:
            first = (tile.index * 256 + place) * spanned
            held = tiles[tile][place * 32 : place * 32 + 32]
            assert held == root_of(leaves[first : first + spanned])


def test_only_tiles_that_grew_are_named_each_once_with_all_that_they_hold() -> None:
    tree, leaves = TreeBuilder(), known_leaves(600)
    assert tree.extend([]) == []
    assert [growth.tile for growth in tree.extend(leaves[:3])] == [Tile(0, 0, 3)]
    (grown,) = tree.extend(leaves[3:5])
    assert (grown.tile, grown.hashes) == (Tile(0, 0, 5), b"".join(leaves[:5]))
    grown_to_600 = [growth.tile for growth in tree.extend(leaves[5:])]
    assert grown_to_600 == [Tile(0, 0), Tile(0, 1), Tile(0, 2, 88), Tile(1, 0, 2)]


def test_the_empty_tree_has_no_tails() -> None:
    tree = TreeBuilder()
    assert (tree.size, tree.tails, tree.root()) == (0, (), EMPTY_ROOT)
    assert TreeBuilder.from_tiles(0, {}).root() == EMPTY_ROOT


def test_a_level_that_ends_with_a_full_tile_has_an_empty_tail() -> None:
    assert [len(tail) for tail in begun(65_536).tree.tails] == [0, 0, 32]


@pytest.mark.parametrize(
    ("size", "tails"),
    [
        (0, [b""]),
        (1, []),
        (1, [b"\0" * 31]),
        (1, [b"\0" * 32, b""]),
        (256, [b""]),
        (256, [b"\0" * 256 * 32, b"\0" * 32]),
        (-1, [b"\0" * 32]),
        (1 << 63, [b""] * 7 + [b"\0" * 128 * 32]),
    ],
)
def test_tails_that_are_not_those_of_the_size_are_refused(size: int, tails: list[bytes]) -> None:
    with pytest.raises(Malformed, match="not the partial tiles"):
        TreeBuilder(size, tails)


def test_a_tree_does_not_restart_without_one_of_its_partial_tiles() -> None:
    tiles = dict(begun(700).tiles)
    del tiles[Tile(1, 0, 2)]
    with pytest.raises(TileMissing, match=r"continue a tree of size 700: tile/1/000\.p/2"):
        TreeBuilder.from_tiles(700, tiles)


def test_what_is_no_hash_is_refused_and_no_tile_grows() -> None:
    tree = TreeBuilder()
    with pytest.raises(Malformed):
        tree.extend([leaf_hash(b""), b""])
    assert (tree.size, tree.tails) == (0, ())
