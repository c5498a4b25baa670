"""What every service shows of its log: its tree, its size, receipts, and proofs to be kept."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from shared.kernel.bounds import LAST_INDEX
from shared.ledger.recorded import Receipt
from shared.sealing.log import SealedLog
from shared.transparency.tlog_proof import MEDIA_TYPE
from shared.web.content.models import InDigits
from shared.web.endpoints.tree import tree_router
from shared.web.identity.caller import Reader, reader
from shared.web.openapi.examples import RECEIPT, Responses, shows
from shared.web.problems import Refused, problem
from shared.web.request_checks import HEADERS_KEY, JSON_TYPE, Headers
from shared.web.responses import found, receipt_document
from shared.web.routes import resource_router

_PROOF = """c2sp.org/tlog-proof@v1
index 17
dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE=

accord.example/intake/0
18
NGxrnLicS3b6ydyyDNqG46AcCldBfBOQKOrNRTj96Vs=

— accord.example/intake/0 JRX7jQ…
— audit.usa.accord.example IA53LA…
— audit.slv.accord.example kP0xYQ…
"""
_KEPT = {"cache-control": "private, no-cache", "vary": "accept"}


def log_routers(log: SealedLog) -> tuple[APIRouter, APIRouter]:
    """The routers that every service has for its log: what is open, and what needs a token."""
    return _open(log), _guarded(log)


def _open(log: SealedLog) -> APIRouter:
    router = tree_router(log)

    @router.get(
        "/v1/log",
        summary="Origin and size",
        responses=shows({"origin": RECEIPT.origin, "size": 18}),
    )
    async def size() -> Response:
        said = {"origin": log.origin, "size": await log.size()}
        return Response(msgspec.json.encode(said), 200, {"cache-control": "no-store"}, JSON_TYPE)

    return router


def _guarded(log: SealedLog) -> APIRouter:
    router = resource_router("log")

    @router.get(
        "/receipts/{origin:path}/{sequence}",
        summary="Receipt of an entry, or its proof",
        responses=_receipt_or_proof(),
    )
    async def receipt(
        origin: str,
        sequence: Annotated[int, Path(ge=0, le=LAST_INDEX), InDigits],
        asking: Annotated[Reader, Depends(reader())],
        request: Request,
    ) -> Response:
        held = await log.receipt(sequence) if origin == log.origin else None
        if held is not None and _wants_proof(request.scope[HEADERS_KEY]):
            return await _proved(log, held)
        return found(asking, None if held is None else receipt_document(held), what="receipt")

    return router


async def _proved(log: SealedLog, receipt: Receipt) -> Response:
    proof = await log.proof(receipt.sequence)
    if proof is None:
        detail = (
            f"The entry is {receipt.status}: there is a proof of it as soon as both governments"
            " have cosigned a checkpoint that has it. Ask again."
        )
        raise Refused(problem(409, "NotYetFinal", detail), {"retry-after": "1"})
    name = f"{receipt.origin.replace('/', '-')}-{receipt.sequence}.tlog-proof"
    headers = {**_KEPT, "content-disposition": f'attachment; filename="{name}"'}
    return Response(proof, 200, headers, f"{MEDIA_TYPE}; charset=utf-8")


def _wants_proof(headers: Headers) -> bool:
    """Whether a proof is asked for; who takes JSON as well gets the receipt."""
    accept = headers.get(b"accept", b"")
    return MEDIA_TYPE.encode() in accept and JSON_TYPE.encode() not in accept


def _receipt_or_proof() -> Responses:
    shown = shows(msgspec.to_builtins(RECEIPT))
    shown[200]["content"][MEDIA_TYPE] = {"schema": {"type": "string"}, "example": _PROOF}
    shown[409] = {"description": "A proof is asked for and the entry is not final yet"}
    return shown
