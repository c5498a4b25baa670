"""Who was counted and is unknown: listed, and settled by another subject (D3)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.placement.domain.unknown_person import SETTLE_UNKNOWN_PERSON, SettleUnknownPerson
from services.placement.queries.unknown_persons import UnknownPersonReads
from shared.contracts.unknown_person import Explanation, UnknownPersonSettled
from shared.kernel.ids import CustodyId, FacilityId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Day, RequestModel, SlugPath, UuidPath
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, listing, paged
from shared.web.routes import resource_router

Settling = Annotated[
    Caller, Depends(caller_from("facility-registry", "central-authority", dry_run=True))
]
SHOWN: dict[str, Any] = {
    "facility": "cecot",
    "night": "2025-03-20",
    "counted": "01890a5d-ac96-774b-bcce-b302099a805d",
    "reason": "outside-the-stay",
    "arrived_on": "2025-03-16",
    "departed_on": "2025-03-18",
    "attested_by": "SLV:facility-registry:cecot/registry",
    "entry": "accord.example/placement/0#27",
    "explanation": "listed-by-mistake",
    "settled_by": "SLV:central-authority:autoridad/una",
    "reference": "NOTE-7",
}
BODY: dict[str, Any] = {
    "night": "2025-03-20",
    "explanation": "listed-by-mistake",
    "reference": "NOTE-7",
}


class Settlement(RequestModel):
    """Who somebody was that a night's list named, and the paper that says so."""

    model_config = ConfigDict(json_schema_extra={"example": BODY})
    night: Day
    explanation: Explanation
    reference: Code


def router(runner: CommandRunner, reads: UnknownPersonReads) -> APIRouter:
    """The routes of unknown persons."""
    router = resource_router("headcounts")
    _settling(router, runner)

    @router.get(
        "/facilities/{facility}/unknown-persons",
        summary="Who was counted and is unknown, and who that turned out to be",
        responses=shows({"items": [SHOWN], "next": None}),
    )
    async def unknown_persons(
        facility: SlugPath,
        page: Annotated[Page, Depends(paged(str, str))],
        asking: Annotated[Reader, Depends(reader())],
    ) -> Response:
        rows = await reads.unknown_persons(asking.actor.party, facility, page)
        return listing(asking, page, rows, lambda row: (row["night"], row["counted"]))

    return router


def _settling(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/facilities/{facility}/unknown-persons/{counted}:settle",
        summary="Say who was counted, as another subject than who attested the list",
        responses=records({"facility": "cecot", "counted": SHOWN["counted"], **BODY}),
    )
    async def settle(
        facility: SlugPath, counted: UuidPath, body: Settlement, caller: Settling
    ) -> Response:
        command = SettleUnknownPerson(
            facility=FacilityId(facility),
            actor=caller.actor,
            now=caller.now,
            night=body.night,
            counted=CustodyId(counted),
            explanation=body.explanation,
            reference=body.reference,
        )
        outcome = await runner.run(
            SETTLE_UNKNOWN_PERSON, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _settled)


def _settled(event: UnknownPersonSettled) -> dict[str, object]:
    return {
        "facility": event.facility,
        "counted": event.counted,
        "night": event.night,
        "explanation": event.explanation,
        "reference": event.reference,
    }
