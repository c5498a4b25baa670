"""A tile has one name and one content: strict parsers, and every node from its tile."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.transparency.errors import Malformed, ProofRefused, TileMissing
from shared.transparency.merkle import MAX_SIZE, root_of
from shared.transparency.proofs import (
    Node,
    consistency_nodes,
    inclusion_nodes,
    inclusion_proof,
    root,
    root_nodes,
)
from shared.transparency.tiles import (
    Tile,
    TileReader,
    bundle_path,
    bundles_at,
    node_from_tile,
    parse_bundle_path,
    parse_tile,
    partial_tiles,
    tile_of,
    tiles_at,
    tiles_for,
)
from tests.support.trees import GrownLog, known_entries, known_leaves

GOLDEN_PATHS = {
    Tile(0, 0): "tile/0/000",
    Tile(0, 67, 8): "tile/0/067.p/8",
    Tile(0, 1067): "tile/0/x001/067",
    Tile(3, 1234067): "tile/3/x001/x234/067",
    Tile(0, 1234067, 255): "tile/0/x001/x234/067.p/255",
    Tile(7, 0, 127): "tile/7/000.p/127",
    Tile(0, 1000): "tile/0/x001/000",
}
NEAR_MISSES = [
    "000",
    "000.p/8",
    "x001/x234/067",
    "x000/067",
    "x000/x001/067",
    "1000",
    "67",
    "0067",
    "x067",
    "001/067",
    "x001/x067",
    "x001/067/",
    "/067",
    "067.p/0",
    "067.p/08",
    "067.p/256",
    "067.p/999",
    "067.p/1000",
    "067.p/-1",
    "067.p/+1",
    "067.p/",
    "067.p",
    "067.P/8",
    "067.p/8/",
    "067.p/8\n",
    "067\n",
    " 067",
    "\u0660\u0666\u0667",
    "x\u0660\u0660\u0661/067",
    "067.p/\u0668",
    "%30%36%37",
    "..",
    "x999/x999/x999/x999/x999/x999/999",
    "x001/" * 2000 + "000",
    "",
]
LEVELS = ["0", "1", "7", "8", "63", "64", "00", "01", "-1", "", "x", "entries", "\u0660", "0 "]
PATHS = st.one_of(
    st.text(max_size=80),
    st.text("tilenrsx0123456789/.p-", max_size=80),
    st.builds("tile/{}/{}".format, st.sampled_from(LEVELS), st.sampled_from(NEAR_MISSES)),
    st.from_regex(r"tile/([0-9]{1,2}|entries)/(x[0-9]{3}/){0,6}[0-9]{3}(\.p/[0-9]{1,3})?"),
)


@st.composite
def tiles(draw: st.DrawFn) -> Tile:
    """Any tile that a tree can have."""
    level = draw(st.integers(0, 7))
    hashes = MAX_SIZE >> 8 * level
    width = draw(st.integers(1, min(256, hashes)))
    return Tile(level, draw(st.integers(0, (hashes - width) // 256)), width)


@pytest.mark.parametrize(("tile", "path"), GOLDEN_PATHS.items())
def test_a_tile_is_written_in_groups_of_three_digits(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_tile(path) == tile
    bundle = path.replace(f"tile/{tile.level}/", "tile/entries/")
    assert bundle_path(tile.index, tile.width) == bundle
    assert parse_bundle_path(bundle) == (tile.index, tile.width)


@given(tiles())
def test_a_tile_survives_being_written(tile: Tile) -> None:
    assert parse_tile(tile.path) == tile
    path = bundle_path(tile.index, tile.width)
    assert parse_bundle_path(path) == (tile.index, tile.width)


@given(PATHS)
def test_whatever_is_no_tile_is_malformed_and_nothing_else(path: str) -> None:
    try:
        tile = parse_tile(path)
    except Malformed:
        pass
    else:
        assert tile.path == path
        assert (tile.index * 256 + tile.width) << 8 * tile.level <= MAX_SIZE


@given(PATHS)
def test_whatever_is_no_bundle_is_malformed_and_nothing_else(path: str) -> None:
    try:
        index, width = parse_bundle_path(path)
    except Malformed:
        pass
    else:
        assert bundle_path(index, width) == path


@pytest.mark.parametrize("name", NEAR_MISSES[3:])
def test_a_second_spelling_of_a_tile_is_refused(name: str) -> None:
    with pytest.raises(Malformed):
        parse_tile(f"tile/0/{name}")
    with pytest.raises(Malformed):
        parse_bundle_path(f"tile/entries/{name}")


@pytest.mark.parametrize("level", LEVELS[3:])
def test_a_level_that_no_tree_has_is_refused(level: str) -> None:
    with pytest.raises(Malformed):
        parse_tile(f"tile/{level}/000.p/1")


@pytest.mark.parametrize(
    "path", ["tile/7/000", "tile/7/000.p/128", "tile/7/001.p/1", "tile/6/127", "tile/8/000.p/1"]
)
def test_a_tile_beyond_the_largest_tree_is_refused(path: str) -> None:
    with pytest.raises(Malformed, match="no tree is so large"):
        parse_tile(path)


def test_a_tree_of_70_000_has_the_tiles_that_the_specification_counts() -> None:
    counted = Counter((tile.level, tile.width) for tile in tiles_at(70_000))
    assert counted == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    assert partial_tiles(70_000) == (Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1))
    assert [*bundles_at(70_000)] == [*((index, 256) for index in range(273)), (273, 112)]


def test_a_tree_of_256_has_a_full_tile_and_a_partial_one_above() -> None:
    assert [*tiles_at(256)] == [Tile(0, 0), Tile(1, 0, 1)]
    assert partial_tiles(256) == (Tile(1, 0, 1),)


def test_the_empty_tree_has_no_tiles() -> None:
    assert [*tiles_at(0), *partial_tiles(0), *bundles_at(0)] == []


@given(st.integers(0, 2_000_000))
def test_the_partial_tiles_are_those_of_the_tree_that_are_not_full(size: int) -> None:
    assert partial_tiles(size) == tuple(tile for tile in tiles_at(size) if tile.width < 256)
    assert sum(width for _, width in bundles_at(size)) == size


def test_a_tile_says_the_first_leaf_that_it_covers() -> None:
    assert [Tile(0, 3).first_leaf, Tile(1, 3).first_leaf, Tile(2, 1, 4).first_leaf] == [
        768,
        196_608,
        16_777_216,
    ]


@given(st.data(), st.integers(1, MAX_SIZE))
def test_what_a_proof_needs_is_in_the_trees_own_tiles(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    nodes = (
        *inclusion_nodes(index, size),
        *consistency_nodes(index + 1, size),
        *root_nodes(size),
    )
    needed = tiles_for(nodes, size)
    assert len({*needed}) == len(needed) <= 8 * 4
    for tile in needed:
        assert parse_tile(tile.path) == tile
        assert tile.width == 256 or tile in partial_tiles(size)


def test_every_node_of_a_tree_comes_from_its_tile() -> None:
    size = 66_000
    log, leaves = _log(size), known_leaves(size)
    reader = TileReader(size, log.tiles)
    for level in range(17):
        for index in {0, 1, (size >> level) // 2, (size >> level) - 1}:
            if (index + 1) << level <= size:
                covered = leaves[index << level : (index + 1) << level]
                assert reader.hash_of(Node(level, index)) == root_of(covered)
    assert root(size, reader.hash_of) == root_of(leaves)


@pytest.mark.parametrize("node", [Node(0, 300), Node(8, 1), Node(0, -1), Node(9, 0), Node(40, 0)])
def test_a_node_that_the_tree_does_not_have_complete_is_refused(node: Node) -> None:
    with pytest.raises(ProofRefused, match="has no complete Node"):
        tile_of(node, 300)


@pytest.mark.parametrize("length", [0, 31, 8 * 32 - 1, 8 * 32 + 1, 256 * 32])
def test_a_tile_of_another_length_is_malformed(length: int) -> None:
    with pytest.raises(Malformed, match=f"tile/0/001.p/8 has 256 bytes, not {length}"):
        node_from_tile(Node(0, 256), Tile(0, 1, 8), b"\0" * length)


@pytest.mark.parametrize("node", [Node(0, 255), Node(0, 264), Node(3, 33), Node(8, 1), Node(0, 0)])
def test_a_node_is_not_computed_from_a_tile_that_does_not_cover_it(node: Node) -> None:
    with pytest.raises(ProofRefused, match="is not computed from"):
        node_from_tile(node, Tile(0, 1, 8), b"\0" * 8 * 32)


def test_a_node_below_a_tile_is_not_computed_from_it() -> None:
    with pytest.raises(ProofRefused, match="is not computed from"):
        node_from_tile(Node(7, 0), Tile(1, 0, 8), b"\0" * 8 * 32)


def test_a_proof_that_lacks_a_tile_could_not_be_checked_and_says_which() -> None:
    log = _log(700)
    del log.tiles[Tile(0, 1)]
    reader = TileReader(700, log.tiles)
    with pytest.raises(TileMissing, match="tile/0/001 is needed"):
        inclusion_proof(300, 700, reader.hash_of)
    assert len(inclusion_proof(10, 700, reader.hash_of)) == 10


def _log(size: int) -> GrownLog:
    log = GrownLog()
    log.grow(known_entries(size))
    return log
