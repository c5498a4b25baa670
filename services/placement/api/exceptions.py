"""Exceptions: what needs somebody's attention now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.placement.queries.exceptions import (
    HEADCOUNT_KEYS,
    PLACE_KEYS,
    ZONE_KEYS,
    ExceptionReads,
)
from shared.web.identity.caller import Reader, reader
from shared.web.openapi.examples import shows
from shared.web.responses import Page, listing, paged
from shared.web.routes import resource_router

CUSTODY = (
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
SHOWN = {
    "person-unaccounted": CUSTODY,
    "handover-pending": CUSTODY,
    "headcount-overdue": ("facility", "night", "due_at", "awaited"),
    "place-refused": (
        "custody",
        "person",
        "agreement",
        "facility",
        "manifest",
        "rule",
        "reason",
        "detail",
        "entry",
    ),
    "facility-in-another-zone": ("facility", "agreement", "timezone", "agreed_timezone", "entry"),
}
"""What is said of each kind."""
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
WITHOUT_A_PLACE = {
    "kind": "place-refused",
    "custody": "01890a5d-ac96-774b-bcce-b302099a8059",
    "person": "01890a5d-ac96-774b-bcce-b302099a805a",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "manifest": "01890a5d-ac96-774b-bcce-b302099a805b",
    "rule": "G19",
    "reason": "NoPlaceAvailable",
    "detail": "facility cecot has not been registered: have its state register it and approve its"
    " capacity, or choose another facility",
    "entry": "accord.example/placement/0#3",
}
ELSEWHERE = {
    "kind": "facility-in-another-zone",
    "facility": "cecot",
    "agreement": "usa-slv-2025",
    "timezone": "America/Guatemala",
    "agreed_timezone": "America/El_Salvador",
    "entry": "accord.example/placement/0#2",
}


def router(reads: ExceptionReads) -> APIRouter:
    """The route of exceptions."""
    router = resource_router("exceptions")

    @router.get(
        "/exceptions",
        summary="Who is unaccounted for or has no place, and what facilities and states still owe",
        responses=shows({"items": [EXCEPTION, OVERDUE, WITHOUT_A_PLACE, ELSEWHERE], "next": None}),
    )
    async def exceptions(
        page: Annotated[Page, Depends(paged(str))], asking: Annotated[Reader, Depends(reader())]
    ) -> Response:
        after = str(page.after[0]) if page.after else ""
        rows = await reads.exceptions(asking.actor.party, after, page.limit + 1)
        return listing(asking, page, [_shown(row) for row in rows], _key)

    return router


def _shown(row: Mapping[str, object]) -> Mapping[str, object]:
    kind = str(row["kind"])
    return {"kind": kind, **{name: row[name] for name in SHOWN[kind]}}


def _key(item: Mapping[str, object]) -> tuple[object]:
    match item["kind"]:
        case "headcount-overdue":
            return (f"{HEADCOUNT_KEYS}{item['facility']}/{item['night']}",)
        case "place-refused":
            return (f"{PLACE_KEYS}{item['custody']}",)
        case "facility-in-another-zone":
            return (f"{ZONE_KEYS}{item['facility']}/{item['agreement']}",)
        case _:
            return (item["custody"],)
