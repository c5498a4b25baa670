"""Exceptions: what needs somebody's attention now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.placement.queries import PlacementReads
from shared.web.identity.caller import Reader, reader
from shared.web.openapi.examples import shows
from shared.web.responses import Page, listing, paged
from shared.web.routes import resource_router

SHOWN = (
    "custody",
    "person",
    "agreement",
    "facility",
    "status",
    "responsible_state",
    "offered_at",
    "unaccounted_night",
    "unaccounted_since",
    "unaccounted_entry",
)
SHOWN_OF_HEADCOUNTS = ("facility", "night", "due_at", "awaited")
EXCEPTION = {
    "kind": "person-unaccounted",
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "status": "unaccounted",
    "responsible_state": "SLV",
    "offered_at": "2025-03-16T08:00:00Z",
    "unaccounted_night": "2025-03-21",
    "unaccounted_since": "2025-03-20",
    "unaccounted_entry": "accord.example/placement/0#17",
}
OVERDUE = {
    "kind": "headcount-overdue",
    "facility": "cecot",
    "night": "2025-03-20",
    "due_at": "2025-03-21T17:59:59Z",
    "awaited": 238,
}


def router(reads: PlacementReads) -> APIRouter:
    """The route of exceptions."""
    router = resource_router("exceptions")

    @router.get(
        "/exceptions",
        summary="People unaccounted for, handovers with one signature, headcounts that are overdue",
        responses=shows({"items": [EXCEPTION, OVERDUE], "next": None}),
    )
    async def exceptions(
        page: Annotated[Page, Depends(paged(str))], asking: Annotated[Reader, Depends(reader())]
    ) -> Response:
        after = str(page.after[0]) if page.after else ""
        rows = await reads.exceptions(asking.actor.party, after, page.limit + 1)
        return listing(asking, page, [_shown(row) for row in rows], _key)

    return router


def _shown(row: Mapping[str, object]) -> Mapping[str, object]:
    if "awaited" in row:
        return {"kind": "headcount-overdue", **{name: row[name] for name in SHOWN_OF_HEADCOUNTS}}
    kind = row["status"] if row["status"] == "handover-pending" else "person-unaccounted"
    return {"kind": kind, **{name: row[name] for name in SHOWN}}


def _key(item: Mapping[str, object]) -> tuple[object]:
    overdue = item["kind"] == "headcount-overdue"
    return (f"headcount/{item['facility']}/{item['night']}" if overdue else item["custody"],)
