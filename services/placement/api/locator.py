"""The locator: where a person is, for those who may ask; every question is logged (G12)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.placement.queries import PlacementReads
from shared.telemetry.logs import logger
from shared.web.caller import Reader, reader
from shared.web.examples import shows
from shared.web.models import UuidPath
from shared.web.responses import found
from shared.web.routes import resource_router

SHOWN = (
    "custody",
    "agreement",
    "facility",
    "status",
    "responsible_state",
    "custodian_party",
    "custodian_body",
    "arrived_on",
    "departed_on",
    "unaccounted_night",
)
PERSON = "01890a5d-ac96-774b-bcce-b302099a8058"
ENTRY = {
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "status": "in-custody",
    "responsible_state": "SLV",
    "custodian_party": "SLV",
    "custodian_body": "cecot",
    "arrived_on": "2025-03-16",
    "departed_on": None,
    "unaccounted_night": None,
}
MayLocate = Annotated[
    Reader,
    Depends(
        reader(
            "counsel",
            "consulate",
            "monitor",
            "central-authority",
            "intake-agency",
            "facility-registry",
            "court",
        )
    ),
]
_log = logger("locator")


def router(people: PlacementReads) -> APIRouter:
    """The route of the locator."""
    router = resource_router("locator")

    @router.get(
        "/locator/{person}",
        summary="Where a person is",
        responses=shows({"person": PERSON, "entries": [ENTRY]}),
    )
    async def locate(person: UuidPath, asking: MayLocate) -> Response:
        rows = await people.located(person)
        _log.info("located", person=person, actor=str(asking.actor), entries=len(rows))
        entries = [{name: row[name] for name in SHOWN} for row in rows]
        known = {"person": person, "entries": entries} if entries else None
        return found(asking, known, what="person")

    return router
