"""Proofs from a stored tree: the tiles that one needs are read together, then nothing waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.transparency.proofs import (
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
)
from shared.transparency.tiles import TileReader, tiles_for

if TYPE_CHECKING:
    from shared.sealing.store import Tiles


async def prove_inclusion(tree: Tiles, index: int, size: int) -> tuple[bytes, ...]:
    """That the tree of `size` has the entry `index`. Raises `TransparencyError`."""
    held = await tree.tiles(tiles_for(inclusion_nodes(index, size), size))
    return tuple(inclusion_proof(index, size, TileReader(size, held).hash_of))


async def prove_consistency(tree: Tiles, old: int, new: int) -> tuple[bytes, ...]:
    """That the tree of size `new` continues that of `old`. Raises `TransparencyError`."""
    if old in (0, new):
        return ()
    held = await tree.tiles(tiles_for(consistency_nodes(old, new), new))
    return tuple(consistency_proof(old, new, TileReader(new, held).hash_of))
