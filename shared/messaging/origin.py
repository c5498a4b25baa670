"""A log at its origin: what a follower's topic lacks, up to where the log is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.messaging.errors import LogBroken, OriginUnavailable
from shared.messaging.tiled_log import TiledLog
from shared.transparency.bundle import BUNDLE_WIDTH, parse_bundle
from shared.transparency.errors import Malformed
from shared.transparency.tiles import bundle_path

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx


class Extent(msgspec.Struct, frozen=True):
    """What a log says about itself."""

    origin: str
    size: int


class OriginLog:
    """Reads a log from the service that keeps it."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, origin: str) -> None:
        """Expect the log named `origin` at `base_url`; the client is closed by who made it."""
        self._log = TiledLog(client, base_url, origin)
        self._base = self._log.base_url
        self.origin = origin

    async def size(self) -> int:
        """How many entries it has. Raises `OriginUnavailable`, also when another log answers."""
        body = await self._get("v1/log")
        try:
            extent = msgspec.json.decode(body, type=Extent)
        except msgspec.MsgspecError as error:
            raise OriginUnavailable(
                f"{self._base}/v1/log does not say its size: {error}"
            ) from error
        if extent.origin != self.origin:
            raise OriginUnavailable(f"{self._base} has the log {extent.origin}, not {self.origin}")
        return extent.size

    async def entries(self, first: int, end: int) -> AsyncIterator[list[bytes]]:
        """Entries `first` up to, and not with, `end`, a bundle at a time.

        Raises `LogBroken` when the log has no such entries or a bundle is malformed, and
        `OriginUnavailable`.
        """
        size = await self.size()
        if size < end:
            raise LogBroken(self.origin, size, f"the topic has entry {end - 1}, the log ends here")
        for number in range(first // BUNDLE_WIDTH, (end - 1) // BUNDLE_WIDTH + 1):
            start = number * BUNDLE_WIDTH
            width = min(BUNDLE_WIDTH, size - start)
            body = await self._get(bundle_path(number, width))
            found = self._parsed(body, start, width)
            yield found[max(first - start, 0) : end - start]

    def _parsed(self, body: bytes, start: int, width: int) -> list[bytes]:
        try:
            return parse_bundle(body, width)
        except Malformed as error:
            raise LogBroken(self.origin, start, f"its bundle is malformed: {error}") from error

    async def _get(self, path: str) -> bytes:
        body = await self._log.get(path)
        if body is None:
            raise OriginUnavailable(f"{self._base}/{path}: it answers 404, there is no such thing")
        return body
