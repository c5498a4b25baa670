"""What every log shows to its followers: entry bundles (C2SP tlog-tiles), size and receipts."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from typing import Annotated, Protocol

import msgspec
from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from shared.ledger.receipt import Receipt
from shared.web.answers import found, receipt_document
from shared.web.asked import Reader, reader
from shared.web.examples import RECEIPT, Responses, shows
from shared.web.gate import open_router, resource_router
from shared.web.problems import Refused, problem

BUNDLE = 256
_TILE = re.compile(r"((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_WHILE = "public, max-age=60"
_BYTES = "application/octet-stream"
_BUNDLE_SHOWN: Responses = {
    200: {"description": "An entry bundle", "content": {_BYTES: {"example": "…"}}}
}


class LogReader(Protocol):
    """A log as it is read: `shared.ledger.log.Log`."""

    @property
    def origin(self) -> str:
        """The log's origin."""
        ...

    async def size(self) -> int:
        """How many entries the log has."""
        ...

    async def read(self, first: int, limit: int) -> list[bytes]:
        """Entry bytes from an index on."""
        ...

    async def receipt(self, sequence: int) -> Receipt | None:
        """The receipt of one entry."""
        ...


class Tile(msgspec.Struct, frozen=True):
    """Which entry bundle is meant, and how many of its entries."""

    index: int
    width: int

    @staticmethod
    def read(path: str) -> Tile | None:
        """The tile of a path such as `x001/x234/067` or `067.p/8`; one tile has one spelling."""
        match = _TILE.fullmatch(path)
        if match is None:
            return None
        groups = match[1].replace("x", "").split("/")
        width = int(match[2] or BUNDLE)
        if (len(groups) > 1 and groups[0] == "000") or (match[2] and width >= BUNDLE):
            return None
        return Tile(int("".join(groups)), width)


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle: `uint16 big-endian length || entry`, one after the other."""
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def log_routers(log: LogReader) -> tuple[APIRouter, APIRouter]:
    """The routers that every service has for its log: what is open, and what needs a token."""
    return _open(log), _guarded(log)


def _open(log: LogReader) -> APIRouter:
    router = open_router("log")

    @router.get(
        "/tile/entries/{tile:path}",
        summary="Entry bundle",
        response_class=Response,
        responses=_BUNDLE_SHOWN,
    )
    async def entries(tile: Annotated[str, Path(examples=["x001/x234/067.p/8"])]) -> Response:
        meant = Tile.read(tile)
        held = await log.read(meant.index * BUNDLE, meant.width) if meant else []
        if meant is None or len(held) < meant.width:
            raise _no_bundle()
        cached = _FOR_EVER if meant.width == BUNDLE else _FOR_A_WHILE
        return Response(bundle(held), 200, {"cache-control": cached}, _BYTES)

    @router.get(
        "/v1/log",
        summary="Origin and size",
        responses=shows({"origin": RECEIPT.origin, "size": 18}),
    )
    async def size() -> Response:
        said = {"origin": log.origin, "size": await log.size()}
        return Response(
            msgspec.json.encode(said), 200, {"cache-control": "no-store"}, "application/json"
        )

    return router


def _guarded(log: LogReader) -> APIRouter:
    router = resource_router("log")

    @router.get(
        "/receipts/{origin:path}/{sequence}",
        summary="Receipt of an entry",
        responses=shows(msgspec.to_builtins(RECEIPT)),
    )
    async def receipt(
        origin: str,
        sequence: Annotated[int, Path(ge=0, lt=1 << 62)],
        asking: Annotated[Reader, Depends(reader())],
    ) -> Response:
        held = await log.receipt(sequence) if origin == log.origin else None
        return found(asking, None if held is None else receipt_document(held), what="receipt")

    return router


def _no_bundle() -> Refused:
    detail = "No such entry bundle: /v1/log says the size, c2sp.org/tlog-tiles how to name one."
    return Refused(problem(404, "UnknownEntryBundle", detail))
