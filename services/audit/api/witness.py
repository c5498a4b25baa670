"""The witness over HTTP (C2SP tlog-witness): what a log's sealer asks, and what peers compare."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.audit.witness.served_log import ServedLog
from services.audit.witness.witness import Cosigned, NotCompared, NotHeld, Witness
from shared.transparency.witness import CONFLICT, TLOG_SIZE, encode_size
from shared.web.openapi.examples import Responses
from shared.web.problems import Refused, problem
from shared.web.routes import open_router

TEXT = "text/plain; charset=utf-8"
NO_STORE = {"cache-control": "no-store"}
_REASONS = {
    400: "CheckpointMalformed",
    403: "LogHasNotSigned",
    404: "UnknownLog",
    409: "CheckpointConflicts",
    422: "NotConsistent",
}
_LINES: Responses = {
    200: {
        "description": "Two cosignature lines",
        "content": {
            TEXT: {"example": "— audit.usa.accord.example …\n— audit.usa.accord.example …\n"}
        },
    },
    409: {
        "description": "The size that was cosigned last",
        "content": {TLOG_SIZE: {"example": "1000\n"}},
    },
}
_NOTE: Responses = {
    200: {"description": "A signed checkpoint", "content": {TEXT: {"example": "…"}}},
}


def router(witness: Witness) -> APIRouter:
    """The route of the witness, which is open: what it takes is signed."""
    router = open_router("witness")

    @router.post("/add-checkpoint", summary="Cosign a checkpoint", responses=_LINES)
    async def add_checkpoint(request: Request) -> Response:
        answer = await witness.add_checkpoint(await request.body())
        if isinstance(answer, Cosigned):
            return Response(answer.lines, 200, NO_STORE, TEXT)
        if isinstance(answer, NotHeld):
            said = problem(503, "EntriesNotHeld", f"Not cosigned yet: {answer.detail}.")
            raise Refused(said, {"retry-after": "1"})
        if isinstance(answer, NotCompared):
            said = problem(503, "CosignaturesNotCompared", f"Not cosigned: {answer.detail}.")
            raise Refused(said, {"retry-after": "1"})
        if answer.status == CONFLICT and answer.size is not None:
            headers = {**NO_STORE, "content-type": TLOG_SIZE}  # as it stands, without a charset
            return Response(encode_size(answer.size), 409, headers)
        raise Refused(problem(answer.status, _REASONS[answer.status], answer.detail))

    return router


def cosigned_router(log: ServedLog) -> APIRouter:
    """The route by which the other node compares a log, open like the log itself."""
    router = open_router("witness")

    @router.get(
        f"/{log.origin}/cosigned",
        summary="The newest checkpoint that this node has cosigned",
        responses=_NOTE,
    )
    async def cosigned() -> Response:
        note = await log.cosigned()
        if note is None:
            raise Refused(problem(404, "NothingCosigned", "Nothing of this log was cosigned yet."))
        return Response(note, 200, NO_STORE, TEXT)

    return router
