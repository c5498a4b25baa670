"""The mirrored logs: how much of each is held, cosigned and final, and how far behind it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.audit.api.names import ORIGIN, Operating, admit
from services.audit.queries import AuditReads
from shared.web.openapi.examples import shows
from shared.web.responses import found
from shared.web.routes import resource_router

ROOT = "773885a613489e24ce2cf76199d6a423f042e4bbf12d7eecee912ef276c65701"
LOG = {
    "origin": ORIGIN,
    "size": 1000,
    "root": ROOT,
    "cosigned": {"size": 1000, "root": ROOT, "at": "2025-03-16T02:10:00Z"},
    "final_size": 1000,
    "lag": 0,
    "last_finding": None,
}


def router(party: str, logs: AuditReads, lags: Callable[[], Mapping[str, int]]) -> APIRouter:
    """The route of logs; `lags` tells how many entries are known of and not held."""
    router = resource_router("logs")

    @router.get("/logs", summary="The mirrored logs", responses=shows({"items": [LOG]}))
    async def list_logs(asking: Operating) -> Response:
        admit(asking.actor, party)
        behind = lags()
        rows = await logs.logs()
        items = [_shown(row, behind.get(str(row["origin"]), 0)) for row in rows]
        return found(asking, {"items": items})

    return router


def _shown(row: Mapping[str, Any], lag: int) -> Mapping[str, object]:
    cosigned = None
    if row["cosigned_at"]:
        cosigned = {
            "size": row["cosigned_size"],
            "root": row["cosigned_root"].hex(),
            "at": datetime.fromtimestamp(row["cosigned_at"], UTC),
        }
    last = {"kind": row["finding"], "index": row["finding_index"], "found_at": row["found_at"]}
    return {
        "origin": row["origin"],
        "size": row["size"],
        "root": row["root"].hex(),
        "cosigned": cosigned,
        "final_size": row["final_size"],
        "lag": lag,
        "last_finding": last if row["finding"] else None,
    }
