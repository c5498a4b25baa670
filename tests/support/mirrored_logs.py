"""A log that a node mirrors: it grows, is signed, published and served as a test has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from shared.transparency.bundle import encode_bundle
from shared.transparency.checkpoint import Checkpoint
from shared.transparency.errors import Malformed
from shared.transparency.proofs import consistency_proof
from shared.transparency.signed_checkpoint import LogSigners, SignedCheckpoint, sign_checkpoint
from shared.transparency.tiles import (
    TileReader,
    parse_bundle_path,
    parse_tile,
)
from shared.transparency.witness import AddCheckpoint
from tests.support.entries import entries, publish
from tests.support.sealed_logs import log_signers
from tests.support.signers import SIGNED_AT
from tests.support.trees import GrownLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shared.messaging.broker import Broker

HASH = 32
NOWHERE = httpx.Response(404)


@dataclass
class LogDouble:
    """One log at its origin; what it serves can be changed on its way out."""

    origin: str
    log: GrownLog = field(default_factory=GrownLog)
    served: Callable[[str, bytes], bytes | None] = lambda _path, body: body
    """What goes out for a path in place of these bytes; nothing is a 404."""
    down: bool = False
    asked: list[str] = field(default_factory=list)
    note: bytes | None = None
    """What it publishes as its checkpoint."""

    @property
    def signers(self) -> LogSigners:
        """Its keys, which everybody may know."""
        return log_signers(self.origin)

    @property
    def size(self) -> int:
        """How many entries it has."""
        return self.log.size

    @property
    def entries(self) -> list[bytes]:
        """All of its entries."""
        return self.log.entries

    def grow(self, count: int) -> range:
        """Append synthetic entries; gives their indices."""
        return self.append(entries(count, self.size, self.origin))

    def append(self, more: Iterable[bytes]) -> range:
        """Append entries; gives their indices."""
        first = self.size
        self.log.grow(more)
        return range(first, self.size)

    def signed(self, at: int = SIGNED_AT) -> SignedCheckpoint:
        """Its newest checkpoint, signed."""
        checkpoint = Checkpoint(self.origin, self.size, self.log.tree.root())
        return SignedCheckpoint(checkpoint, sign_checkpoint(checkpoint, self.signers, at))

    def request(self, old: int) -> AddCheckpoint:
        """What its sealer asks of a witness that has cosigned `old` entries."""
        proof = consistency_proof(old, self.size, TileReader(self.size, self.log.tiles).hash_of)
        return AddCheckpoint(old, tuple(proof), self.signed().encoded)

    def seal(self) -> SignedCheckpoint:
        """Publish its newest checkpoint."""
        signed = self.signed()
        self.note = signed.encoded
        return signed

    async def publish(self, broker: Broker, topic: str, indices: Iterable[int]) -> None:
        """Relay entries to a topic, in this order."""
        await publish(broker, topic, [(index, self.entries[index]) for index in indices])

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Serve one request."""
        if self.down:
            raise httpx.ConnectError("the origin is down")
        path = request.url.path.removeprefix("/")
        self.asked.append(path)
        body = self._body(path)
        body = None if body is None else self.served(path, body)
        return NOWHERE if body is None else httpx.Response(200, content=body)

    def _body(self, path: str) -> bytes | None:
        if path == "checkpoint":
            return self.note
        try:
            if path.startswith("tile/entries/"):
                index, width = parse_bundle_path(path)
                held = self.entries[index * 256 : index * 256 + width]
                return encode_bundle(held) if len(held) == width else None
            tile = parse_tile(path)
        except Malformed:
            return None
        wide = [
            known
            for known in self.log.tiles
            if (known.level, known.index) == (tile.level, tile.index)
        ]
        hashes = max((self.log.tiles[known] for known in wide), key=len, default=b"")
        return hashes[: tile.width * HASH] if len(hashes) >= tile.width * HASH else None
