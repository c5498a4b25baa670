"""Headcounts: who was in a facility on a night, attested by name."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.placement.domain.headcount import ATTEST_HEADCOUNT, AttestHeadcount
from services.placement.queries.stays import PlacementReads
from shared.contracts.placement import HeadcountAttested, PersonUnaccounted
from shared.contracts.unknown_person import UnknownPersonCounted
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId, FacilityId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Day, Instant, RequestModel, SlugPath, SlugQuery, Uuid
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, listing, paged
from shared.web.routes import resource_router

LONGEST_LIST = 100_000
LONGEST_BODY = 8 << 20
"""An id in quotes, with a comma and the indentation that some write it with, is below 80 bytes."""
Counting = Annotated[
    Caller,
    Depends(caller_from("facility-registry", batch=True, dry_run=True, longest_body=LONGEST_BODY)),
]
ATTESTED: dict[str, Any] = {
    "facility": "cecot",
    "night": "2025-03-16",
    "counted": 1,
    "unaccounted": [],
    "unknown": [],
}


class Headcount(RequestModel):
    """A night, and the custody of everybody who was seen. `attested_at` is now when left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "night": "2025-03-16",
                "present": ["01890a5d-ac96-774b-bcce-b302099a8057"],
                "attested_at": "2025-03-17T06:00:00Z",
            }
        }
    )
    night: Day
    present: Annotated[tuple[Uuid, ...], Field(max_length=LONGEST_LIST)]
    attested_at: Instant | None = None


def router(runner: CommandRunner, reads: PlacementReads) -> APIRouter:
    """The routes of headcounts."""
    router = resource_router("headcounts")

    @router.post(
        "/facilities/{facility}/headcounts",
        summary="Attest who was there on a night",
        responses=records(ATTESTED),
    )
    async def attest(
        facility: SlugPath,
        body: Headcount,
        caller: Counting,
    ) -> Response:
        command = AttestHeadcount(
            facility=FacilityId(facility),
            actor=caller.actor,
            now=caller.now,
            night=body.night,
            attested_at=body.attested_at,
            present=frozenset(CustodyId(custody) for custody in body.present),
        )
        provenance = caller.provenance(time=body.attested_at)
        outcome = await runner.run(ATTEST_HEADCOUNT, command, provenance, caller.idempotency)
        return answer(outcome, _attested)

    _listing(router, reads)
    return router


def _listing(router: APIRouter, reads: PlacementReads) -> None:
    shown = {
        "facility": "cecot",
        "night": "2025-03-16",
        "agreement": "usa-slv-2025@1",
        "counted": 1,
        "attested_by": "SLV:facility-registry:cecot/registry",
        "entry": "accord.example/placement/0#17",
    }

    @router.get(
        "/headcounts",
        summary="Headcounts that were attested, by facility, night and agreement",
        responses=shows({"items": [shown], "next": None}),
    )
    async def list_headcounts(
        page: Annotated[Page, Depends(paged(str, str, str))],
        asking: Annotated[Reader, Depends(reader())],
        facility: SlugQuery | None = None,
        agreement: SlugQuery | None = None,
    ) -> Response:
        rows = await reads.headcounts(asking.actor.party, page, facility, agreement)
        key = ("facility", "night", "agreement")
        return listing(asking, page, rows, lambda row: tuple(row[name] for name in key))


def _attested(*events: Event) -> dict[str, object]:
    lists = [event for event in events if isinstance(event, HeadcountAttested)]
    return {
        "facility": lists[0].facility,
        "night": lists[0].night,
        "counted": sum(len(presence.present) for presence in lists),
        "unaccounted": [event.custody for event in events if isinstance(event, PersonUnaccounted)],
        "unknown": [event.counted for event in events if isinstance(event, UnknownPersonCounted)],
    }
