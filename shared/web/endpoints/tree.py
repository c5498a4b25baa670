"""A log's tree for everyone in the network (C2SP tlog-tiles): checkpoint, tiles, entry bundles."""

from __future__ import annotations

import asyncio
import gzip
from typing import Annotated, Protocol

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from shared.transparency.bundle import BUNDLE_WIDTH, encode_bundle
from shared.transparency.errors import Malformed
from shared.transparency.tiles import TILE_WIDTH, Tile, parse_bundle_path, parse_tile
from shared.web.openapi.examples import Responses
from shared.web.problems import Refused, problem
from shared.web.routes import open_router

_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_WHILE = "public, max-age=60"
_FOR_A_MOMENT = "public, max-age=1"
_BYTES = "application/octet-stream"
_TEXT = "text/plain; charset=utf-8"
_QUICKLY = 1
"""Entries are JSON: the least effort makes them a fifth already."""
_CHECKPOINT = """accord.example/intake/0
18
NGxrnLicS3b6ydyyDNqG46AcCldBfBOQKOrNRTj96Vs=

— accord.example/intake/0 JRX7jQ…
— audit.usa.accord.example IA53LA…
— audit.slv.accord.example kP0xYQ…
"""


class PublishedTree(Protocol):
    """A log, or the mirror of one, as it is shown to everyone."""

    async def checkpoint(self) -> bytes | None:
        """The newest signed checkpoint with its cosignatures, if there is one yet."""
        ...

    async def tile(self, tile: Tile) -> bytes | None:
        """The hashes of a tile, if the tree has it in this width."""
        ...

    async def read(self, first: int, limit: int) -> list[bytes]:
        """Entry bytes from an index on, without a hole; fewer than `limit` where the log ends."""
        ...

    async def is_settled(self, size: int) -> bool:
        """Whether the first `size` entries are signed: until then others may take their place,
        should the database be lost.
        """
        ...


def tree_router(tree: PublishedTree, prefix: str = "", tag: str = "log") -> APIRouter:
    """`/checkpoint` and `/tile/…` of one log, under `/<origin>` where there are several."""
    router = open_router(tag, prefix)
    _add_checkpoint(router, tree)
    _add_bundles(router, tree)
    _add_tiles(router, tree)
    return router


def _add_checkpoint(router: APIRouter, tree: PublishedTree) -> None:
    @router.get(
        "/checkpoint",
        summary="Newest checkpoint",
        response_class=Response,
        responses=_shown("The signed checkpoint with its cosignatures", _TEXT, _CHECKPOINT),
    )
    async def checkpoint() -> Response:
        note = await tree.checkpoint()
        if note is None:
            raise _unknown("Checkpoint", "Nothing of this log is published yet: ask again later.")
        return Response(note, 200, {"cache-control": _FOR_A_MOMENT}, _TEXT)


def _add_bundles(router: APIRouter, tree: PublishedTree) -> None:
    @router.get(
        "/tile/entries/{bundle:path}",
        summary="Entry bundle",
        response_class=Response,
        responses=_shown("Up to 256 entries, each after its length", _BYTES, "…"),
    )
    async def entries(
        bundle: Annotated[str, Path(examples=["x001/x234/067.p/8"])], request: Request
    ) -> Response:
        index, width = _bundle(f"tile/entries/{bundle}")
        held = await tree.read(index * BUNDLE_WIDTH, width)
        if len(held) < width:
            raise _no_bundle()
        is_settled = width == BUNDLE_WIDTH and await tree.is_settled((index + 1) * BUNDLE_WIDTH)
        cached = _FOR_EVER if is_settled else _FOR_A_WHILE
        return await _packed(encode_bundle(held), cached, request)


def _add_tiles(router: APIRouter, tree: PublishedTree) -> None:
    """After the bundles, whose addresses begin in the same way."""

    @router.get(
        "/tile/{level}/{tile:path}",
        summary="Tile of hashes",
        response_class=Response,
        responses=_shown("Up to 256 hashes of 32 bytes", _BYTES, "…"),
    )
    async def hashes(
        level: Annotated[str, Path(examples=["0"])],
        tile: Annotated[str, Path(examples=["x001/067.p/8"])],
    ) -> Response:
        meant = _tile(f"tile/{level}/{tile}")
        held = await tree.tile(meant)
        if held is None:
            raise _no_tile()
        cached = _FOR_EVER if meant.width == TILE_WIDTH else _FOR_A_WHILE
        return Response(held, 200, {"cache-control": cached}, _BYTES)


async def _packed(content: bytes, cached: str, request: Request) -> Response:
    """A bundle, compressed for who takes that; beside the event loop, as it takes a millisecond."""
    headers = {"cache-control": cached, "vary": "accept-encoding"}
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        content = await asyncio.to_thread(gzip.compress, content, _QUICKLY, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(content, 200, headers, _BYTES)


def _takes_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` names gzip, and not as what is refused (`gzip;q=0`)."""
    for choice in accepted.lower().split(","):
        coding, _, weight = choice.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "").rstrip("0") not in {"q=", "q=0."}
    return False


def _bundle(path: str) -> tuple[int, int]:
    try:
        return parse_bundle_path(path)
    except Malformed:
        raise _no_bundle() from None


def _tile(path: str) -> Tile:
    try:
        return parse_tile(path)
    except Malformed:
        raise _no_tile() from None


def _no_bundle() -> Refused:
    return _unknown("EntryBundle", "The log does not fill such a bundle, or it is spelt otherwise.")


def _no_tile() -> Refused:
    return _unknown("Tile", "The published tree has no such tile, or it is spelt otherwise.")


def _unknown(what: str, detail: str) -> Refused:
    return Refused(problem(404, f"Unknown{what}", f"{detail} See c2sp.org/tlog-tiles."))


def _shown(description: str, kind: str, example: str) -> Responses:
    return {200: {"description": description, "content": {kind: {"example": example}}}}
