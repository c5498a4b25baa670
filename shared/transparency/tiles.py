"""Tiles of a Merkle tree (C2SP tlog-tiles): their names, what they hold, and how they grow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from shared.transparency.errors import Malformed, ProofRefused, TileMissing
from shared.transparency.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    MAX_SIZE,
    Frontier,
    fold,
    refuse_other_lengths,
    root_of,
)
from shared.transparency.proofs import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
_GROUPED: Final = r"((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
_TILE: Final = re.compile(rf"tile/(0|[1-9][0-9]?)/{_GROUPED}")
_BUNDLE: Final = re.compile(rf"tile/entries/{_GROUPED}")
_LONGEST: Final = 64
"""More characters than any tile's path has."""


class Tile(msgspec.Struct, frozen=True, order=True):
    """One tile: its hash `i` covers leaves `(index·256+i)·256^level` up to the next hash's first.

    A partial tile, at the right edge of a tree, has a width below 256.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Its name: `tile/0/x001/067`, with 8 hashes so far `tile/0/x001/067.p/8`."""
        return f"tile/{self.level}/{_grouped(self.index, self.width)}"

    @property
    def first_leaf(self) -> int:
        """The first leaf that it covers."""
        return self.index << TILE_HEIGHT * (self.level + 1)


def parse_tile(path: str) -> Tile:
    """The tile of a path; one tile has one spelling. Raises `Malformed`."""
    match = _TILE.fullmatch(path) if len(path) <= _LONGEST else None
    if match is None:
        raise Malformed(f"{path[:_LONGEST]!r} names no tile: e.g. tile/0/x001/067.p/8")
    level = int(match[1])
    index, width = _index_and_width(match[2], match[3], level)
    return Tile(level, index, width)


def bundle_path(index: int, width: int = TILE_WIDTH) -> str:
    """The name of an entry bundle: 1234067 with 8 entries is `tile/entries/x001/x234/067.p/8`."""
    return f"tile/entries/{_grouped(index, width)}"


def parse_bundle_path(path: str) -> tuple[int, int]:
    """Index and width of the bundle of a path; one bundle has one spelling. Raises `Malformed`."""
    match = _BUNDLE.fullmatch(path) if len(path) <= _LONGEST else None
    if match is None:
        raise Malformed(f"{path[:_LONGEST]!r} names no bundle: e.g. tile/entries/x001/067.p/8")
    return _index_and_width(match[1], match[2], 0)


def _grouped(index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *groups, last = (digits[start : start + 3] for start in range(0, len(digits), 3))
    partial = f".p/{width}" if width < TILE_WIDTH else ""
    return "".join(f"x{group}/" for group in groups) + last + partial


def _index_and_width(groups: str, partial: str | None, level: int) -> tuple[int, int]:
    index = int(groups.replace("x", "").replace("/", ""))
    width = int(partial or TILE_WIDTH)
    if groups.startswith("x000") or (partial and width >= TILE_WIDTH):
        raise Malformed(f"{groups}.p/{width} is not how a tile is written")
    if (index * TILE_WIDTH + width) << TILE_HEIGHT * level > MAX_SIZE:
        raise Malformed(f"no tree is so large that it has tile {index} at level {level}")
    return index, width


def tiles_at(size: int) -> Iterator[Tile]:
    """Every tile of a tree of this size, level by level."""
    for level, hashes in enumerate(_hashes_at(size)):
        full, partial = divmod(hashes, TILE_WIDTH)
        for index in range(full):
            yield Tile(level, index)
        if partial:
            yield Tile(level, full, partial)


def partial_tiles(size: int) -> tuple[Tile, ...]:
    """The partial tiles of a tree of this size, at most one a level: what its growth needs."""
    edges = ((level, *divmod(hashes, TILE_WIDTH)) for level, hashes in enumerate(_hashes_at(size)))
    return tuple(Tile(level, index, width) for level, index, width in edges if width)


def bundles_at(size: int) -> Iterator[tuple[int, int]]:
    """Index and width of every entry bundle of a log of this size."""
    for first in range(0, size, TILE_WIDTH):
        yield first // TILE_WIDTH, min(TILE_WIDTH, size - first)


def _hashes_at(size: int) -> Iterator[int]:
    """How many hashes a tree of this size has in the tiles of each level that it has."""
    while size > 0:
        yield size
        size >>= TILE_HEIGHT


def tile_of(node: Node, size: int) -> Tile:
    """The tile, as a tree of this size has it, that holds a node or that it is computed from."""
    if node.index < 0 or (node.index + 1) << node.level > size:
        raise ProofRefused(f"a tree of size {size} has no complete {node}")
    level, within = divmod(node.level, TILE_HEIGHT)
    index = (node.index << within) // TILE_WIDTH
    hashes = size >> TILE_HEIGHT * level
    return Tile(level, index, min(TILE_WIDTH, hashes - index * TILE_WIDTH))


def tiles_for(nodes: Iterable[Node], size: int) -> tuple[Tile, ...]:
    """The tiles that these nodes are computed from, each once."""
    return (*dict.fromkeys(tile_of(node, size) for node in nodes),)


def node_from_tile(node: Node, tile: Tile, hashes: bytes) -> bytes:
    """The hash of a node from its tile's content; raises `Malformed` if that is not the tile's."""
    if len(hashes) != tile.width * HASH_SIZE:
        expected = tile.width * HASH_SIZE
        raise Malformed(f"{tile.path} has {expected} bytes, not {len(hashes)}")
    within = node.level - TILE_HEIGHT * tile.level
    first = (node.index << within) - tile.index * TILE_WIDTH if 0 <= within < TILE_HEIGHT else -1
    if not 0 <= first <= tile.width - (1 << within):
        raise ProofRefused(f"{node} is not computed from {tile.path}")
    return root_of(_hashes(hashes[first * HASH_SIZE : (first + (1 << within)) * HASH_SIZE]))


def _hashes(content: bytes) -> list[bytes]:
    return [content[start : start + HASH_SIZE] for start in range(0, len(content), HASH_SIZE)]


class TileReader:
    """Answers the hashes of a tree's nodes from its tiles, which are believed: verify what follows.

    Proofs made from forged tiles do not verify against the root.
    """

    def __init__(self, size: int, tiles: Mapping[Tile, bytes]) -> None:
        """Read a tree of this size from those of its tiles that are at hand."""
        self._size = size
        self._tiles = tiles

    def hash_of(self, node: Node) -> bytes:
        """The hash of a node; raises `TileMissing` without its tile, `Malformed` for a bad one."""
        tile = tile_of(node, self._size)
        content = self._tiles.get(tile)
        if content is None:
            raise TileMissing(f"{tile.path} is needed and was not given")
        return node_from_tile(node, tile, content)


class TileGrowth(msgspec.Struct, frozen=True):
    """A tile that grew, and all that it holds now."""

    level: int
    index: int
    hashes: bytes

    @property
    def tile(self) -> Tile:
        """Which tile it is now."""
        return Tile(self.level, self.index, len(self.hashes) // HASH_SIZE)


class TreeBuilder:
    """A tree that grows tile by tile: held are its partial tiles, one a level, and nothing else.

    Each level's partial tile has a frontier of its own, so that every hash is computed once.
    """

    def __init__(self, size: int = 0, tails: Sequence[bytes] = ()) -> None:
        """Continue a tree of this size; `tails` are its partial tiles' hashes, level 0 first.

        A level that ends with a full tile has an empty tail. Raises `Malformed`.
        """
        widths = [hashes % TILE_WIDTH for hashes in _hashes_at(size)]
        lengths = [width * HASH_SIZE for width in widths]
        if not 0 <= size <= MAX_SIZE or lengths != [len(tail) for tail in tails]:
            raise Malformed(f"these are not the partial tiles of a tree of size {size}")
        self._size = size
        self._tails = [bytearray(tail) for tail in tails]
        self._edges = [_frontier(tail) for tail in tails]

    @staticmethod
    def from_tiles(size: int, tiles: Mapping[Tile, bytes]) -> TreeBuilder:
        """Continue a tree from its tiles, of which `partial_tiles(size)` are needed."""
        needed = {tile.level: tile for tile in partial_tiles(size)}
        if missing := [tile.path for tile in needed.values() if tile not in tiles]:
            raise TileMissing(f"needed to continue a tree of size {size}: {', '.join(missing)}")
        levels = [level for level, _ in enumerate(_hashes_at(size))]
        return TreeBuilder(
            size, [tiles[needed[level]] if level in needed else b"" for level in levels]
        )

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def tails(self) -> tuple[bytes, ...]:
        """What its partial tiles hold, level 0 first: with the size, all that a restart needs."""
        return tuple(bytes(tail) for tail in self._tails)

    def root(self) -> bytes:
        peaks = [peak for edge in reversed(self._edges) for peak in edge.peaks]
        return fold(peaks) if peaks else EMPTY_ROOT

    def extend(self, leaves: Iterable[bytes]) -> list[TileGrowth]:
        """Take further leaf hashes; the tiles that changed, level by level, each once.

        Raises `Malformed`, and takes none, if one is no hash.
        """
        rising = list(leaves)
        refuse_other_lengths(rising)
        first, level = self._size, 0
        self._size += len(rising)
        growth: list[TileGrowth] = []
        while rising:
            grown, rising = self._extend_level(level, first, rising)
            growth.extend(grown)
            first, level = first >> TILE_HEIGHT, level + 1
        return growth

    def _extend_level(
        self, level: int, first: int, hashes: list[bytes]
    ) -> tuple[list[TileGrowth], list[bytes]]:
        """Add hashes from position `first` on: the tiles that grew, and the roots of full ones."""
        if level == len(self._tails):
            self._tails.append(bytearray())
            self._edges.append(Frontier())
        growth: list[TileGrowth] = []
        full: list[bytes] = []
        start, end = first - first % TILE_WIDTH, first + len(hashes)
        for index in range(start, end, TILE_WIDTH):
            added = hashes[max(index - first, 0) : index + TILE_WIDTH - first]
            self._tails[level] += b"".join(added)
            self._edges[level].extend(added)
            growth.append(TileGrowth(level, index // TILE_WIDTH, bytes(self._tails[level])))
            if index + TILE_WIDTH <= end:
                full.append(self._edges[level].root())
                self._tails[level], self._edges[level] = bytearray(), Frontier()
        return growth, full


def _frontier(tail: bytes) -> Frontier:
    edge = Frontier()
    edge.extend(_hashes(tail))
    return edge
