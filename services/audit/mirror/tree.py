"""The tree of the entries that are held: its tiles, and its root at any size up to now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.audit.mirror.errors import MirrorBroken
from shared.transparency.errors import TransparencyError
from shared.transparency.merkle import Frontier
from shared.transparency.proofs import (
    consistency_nodes,
    consistency_proof,
    root,
    root_nodes,
)
from shared.transparency.tiles import TileReader, TreeBuilder, partial_tiles, tiles_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from services.audit.mirror.store import MirrorStore
    from services.audit.mirror.values import Head
    from shared.transparency.tiles import Tile


class HeldTree:
    """One log's tree in the mirror's database."""

    def __init__(self, store: MirrorStore, log: int) -> None:
        """Read the log that is called `log` there."""
        self._store = store
        self._log = log

    async def tiles(self, wanted: Iterable[Tile]) -> Mapping[Tile, bytes]:
        """The hashes of these tiles, those that are there in their whole width."""
        return await self._store.tiles(self._log, [*wanted])

    async def root_at(self, size: int) -> bytes:
        """The root when the log had `size` entries, all of which are held."""
        tiles = await self.tiles(tiles_for(root_nodes(size), size))
        return root(size, TileReader(size, tiles).hash_of)

    async def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the tree of size `new`, all of it held, continues that of size `old`."""
        tiles = await self.tiles(tiles_for(consistency_nodes(old, new), new))
        return (*consistency_proof(old, new, TileReader(new, tiles).hash_of),)

    async def edge(self, head: Head) -> tuple[TreeBuilder, Frontier]:
        """What the tree grows from. Raises `MirrorBroken` unless it has the root of `head`."""
        try:
            tiles = await self.tiles(partial_tiles(head.size))
            builder = TreeBuilder.from_tiles(head.size, tiles)
            hash_of = TileReader(head.size, tiles).hash_of
            frontier = Frontier(head.size, [hash_of(node) for node in root_nodes(head.size)])
        except TransparencyError as error:
            raise MirrorBroken(f"the mirror of {head.origin} lacks tiles: {error}") from error
        if not frontier.root() == builder.root() == head.root:
            raise MirrorBroken(f"the tiles of {head.origin} do not have the root that was proved")
        return builder, frontier
