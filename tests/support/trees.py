"""Merkle trees for tests: known entries, the RFC's own definition, a log grown in steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from shared.transparency.bundle import encode_bundle
from shared.transparency.merkle import leaf_hash, node_hash
from shared.transparency.proofs import consistency_proof, inclusion_proof
from shared.transparency.tiles import Tile, TileReader, TreeBuilder, bundles_at


@cache
def known_entries(count: int) -> tuple[bytes, ...]:
    """`entry 0`, `entry 1` …, whose roots are golden values."""
    return tuple(b"entry %d" % index for index in range(count))


@cache
def known_leaves(count: int) -> tuple[bytes, ...]:
    """Their leaf hashes."""
    return tuple(map(leaf_hash, known_entries(count)))


def defined_root(leaves: Sequence[bytes]) -> bytes:
    """The root of at least one leaf, word for word as RFC 6962 §2.1 defines it."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(defined_root(leaves[:split]), defined_root(leaves[split:]))


@dataclass
class GrownLog:
    """A log as it publishes itself: entry bundles, tiles, and the proofs made from them."""

    entries: list[bytes] = field(default_factory=list)
    tree: TreeBuilder = field(default_factory=TreeBuilder)
    tiles: dict[Tile, bytes] = field(default_factory=dict)

    def grow(self, entries: Iterable[bytes]) -> None:
        more = list(entries)
        self.entries += more
        for growth in self.tree.extend(map(leaf_hash, more)):
            self.tiles[growth.tile] = growth.hashes

    @property
    def size(self) -> int:
        """How many entries it has."""
        return len(self.entries)

    def bundles(self) -> dict[tuple[int, int], bytes]:
        """Every entry bundle, by index and width."""
        return {
            (index, width): encode_bundle(self.entries[index * 256 : index * 256 + width])
            for index, width in bundles_at(self.size)
        }

    def inclusion(self, index: int) -> list[bytes]:
        return inclusion_proof(index, self.size, TileReader(self.size, self.tiles).hash_of)

    def consistency(self, old: int) -> list[bytes]:
        return consistency_proof(old, self.size, TileReader(self.size, self.tiles).hash_of)


def with_one_bit_flipped(data: bytes, place: int) -> bytes:
    """The same bytes with one bit of one byte changed; `place` counts bits, from anywhere."""
    index, bit = divmod(place % (len(data) * 8), 8)
    return data[:index] + bytes([data[index] ^ 1 << bit]) + data[index + 1 :]
