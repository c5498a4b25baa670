"""The tree and heads in memory: PostgreSQL's twin for tests of what does not depend on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.sealing.heads import EMPTY_HEAD, Published, SealedHead, Sizes
from shared.transparency.merkle import HASH_SIZE, leaf_hash
from shared.transparency.tiles import TILE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shared.ledger.store import Store
    from shared.transparency.tiles import Tile, TileGrowth


class MemoryTree:
    """The tree of a log that lives as long as its process."""

    def __init__(self, log: Store) -> None:
        """Start with nothing sealed of this log."""
        self._log = log
        self._sealed = EMPTY_HEAD
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._published: Published | None = None
        self._final: Published | None = None

    async def sealed(self) -> SealedHead:
        """The newest tree that was signed."""
        return self._sealed

    async def sizes(self) -> Sizes:
        """How far the log is sealed, published and final."""
        published = self._published.size if self._published else 0
        return Sizes(self._sealed.size, published, self._final.size if self._final else 0)

    async def leaves(self, first: int, limit: int) -> list[bytes]:
        """The leaf hashes from index `first` on."""
        return [leaf_hash(entry) for entry in await self._log.entries(first, limit)]

    async def tiles(self, wanted: Iterable[Tile]) -> Mapping[Tile, bytes]:
        """The hashes of these tiles, those that are there in their whole width."""
        held = {tile: await self._tile(tile) for tile in wanted}
        return {
            tile: hashes for tile, hashes in held.items() if len(hashes) == tile.width * HASH_SIZE
        }

    async def _tile(self, tile: Tile) -> bytes:
        if tile.level:
            return self._tiles.get((tile.level, tile.index), b"")[: tile.width * HASH_SIZE]
        return b"".join(await self.leaves(tile.index * TILE_WIDTH, tile.width))

    async def seal(self, old: SealedHead, new: SealedHead, grown: Sequence[TileGrowth]) -> bool:
        """Move the sealed head from `old` to `new` together with the tiles that grew."""
        if (self._sealed.size, self._sealed.root) != (old.size, old.root):
            return False
        self._sealed = new
        self._tiles.update(
            {(growth.level, growth.index): growth.hashes for growth in grown if growth.level}
        )
        return True

    async def publish(self, published: Published) -> None:
        """Publish a checkpoint, unless a later one is published already."""
        if self._final is not None and published.size <= self._final.size:
            return
        if published.is_final:
            self._final = published
        if self._published is None or published.size >= self._published.size:
            self._published = published

    async def published_note(self) -> bytes | None:
        """The newest published checkpoint, with the cosignatures that it has."""
        return self._published.note if self._published else None

    async def final_note(self) -> bytes | None:
        """The newest checkpoint that both governments have cosigned."""
        return self._final.note if self._final else None
