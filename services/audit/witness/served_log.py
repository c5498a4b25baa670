"""A mirrored log as it is shown to others: entries and tiles that are held, and a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.audit.mirror.mirror import Mirror
    from services.audit.mirror.store import MirrorStore
    from services.audit.witness.cosigned_heads import CosignedHeads
    from shared.transparency.tiles import Tile


class ServedLog:
    """Reads one log from the mirror's database, whichever replica proves it."""

    def __init__(self, mirror: Mirror, store: MirrorStore, sightings: CosignedHeads) -> None:
        """Show what `mirror` holds in `store`."""
        self.origin = mirror.log.origin
        self._mirror = mirror
        self._store = store
        self._sightings = sightings

    async def checkpoint(self) -> bytes | None:
        """The newest checkpoint that both governments have cosigned, as far as it is known here;
        before there is one, the newest with this node's cosignatures.
        """
        head = await self._store.open(self.origin)
        return head.final_note or (await self._sightings.read(self.origin)).note or None

    async def cosigned(self) -> bytes | None:
        """The newest checkpoint with this node's cosignatures, for the other node to compare."""
        return (await self._sightings.read(self.origin)).note or None

    async def tile(self, tile: Tile) -> bytes | None:
        """The hashes of a tile, if all of them are held."""
        return (await self._mirror.history.tree.tiles([tile])).get(tile)

    async def is_settled(self, size: int) -> bool:
        """Whether so many entries are held, and so proved, as far as this replica knows."""
        return size <= self._mirror.history.size

    async def read(self, first: int, limit: int) -> list[bytes]:
        """Entry bytes from an index on."""
        return await self._store.entries(self._mirror.history.head.log, first, limit)
