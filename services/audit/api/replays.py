"""Replays: everything that is held, hashed, read and derived once more because somebody asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from services.audit.api.logs import ROOT
from services.audit.api.names import ORIGIN, Auditing, Ordering, ReplayPath, admit
from services.audit.queries import AuditReads
from shared.web.openapi.examples import Responses, shows
from shared.web.responses import found
from shared.web.routes import resource_router

REPLAY = {
    "replay": "773885a613489e24ce2cf76199d6a423",
    "asked_at": "2025-03-16T02:10:00Z",
    "asked_by": "USA:auditor:auditor-1",
    "finished_at": "2025-03-16T02:10:02Z",
    "state": "done",
    "extent": {ORIGIN: 1000},
    "roots": {ORIGIN: ROOT},
    "verdict": "good",
    "findings": 0,
    "first_findings": [],
    "report": {},
}
ORDERED: Responses = {
    202: {
        "description": "Ordered",
        "content": {"application/json": {"example": {"replay": REPLAY["replay"]}}},
    },
}


Ask = Callable[[str, str], Awaitable[None]]
"""Orders a replay under a name, once, for an actor: `ReplayOrders.ask`."""


def router(party: str, ask: Ask, replays: AuditReads) -> APIRouter:
    """The routes of replays."""
    router = resource_router("replays")

    @router.post("/replays", summary="Order a replay", responses=ORDERED, status_code=202)
    async def order(caller: Ordering) -> Response:
        admit(caller.actor, party)
        replay = caller.idempotency.key_sha256.hex()[:32]
        await ask(replay, str(caller.actor))
        where = f"/v1/replays/{replay}"
        body = msgspec.json.encode({"replay": replay})
        return Response(body, 202, {"location": where}, "application/json")

    @router.get("/replays/{replay}", summary="What a replay has come to", responses=shows(REPLAY))
    async def read(replay: ReplayPath, asking: Auditing) -> Response:
        admit(asking.actor, party)
        row = await replays.replay(replay)
        return found(asking, None if row is None else _shown(row), what="replay")

    return router


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("replay", "asked_at", "asked_by", "finished_at")
    return {**{name: row[name] for name in kept}, **row["document"]}
