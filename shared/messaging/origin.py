"""A log at its origin: what a follower's topic lacks, as far as the log's checkpoint proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from shared.messaging.errors import LogBroken, NotSealedYet, OriginUnavailable
from shared.messaging.tiled_log import TiledLog
from shared.transparency.checkpoint import open_checkpoint
from shared.transparency.errors import Malformed, ProofRefused, SignatureRefused
from shared.transparency.merkle import HASH_SIZE, leaf_hash
from shared.transparency.proofs import inclusion_nodes, inclusion_proof
from shared.transparency.tiles import TILE_WIDTH, Tile, TileReader, tiles_for
from shared.transparency.verify import verify_inclusion

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    import httpx

    from shared.transparency.checkpoint import Checkpoint
    from shared.transparency.keys import VerifierKey


class Extent(msgspec.Struct, frozen=True):
    """What a log says about itself."""

    origin: str
    size: Annotated[int, msgspec.Meta(ge=0)]


class OriginLog:
    """Reads a log from the service that keeps it, and gives what the log has signed."""

    def __init__(
        self, client: httpx.AsyncClient, base_url: str, origin: str, keys: Sequence[VerifierKey]
    ) -> None:
        """Expect the log named `origin`, which signs with `keys`, at `base_url`; the client is
        closed by who made it.
        """
        self._log = TiledLog(client, base_url, origin)
        self._keys = keys
        self.origin = origin

    async def size(self) -> int:
        """How many entries it has. Raises `OriginUnavailable`, also when another log answers."""
        body = await self._log.get("v1/log")
        try:
            extent = msgspec.json.decode(body or b"", type=Extent)
        except msgspec.MsgspecError as error:
            raise self._unavailable(f"v1/log does not say its size: {error}") from error
        if extent.origin != self.origin:
            raise self._unavailable(f"it has the log {extent.origin}, not {self.origin}")
        return extent.size

    async def sealed(self, end: int) -> Checkpoint:
        """Its newest checkpoint, once that covers the entries before `end`.

        Raises what `entries` raises, but for an entry that is not the one that was signed.
        """
        newest = await self._newest()
        if newest is None or newest.size < end:
            raise await self._ends_before(end, 0 if newest is None else newest.size)
        return newest

    async def entries(self, first: int, end: int) -> AsyncIterator[list[bytes]]:
        """Entries `first` up to, and not with, `end`, a bundle at a time, each of them proved.

        Raises `NotSealedYet` after those that a checkpoint covers; `OriginUnavailable`, also for a
        checkpoint that the log has not signed; and `LogBroken` when the log has no such entries, or
        at an entry that is not the one that it has signed.
        """
        goal, proved = await self._newest(), 0
        if goal is not None:
            proved = min(end, goal.size)
            async for page in self._proved(first, proved, goal):
                yield page
        if proved < end:
            raise await self._ends_before(end, proved)

    async def _proved(self, first: int, end: int, goal: Checkpoint) -> AsyncIterator[list[bytes]]:
        """Entries that a checkpoint covers."""
        tiles: dict[Tile, bytes] = {}
        for start in range(first - first % TILE_WIDTH, end, TILE_WIDTH):
            found = await self._log.entries(start, min(start + TILE_WIDTH, goal.size))
            await self._prove(Tile(0, start // TILE_WIDTH, len(found)), found, goal, tiles)
            yield found[max(first - start, 0) : end - start]

    async def _newest(self) -> Checkpoint | None:
        """The newest checkpoint that it shows, if there is any."""
        note = await self._log.checkpoint()
        if note is None:
            return None
        try:
            return open_checkpoint(note, self._keys, self.origin).checkpoint
        except (Malformed, SignatureRefused) as error:
            raise self._unavailable(f"its checkpoint proves nothing: {error}") from error

    async def _ends_before(self, end: int, sealed: int) -> LogBroken | NotSealedYet:
        """Why no checkpoint covers the entries before `end`: are they recorded at all?"""
        size = await self.size()
        if size < end:
            why = f"the topic has entry {end - 1}, the log ends here"
            return LogBroken(self.origin, size, why)
        return NotSealedYet(
            f"{self._log.base_url}: it has sealed {sealed} entries, {end} are needed"
        )

    async def _prove(
        self, tile: Tile, entries: Sequence[bytes], goal: Checkpoint, tiles: dict[Tile, bytes]
    ) -> None:
        """Refuse entries that are not those which the checkpoint covers; `tiles` are kept."""
        arrived = b"".join(map(leaf_hash, entries))
        if await self._leads_to(goal, tile, arrived, tiles):
            return
        signed = (await self._log.tiles([tile]))[tile]
        if not await self._leads_to(goal, tile, signed, tiles):
            raise self._unavailable(f"its tiles do not lead to its checkpoint of {goal.size}")
        index = tile.index * TILE_WIDTH + _first_difference(signed, arrived)
        raise LogBroken(self.origin, index, "its origin gives another entry than it has signed")

    async def _leads_to(
        self, goal: Checkpoint, tile: Tile, leaves: bytes, tiles: dict[Tile, bytes]
    ) -> bool:
        """Whether a checkpoint covers a tile of these leaf hashes.

        The path of its first leaf is made of all its other leaves, and of the log's other tiles: if
        it leads to the root, every one of them is what was signed.
        """
        start = tile.index * TILE_WIDTH
        needed = tiles_for(inclusion_nodes(start, goal.size), goal.size)
        missing = [one for one in needed if one != tile and one not in tiles]
        tiles.update(await self._log.tiles(missing))
        reader = TileReader(goal.size, {**tiles, tile: leaves})
        try:
            verify_inclusion(
                index=start,
                size=goal.size,
                leaf=leaves[:HASH_SIZE],
                proof=inclusion_proof(start, goal.size, reader.hash_of),
                root=goal.root,
            )
        except ProofRefused:
            return False
        return True

    def _unavailable(self, why: str) -> OriginUnavailable:
        return OriginUnavailable(f"{self._log.base_url}: {why}")


def _first_difference(signed: bytes, arrived: bytes) -> int:
    """Which of two tiles' leaves is the first that differs."""
    return next(
        place // HASH_SIZE
        for place in range(0, len(signed), HASH_SIZE)
        if signed[place : place + HASH_SIZE] != arrived[place : place + HASH_SIZE]
    )
