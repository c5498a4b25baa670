"""What was found, and how what could not be checked was settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from services.audit.api.names import ORIGIN, Operating, Origin, admit
from services.audit.domain.finding import Kind
from services.audit.queries import AuditReads
from shared.web.openapi.examples import shows
from shared.web.responses import Page, listing, paged
from shared.web.routes import resource_router

FINDING = {
    "finding": 1,
    "kind": "hash-mismatch",
    "origin": ORIGIN,
    "index": 17,
    "rule": None,
    "subject": "entry/accord.example/intake/0#17",
    "expected": "leaf hash 7738…",
    "found": "c5ae…",
    "evidence": [],
    "detail": "expected leaf hash 7738…; found c5ae…",
    "checkpoints": [],
    "consistency": [],
    "found_at": "2025-03-16T02:10:00Z",
    "settled_at": None,
    "settled": None,
}


def router(party: str, kept: AuditReads) -> APIRouter:
    """The route of findings."""
    router = resource_router("findings")

    @router.get(
        "/findings",
        summary="Everything that was found",
        responses=shows({"items": [FINDING], "next": None}),
    )
    async def findings(
        page: Annotated[Page, Depends(paged(int))],
        asking: Operating,
        kind: Annotated[Kind | None, Query()] = None,
        origin: Origin | None = None,
    ) -> Response:
        admit(asking.actor, party)
        after = int(page.after[0]) if page.after else 0
        rows = await kept.findings(kind, origin, after, page.limit + 1)
        return listing(
            asking, page, [_shown(row) for row in rows], lambda shown: (shown["finding"],)
        )

    return router


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    document = row["document"]
    return {
        "finding": row["finding"],
        **document["finding"],
        "detail": document["detail"],
        "checkpoints": document["checkpoints"],
        "consistency": document.get("consistency", []),  # findings of before have none
        "found_at": row["found_at"],
        "settled_at": row["settled_at"],
        "settled": row["how"],
    }
