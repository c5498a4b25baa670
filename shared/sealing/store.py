"""What sealing needs of a store, whichever it is: PostgreSQL or memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shared.sealing.heads import Published, SealedHead, Sizes
    from shared.transparency.tiles import Tile, TileGrowth


class Tiles(Protocol):
    """Tiles of a tree as they are stored; level 0 comes from the entries' own leaf hashes."""

    async def tiles(self, wanted: Iterable[Tile]) -> Mapping[Tile, bytes]:
        """The hashes of these tiles, those that are there in their whole width."""
        ...


class TreeStore(Tiles, Protocol):
    """A log's tree and heads. Connection failures are `shared.database.errors.Unavailable`."""

    async def sealed(self) -> SealedHead:
        """The newest tree that was signed."""
        ...

    async def sizes(self) -> Sizes:
        """How far the log is sealed, published and final."""
        ...

    async def leaves(self, first: int, limit: int) -> list[bytes]:
        """The leaf hashes from index `first` on, at most `limit`, without a hole."""
        ...

    async def seal(self, old: SealedHead, new: SealedHead, grown: Sequence[TileGrowth]) -> bool:
        """Move the sealed head from `old` to `new` together with the tiles that grew.

        If the head is not at `old` any more nothing is written and the answer is no.
        """
        ...

    async def publish(self, published: Published) -> None:
        """Publish a checkpoint, unless a later one is published already."""
        ...

    async def published_note(self) -> bytes | None:
        """The newest published checkpoint, with the cosignatures that it has."""
        ...

    async def final_note(self) -> bytes | None:
        """The newest checkpoint that both governments have cosigned."""
        ...
