"""The bed board: places on both sides now, then and to come, and who wants one (S10, D1, D11)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from services.placement.queries.bed_board import BedBoardReads
from shared.web.content.models import SlugQuery
from shared.web.identity.caller import Reader, reader
from shared.web.moment import AskedMoment
from shared.web.openapi.examples import shows
from shared.web.responses import Page, listing, paged
from shared.web.routes import resource_router

FARTHEST = 366
DaysAhead = Annotated[int, Query(ge=0, le=FARTHEST, description="How many days to look ahead")]
PLACES: dict[str, Any] = {
    "facility": "cecot",
    "country": "SLV",
    "side": "agreed",
    "approved": 40000,
    "own": 14532,
    "reserved": 43,
    "taken": 238,
    "wanted": 300,
    "day": "2025-03-20",
    "free": 25187,
    "warning": "none",
    "ahead": [{"day": "2025-03-21", "leaving": 2, "free": 25189, "warning": "none"}],
}
DEMAND: dict[str, Any] = {
    "agreement": "usa-slv-2025",
    "sending": "USA",
    "receiving": "SLV",
    "accepted": 200,
    "cleared": 100,
    "waiting": 12,
    "under_way": 43,
}
WAITING: dict[str, Any] = {
    "case": "01890a5d-ac96-774b-bcce-b302099a8057",
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
    "agreement": "usa-slv-2025@1",
    "cleared_at": "2025-03-15T12:00:00.000000Z",
    "refused": True,
}


def router(reads: BedBoardReads) -> APIRouter:
    """The routes of the bed board."""
    router = resource_router("bed board")
    _places(router, reads)
    _wanting(router, reads)
    return router


def _places(router: APIRouter, reads: BedBoardReads) -> None:
    @router.get(
        "/bed-board",
        summary="The places of both sides: approved, own, reserved, taken, free, and those to come",
        responses=shows({"items": [PLACES], "next": None}),
    )
    async def places(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        moment: AskedMoment,
        *,
        facility: SlugQuery | None = None,
        days: DaysAhead = 0,
    ) -> Response:
        party = asking.actor.party
        rows = await reads.places(party, page, moment, facility=facility, days=days)
        return listing(asking, page, rows, lambda row: (row["facility"],))


def _wanting(router: APIRouter, reads: BedBoardReads) -> None:
    @router.get(
        "/bed-board/demand",
        summary="Who wants a place, by agreement: accepted, cleared, waiting, under way",
        responses=shows({"items": [DEMAND], "next": None}),
    )
    async def demand(
        page: Annotated[Page, Depends(paged(str, str, str))],
        asking: Annotated[Reader, Depends(reader())],
    ) -> Response:
        rows = await reads.demand(asking.actor.party, page)
        key = ("agreement", "sending", "receiving")
        return listing(asking, page, rows, lambda row: tuple(row[name] for name in key))

    @router.get(
        "/bed-board/waiting",
        summary="Who is cleared and has no place, in the order of their clearances",
        responses=shows({"items": [WAITING], "next": None}),
    )
    async def waiting(
        page: Annotated[Page, Depends(paged(str, str))],
        asking: Annotated[Reader, Depends(reader())],
        agreement: SlugQuery | None = None,
    ) -> Response:
        rows = await reads.waiting(asking.actor.party, page, agreement)
        return listing(asking, page, rows, lambda row: (row["cleared_at"], row["case"]))
