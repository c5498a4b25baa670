"""A log at its origin, as tlog-tiles: its checkpoint, its tiles and its entry bundles."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import msgspec

from shared.messaging.errors import OriginUnavailable
from shared.transparency.bundle import BUNDLE_WIDTH, MAX_ENTRY, parse_bundle
from shared.transparency.errors import Malformed
from shared.transparency.merkle import HASH_SIZE
from shared.transparency.tiles import TILE_WIDTH, Tile, bundle_path

if TYPE_CHECKING:
    from collections.abc import Iterable

NOT_FOUND = 404
LARGEST_ANSWER = BUNDLE_WIDTH * (2 + MAX_ENTRY)
"""A full bundle of the longest entries; nothing that is asked for is larger."""
ANSWER_SECONDS = 30.0
"""So long an answer may take, all of it: one that never ends would be waited for in silence."""


class TiledLog:
    """Reads a log, or another node's mirror of it, over HTTP. What it gives is to be verified."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        origin: str,
        *,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        """Expect the log named `origin` at `base_url`; the client is closed by who made it."""
        self._answer_seconds = answer_seconds
        self._client = client
        self.base_url = base_url.rstrip("/")
        self.origin = origin

    async def checkpoint(self, name: str = "checkpoint") -> bytes | None:
        """Its newest checkpoint, if it has any. Raises `OriginUnavailable`."""
        return await self.get(name)

    async def tiles(self, wanted: Iterable[Tile]) -> dict[Tile, bytes]:
        """The content of tiles. A partial one that is gone is cut from the full one.

        Raises `OriginUnavailable`, also for a tile that it has not got or that is malformed.
        """
        return {tile: await self._tile(tile) for tile in wanted}

    async def leaves(self, first: int, end: int) -> list[bytes]:
        """The leaf hashes that it shows for entries `first` up to `end`. Raises as `tiles`."""
        hashes: list[bytes] = []
        for index in range(first // TILE_WIDTH, (end - 1) // TILE_WIDTH + 1):
            width = min(TILE_WIDTH, end - index * TILE_WIDTH)
            content = await self._tile(Tile(0, index, width))
            skipped = max(first - index * TILE_WIDTH, 0)
            hashes += [
                content[start : start + HASH_SIZE]
                for start in range(skipped * HASH_SIZE, width * HASH_SIZE, HASH_SIZE)
            ]
        return hashes

    async def entries(self, first: int, end: int) -> list[bytes]:
        """Entries `first` up to `end`. Raises `OriginUnavailable`."""
        contents: list[bytes] = []
        for index in range(first // TILE_WIDTH, (end - 1) // TILE_WIDTH + 1):
            width = min(TILE_WIDTH, end - index * TILE_WIDTH)
            bundle = await self._bundle(index, width)
            contents += bundle[max(first - index * TILE_WIDTH, 0) :]
        return contents

    async def _tile(self, tile: Tile) -> bytes:
        size = tile.width * HASH_SIZE
        content = await self.get(tile.path)
        if content is None and tile.width < TILE_WIDTH:
            content = await self.get(msgspec.structs.replace(tile, width=TILE_WIDTH).path)
            content = None if content is None else content[:size]
        if content is None or len(content) != size:
            raise OriginUnavailable(f"{self.base_url} has no {tile.path} of {size} bytes")
        return content

    async def _bundle(self, index: int, width: int) -> list[bytes]:
        path = bundle_path(index, width)
        body = await self.get(path)
        if body is None and width < TILE_WIDTH:
            body = await self.get(bundle_path(index))
        try:
            contents = parse_bundle(body or b"")
        except Malformed as error:
            raise OriginUnavailable(f"{self.base_url} has no sound {path}: {error}") from error
        if len(contents) < width:
            raise OriginUnavailable(f"{self.base_url} has {len(contents)} entries in {path}")
        return contents[:width]

    async def get(self, path: str) -> bytes | None:
        """What stands at a path, or nothing where the answer is 404. Raises `OriginUnavailable`."""
        try:
            async with (
                asyncio.timeout(self._answer_seconds),
                self._client.stream("GET", f"{self.base_url}/{path}") as answer,
            ):
                if answer.status_code == NOT_FOUND:
                    return None
                answer.raise_for_status()
                return await _body(answer)
        except (httpx.HTTPError, TimeoutError) as error:
            raise OriginUnavailable(
                f"{self.base_url}/{path}: {type(error).__name__} {error}"
            ) from error


async def _body(answer: httpx.Response) -> bytes:
    """All of an answer, if it is not larger than anything that was asked for."""
    parts: list[bytes] = []
    size = 0
    async for part in answer.aiter_bytes():
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise OriginUnavailable(f"{answer.url} answers with more than {LARGEST_ANSWER} bytes")
    return b"".join(parts)
