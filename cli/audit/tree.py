"""A log's bundles, its tiles and its root put side by side, bundle by bundle, in bounded memory.

The entries are hashed into one tree. Only when an entry and its tile disagree is a second tree
kept, of what the tiles say: whichever of the two leads to the signed root was not changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cli.audit.findings import Absent, Finding, FindingKind, Unchecked
from cli.audit.source import Source
from shared.transparency.bundle import parse_bundle
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.errors import Malformed
from shared.transparency.merkle import HASH_SIZE
from shared.transparency.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    TreeBuilder,
    bundle_path,
    bundles_at,
)

_LENGTH: Final = 2


@dataclass(frozen=True)
class _Disagreement:
    """Where a tile says something else than the entries do."""

    index: int
    entry_file: str
    tile_file: str
    detail: str


class TreeAudit:
    """The check of one log against one checkpoint of it."""

    def __init__(self, source: Source, checkpoint: Checkpoint) -> None:
        self._source = source
        self._origin = checkpoint.origin
        self._checkpoint = checkpoint
        self._counted = TreeBuilder()
        self._told: TreeBuilder | None = None
        self._disagreements: list[_Disagreement] = []
        self._upper: list[_Disagreement] = []
        self._incomplete = False
        self.findings: list[Finding] = []
        self.unchecked: list[Unchecked] = []

    def entries(self) -> Iterator[list[bytes]]:
        """The entries that can be read, a bundle at a time; the check ends with the last of them.

        Where a bundle cannot be had there is an empty list, and its tile stands for it.
        """
        for index, width in bundles_at(self._checkpoint.size):
            told = self._tile(Tile(0, index, width))
            entries = self._bundle(index, width, told)
            leaves = [sha256(b"\0" + entry).digest() for entry in entries]
            self._grow(index, leaves, told)
            yield entries
        self._compare_edges()
        self._conclude()

    def _bundle(self, index: int, width: int, told: bytes | None) -> list[bytes]:
        path = bundle_path(index, width)
        try:
            data = self._source.bundle(self._origin, index, width)
        except Absent as error:
            self._absent(error)
            return []
        try:
            return parse_bundle(data, width)
        except Malformed as error:
            first = index * TILE_WIDTH + _first_difference(
                _as_far_as_it_goes(data), _hashes(told or b"")
            )
            file = self._source.file(self._origin, path)
            self._found("malformed", file, first, str(error))
            return []

    def _grow(self, index: int, leaves: list[bytes], told: bytes | None) -> None:
        """Take a bundle's leaves into the tree, or its tile's where they are missing or changed."""
        believed = leaves
        if told is not None and b"".join(leaves) != told:
            leaves, believed = self._reconciled(index, leaves, _hashes(told))
        self._incomplete = self._incomplete or not leaves
        if self._incomplete:
            return
        if believed is not leaves and self._told is None:
            self._told = TreeBuilder(self._counted.size, self._counted.tails)
        grown = self._counted.extend(leaves)
        told_growth = self._told.extend(believed) if self._told is not None else grown
        for growth, other in zip(grown[1:], told_growth[1:], strict=True):
            if growth.tile.width == TILE_WIDTH:
                self._compare(growth.tile, growth.hashes, other.hashes)

    def _reconciled(
        self, index: int, leaves: list[bytes], believed: list[bytes]
    ) -> tuple[list[bytes], list[bytes]]:
        """The leaves for either tree, once the source has said which file changed, if it knows."""
        if not leaves:
            return believed, believed
        tile = self._source.file(self._origin, Tile(0, index, len(leaves)).path)
        bundle = self._source.file(self._origin, bundle_path(index, len(leaves)))
        first = index * TILE_WIDTH + _first_difference(leaves, believed)
        match self._source.is_changed(bundle), self._source.is_changed(tile):
            case True, False:
                self._found("hash-mismatch", bundle, first, "these are not the entry's bytes")
                return believed, believed
            case False, True:
                self._found("hash-mismatch", tile, first, "this is not the entry's hash")
                return leaves, leaves
            case _:
                detail = "the entry's bytes and its hash in the tile do not belong together"
                self._disagreements.append(_Disagreement(first, bundle, tile, detail))
                return leaves, believed

    def _compare_edges(self) -> None:
        """The tiles above the entries that are not full."""
        if self._incomplete:
            return
        told = (self._told or self._counted).tails
        for level, (tail, other) in enumerate(zip(self._counted.tails, told, strict=True)):
            if level and tail:
                index = self._checkpoint.size >> TILE_HEIGHT * (level + 1)
                self._compare(Tile(level, index, len(tail) // HASH_SIZE), tail, other)

    def _compare(self, tile: Tile, counted: bytes, told: bytes) -> None:
        said = self._tile(tile)
        if said is None or said in (counted, told):
            return
        index = _first_difference(_hashes(said), _hashes(counted))
        first = tile.first_leaf + (index << TILE_HEIGHT * tile.level)
        file = self._source.file(self._origin, tile.path)
        last = first + (1 << TILE_HEIGHT * tile.level) - 1
        detail = f"its hash {index} is not that of the entries {first} to {last}"
        self._upper.append(_Disagreement(first, file, file, detail))

    def _tile(self, tile: Tile) -> bytes | None:
        try:
            said = self._source.tile(self._origin, tile)
        except Absent as error:
            self._absent(error)
            return None
        if len(said) == tile.width * HASH_SIZE:
            return said
        file = self._source.file(self._origin, tile.path)
        detail = f"it has {len(said)} bytes, not {tile.width * HASH_SIZE}"
        self._found("malformed", file, tile.first_leaf, detail)
        return None

    def _conclude(self) -> None:
        root = self._checkpoint.root
        if self._incomplete:
            return  # what is missing has been said, and without it there is no root
        if self._counted.root() == root:
            for disagreement in (*self._disagreements, *self._upper):
                self._found(
                    "hash-mismatch", disagreement.tile_file, disagreement.index, disagreement.detail
                )
        elif self._told is not None and self._told.root() == root:
            for disagreement in (*self._disagreements, *self._upper):
                self._found(
                    "hash-mismatch",
                    disagreement.entry_file,
                    disagreement.index,
                    disagreement.detail,
                )
        else:
            self._refuse_root()

    def _refuse_root(self) -> None:
        """Neither the entries nor the tiles lead to the root: each disagreement says where."""
        checkpoint = self._source.file(self._origin, "checkpoint")
        size = self._checkpoint.size
        detail = f"{size} entries do not lead to the root that was signed"
        self._found("root-mismatch", checkpoint, None, detail)
        for disagreement in (*self._disagreements, *self._upper):
            self._found(
                "hash-mismatch", disagreement.entry_file, disagreement.index, disagreement.detail
            )

    def _found(self, kind: FindingKind, file: str, index: int | None, detail: str) -> None:
        finding = Finding(kind=kind, origin=self._origin, file=file, index=index, detail=detail)
        self.findings.append(finding)

    def _absent(self, error: Absent) -> None:
        self.unchecked.append(Unchecked(origin=self._origin, file=error.file, detail=error.why))


def _hashes(tile: bytes) -> list[bytes]:
    return [tile[start : start + HASH_SIZE] for start in range(0, len(tile), HASH_SIZE)]


def _first_difference(hashes: list[bytes], others: list[bytes]) -> int:
    """The index of the first hash that differs, or where the first list ends."""
    pairs = enumerate(zip(hashes, others, strict=False))
    return next((index for index, (own, other) in pairs if own != other), len(hashes))


def _as_far_as_it_goes(bundle: bytes) -> list[bytes]:
    """The leaf hashes of a malformed bundle, up to where it ends."""
    leaves: list[bytes] = []
    offset = 0
    while offset + _LENGTH <= len(bundle):
        end = offset + _LENGTH + int.from_bytes(bundle[offset : offset + _LENGTH], "big")
        if end > len(bundle):
            break
        leaves.append(sha256(b"\0" + bundle[offset + _LENGTH : end]).digest())
        offset = end
    return leaves
