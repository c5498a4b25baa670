"""A log as others check it: its entries and receipts, its tree, its checkpoints, its proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.sealing.proofs import prove_inclusion
from shared.transparency.checkpoint import parse_checkpoint
from shared.transparency.note import parse_note
from shared.transparency.tiles import TILE_HEIGHT, TILE_WIDTH
from shared.transparency.tlog_proof import TlogProof

if TYPE_CHECKING:
    from shared.ledger.log import Log
    from shared.ledger.recorded import Receipt
    from shared.sealing.finality import Finality
    from shared.sealing.store import TreeStore
    from shared.transparency.tiles import Tile


class SealedLog:
    """Reads one service's log together with its tree."""

    def __init__(self, log: Log, tree: TreeStore, finality: Finality) -> None:
        """Read entries from `log`, and the tree over them from `tree`."""
        self.origin = log.origin
        self._log = log
        self._tree = tree
        self._finality = finality
        self.size = log.size
        self.read = log.read

    async def receipt(self, sequence: int) -> Receipt | None:
        """The receipt of one entry and how far it has come, if there is such an entry."""
        receipt = await self._log.receipt(sequence)
        if receipt is None:
            return None
        status = await self._finality.status_of(sequence)
        return msgspec.structs.replace(receipt, status=status)

    async def checkpoint(self) -> bytes | None:
        """The newest published checkpoint, with the cosignatures that it has."""
        return await self._tree.published_note()

    async def tile(self, tile: Tile) -> bytes | None:
        """The hashes of a tile, if the sealed tree has it in this width."""
        end = (tile.index * TILE_WIDTH + tile.width) << TILE_HEIGHT * tile.level
        if not await self.is_settled(end):
            return None
        return (await self._tree.tiles([tile])).get(tile)

    async def is_settled(self, size: int) -> bool:
        """Whether the first `size` entries are in a tree that was signed."""
        known = self._finality.known.sealed
        return size <= known or size <= (await self._finality.look()).sealed

    async def proof(self, sequence: int) -> bytes | None:
        """The proof of an entry that is final, to be kept (`.tlog-proof`); nothing before it is."""
        note = await self._tree.final_note()
        size = parse_checkpoint(parse_note(note).text).size if note else 0
        if note is None or sequence >= size:
            return None
        return TlogProof(sequence, await prove_inclusion(self._tree, sequence, size), note).encode()
