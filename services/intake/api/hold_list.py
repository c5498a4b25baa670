"""The list of holds: by what they are about, who issued them and how far they have come (G3)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from services.intake.api.hold_bodies import HOLD
from services.intake.api.holds import ORDER
from services.intake.domain.hold.assert_hold import HoldOffice
from services.intake.queries import HoldListState, IntakeQueries
from shared.web.content.models import CountryQuery, Naming, SlugQuery, UuidQuery
from shared.web.identity.caller import Reader, reader
from shared.web.openapi.examples import shows
from shared.web.responses import Page, listing, paged
from shared.web.routes import resource_router

ScopeKind = Literal["person", "country", "class", "flight", "agreement"]
KindQuery = Annotated[ScopeKind, Query(description="What it is about", examples=["class"])]
IssuedByQuery = Annotated[
    str,
    Query(pattern=r"^[A-Z]{3}$|^XX$", description="Whose office issued it", examples=["XX"]),
    Naming("party"),
]
OfficeQuery = Annotated[HoldOffice, Query(description="Which office", examples=["court"])]
StateQuery = Annotated[
    HoldListState,
    Query(description="How far it has come; one that is to be lifted stands", examples=["lifted"]),
]


SHOWN: dict[str, Any] = {
    "hold": HOLD,
    "kind": "country",
    "scope": ORDER["scope"],
    "person": None,
    "country": "SLV",
    "flight": None,
    "agreement": None,
    **{name: value for name, value in ORDER.items() if name != "scope"},
    "issued_by": "XX",
    "office": "court",
    "asserted_by": "XX:court:district-court-9/a",
    "stands": True,
    "verified": False,
    "lift_requested": False,
    "last_event": "intake.HoldAsserted.v1",
    "last_sequence": 17,
}


def router(listed: IntakeQueries) -> APIRouter:
    """`GET /v1/holds`."""
    router = resource_router("holds")

    @router.get(
        "/holds",
        summary="Holds: all that name nobody, and those on persons that one may read",
        responses=shows({"items": [SHOWN], "next": None}),
    )
    async def list_holds(
        *,
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        kind: KindQuery | None = None,
        person: UuidQuery | None = None,
        country: CountryQuery | None = None,
        issued_by: IssuedByQuery | None = None,
        flight: UuidQuery | None = None,
        agreement: SlugQuery | None = None,
        office: OfficeQuery | None = None,
        stands: Annotated[bool | None, Query()] = None,
        state: StateQuery | None = None,
    ) -> Response:
        about = {"kind": kind, "person": person, "country": country}
        about |= {"flight": flight, "agreement": agreement}
        issuer = {"issued_by": issued_by, "office": office}
        party = asking.actor.party
        rows = await listed.holds(party, page, stands=stands, state=state, **about, **issuer)
        return listing(asking, page, rows, lambda row: (row["hold"],))

    return router
