"""A running audit node, or a service, as a source: its tiles and checkpoints over HTTP."""

import time
from collections.abc import Mapping
from typing import Final

import httpx
import msgspec

from cli.audit.findings import Absent, Finding, Unchecked
from cli.audit.source import LARGEST
from shared.transparency.tiles import TILE_WIDTH, Tile, bundle_path

PATIENCE_SECONDS: Final = 30.0
"""With an answer's beginning, and with each part of it."""
WHOLE_SECONDS: Final = 120.0
HASH_SIZE: Final = 32


class _Extent(msgspec.Struct, frozen=True):
    """What a service says about its log."""

    origin: str


class NodeSource:
    """Reads the logs of a node, or the one log of a service."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        self._http = httpx.Client(
            timeout=PATIENCE_SECONDS, transport=transport, headers={"Accept-Encoding": "identity"}
        )
        self._own = self._own_log()

    @property
    def name(self) -> str:
        return self._url

    @property
    def origins(self) -> tuple[str, ...]:
        """A service has one log, at its root; a node does not say here which it has."""
        return (self._own,) if self._own else ()

    @property
    def is_live(self) -> bool:
        return True

    def policy(self) -> bytes:
        return self._get("policy")

    def checkpoint(self, origin: str) -> bytes:
        return self._get(self.file(origin, "checkpoint"))

    def tile(self, origin: str, tile: Tile) -> bytes:
        """The hashes of a tile; of a partial one that is gone, from the full one (tlog-tiles)."""
        try:
            return self._get(self.file(origin, tile.path))
        except _Gone:
            if tile.width == TILE_WIDTH:
                raise
            full = Tile(tile.level, tile.index)
            return self._get(self.file(origin, full.path))[: tile.width * HASH_SIZE]

    def bundle(self, origin: str, index: int, width: int) -> bytes:
        """The entries of a bundle; of a partial one that is gone, from the full one."""
        try:
            return self._get(self.file(origin, bundle_path(index, width)))
        except _Gone:
            if width == TILE_WIDTH:
                raise
            return _beginning(self._get(self.file(origin, bundle_path(index))), width)

    def file(self, origin: str, path: str) -> str:
        return path if origin == self._own else f"{origin}/{path}"

    def is_changed(self, file: str) -> bool:  # noqa: ARG002 - a node keeps no list of digests
        """Nobody knows what it was."""
        return False

    def afterwards(self) -> tuple[list[Finding], list[Unchecked]]:
        """A node has nothing but its logs."""
        return [], []

    def table(self, origin: str) -> None:
        """A node decodes no entries for others."""

    def listed_size(self, origin: str) -> None:
        """A node's list of its logs is for those with a token."""

    def beside(self) -> Mapping[str, str]:
        return {}

    def close(self) -> None:
        self._http.close()

    def _own_log(self) -> str | None:
        try:
            return msgspec.json.decode(self._get("v1/log"), type=_Extent).origin
        except (_Gone, msgspec.MsgspecError):
            return None

    def _get(self, path: str) -> bytes:
        where = f"{self._url}/{path}"
        try:
            with self._http.stream("GET", where) as answer:
                if answer.status_code == httpx.codes.NOT_FOUND:
                    raise _Gone(where, "it answers 404: there is no such file")
                if answer.status_code != httpx.codes.OK:
                    raise Absent(where, f"it answers {answer.status_code}")
                return _content(answer, where)
        except httpx.HTTPError as error:
            raise Absent(where, f"no answer: {type(error).__name__} {error}") from error


class _Gone(Absent):
    """A file that the node does not have, or no longer in this width."""


def _content(answer: httpx.Response, where: str) -> bytes:
    """The bytes as sent, never unpacked: what is endless, or trickles, ends here."""
    deadline = time.monotonic() + WHOLE_SECONDS
    content = bytearray()
    for part in answer.iter_raw():
        content += part
        if len(content) > LARGEST:
            raise Absent(where, f"it answers with more than {LARGEST:,} bytes")
        if time.monotonic() > deadline:
            raise Absent(where, f"its answer is not whole after {WHOLE_SECONDS:.0f} seconds")
    return bytes(content)


def _beginning(bundle: bytes, width: int) -> bytes:
    """The first `width` entries of a bundle, which need not be well formed after them."""
    offset = 0
    for _ in range(width):
        offset += 2 + int.from_bytes(bundle[offset : offset + 2], "big")
    return bundle[:offset]
