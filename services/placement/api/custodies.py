"""Custodies: accepted, given a place, ended, and read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict
from starlette.responses import Response

from services.placement.domain.custody.accept_custody import ACCEPT_CUSTODY, AcceptCustody
from services.placement.domain.custody.assign_place import ASSIGN_PLACE, AssignPlace
from services.placement.domain.custody.end_custody import END_CUSTODY, EndCustody
from services.placement.domain.custody.state import CustodyIsUnknown
from services.placement.domain.incident.report_death import REPORT_DEATH, ReportDeath
from services.placement.domain.whereabouts import CustodyStatus
from services.placement.queries.stays import PlacementReads
from shared.contracts.manifest import Custodian
from shared.contracts.placement import CustodyAccepted, CustodyEnded, PlaceAssigned
from shared.kernel.codes import Release
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId, FacilityId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import (
    Code,
    Instant,
    Published,
    RequestModel,
    Slug,
    SlugQuery,
    UuidPath,
    UuidQuery,
)
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.moment import AskedMoment
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, found, listing, paged
from shared.web.routes import resource_router

Registry = Annotated[Caller, Depends(caller_from("facility-registry", batch=True, dry_run=True))]
Leaving = Annotated[
    Caller, Depends(caller_from("facility-registry", urgent=True, batch=True, dry_run=True))
]
StatusQuery = Annotated[CustodyStatus, Query(examples=["in-custody", "unaccounted"])]
CUSTODY = {
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "status": "in-custody",
    "responsible_state": "SLV",
    "sending": "USA",
    "receiving": "SLV",
    "custodian_party": "SLV",
    "custodian_body": "cecot",
    "accepted_at": "2025-03-16T10:00:00Z",
    "arrived_on": "2025-03-16",
    "place": "module-3-cell-12",
    "unaccounted_night": None,
    "unaccounted_since": None,
    "unaccounted_entry": None,
    "return_ordered_at": None,
    "return_due_at": None,
    "return_entry": None,
    "lawful_end": "2027-02-08",
    "lawful_end_issued_by": "Circuit Court 1",
    "lawful_end_reference": "CR-2019-77",
    "latest_lawful_end": "2027-02-08",
    "return_by": "2027-01-09",
    "overstay_days": None,
    "return_carrier": None,
    "return_departs_on": None,
    "return_travel_document": None,
}


class Acceptance(RequestModel):
    """The receiving state's signature; the custodian is the one of the offer (G13)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "accepted_at": "2025-03-16T10:00:00Z",
                "custodian": {"party": "SLV", "body": "cecot", "responsible_state": "SLV"},
            }
        }
    )
    accepted_at: Instant
    custodian: Annotated[Custodian, Published(Custodian)]


class Place(RequestModel):
    """A place in the facility."""

    model_config = ConfigDict(json_schema_extra={"example": {"place": "module-3-cell-12"}})
    place: Slug


class Exit(RequestModel):
    """How a person left, and when."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"kind": "released", "at": "2025-07-18T15:00:00Z"}}
    )
    kind: Release
    at: Instant


class Death(RequestModel):
    """When a person died in custody, and the certificate or report that says so."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"at": "2025-07-18T03:20:00Z", "reference": "DC-2025-118"}}
    )
    at: Instant
    reference: Code


def router(runner: CommandRunner, custodies: PlacementReads) -> APIRouter:
    """The routes of custodies."""
    router = resource_router("custodies")
    _accepting(router, runner, custodies)
    _staying(router, runner)
    _dying(router, runner)
    _reading(router, custodies)
    return router


def _accepting(router: APIRouter, runner: CommandRunner, custodies: PlacementReads) -> None:
    @router.post(
        "/custodies/{custody}:accept",
        summary="Accept custody: the receiving state's signature",
        responses=records(
            {
                "custody": CUSTODY["custody"],
                "status": "in-custody",
                "responsible_state": "SLV",
                "arrived_on": "2025-03-16",
            }
        ),
    )
    async def accept(custody: UuidPath, body: Acceptance, caller: Registry) -> Response:
        facility = await custodies.facility_of(custody)
        if facility is None:
            raise CustodyIsUnknown(f"there is no custody {custody}: check the id")
        command = AcceptCustody(
            custody=CustodyId(custody),
            actor=caller.actor,
            now=caller.now,
            facility=FacilityId(facility),
            accepted_at=body.accepted_at,
            custodian=body.custodian,
        )
        provenance = caller.provenance(time=body.accepted_at, correlation=custody)
        outcome = await runner.run(ACCEPT_CUSTODY, command, provenance, caller.idempotency)
        return answer(outcome, _accepted, location=f"/v1/custodies/{custody}")


def _staying(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/custodies/{custody}:assign",
        summary="Assign a place",
        responses=records({"custody": CUSTODY["custody"], "place": "module-3-cell-12"}),
    )
    async def assign(custody: UuidPath, body: Place, caller: Registry) -> Response:
        command = AssignPlace(
            custody=CustodyId(custody), actor=caller.actor, now=caller.now, place=body.place
        )
        provenance = caller.provenance(correlation=custody)
        outcome = await runner.run(ASSIGN_PLACE, command, provenance, caller.idempotency)
        return answer(outcome, _assigned)

    @router.post(
        "/custodies/{custody}:exit",
        summary="Record that a person left",
        responses=records({"custody": CUSTODY["custody"], "departed_on": "2025-07-18"}),
    )
    async def leave(custody: UuidPath, body: Exit, caller: Leaving) -> Response:
        command = EndCustody(
            custody=CustodyId(custody),
            actor=caller.actor,
            now=caller.now,
            kind=body.kind,
            ended_at=body.at,
        )
        provenance = caller.provenance(time=body.at, correlation=custody)
        outcome = await runner.run(END_CUSTODY, command, provenance, caller.idempotency)
        return answer(outcome, _left)


def _dying(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/custodies/{custody}:report-death",
        summary="Report that a person died in custody",
        responses=records({"custody": CUSTODY["custody"], "departed_on": "2025-07-17"}),
    )
    async def report_death(custody: UuidPath, body: Death, caller: Leaving) -> Response:
        command = ReportDeath(
            custody=CustodyId(custody),
            actor=caller.actor,
            now=caller.now,
            ended_at=body.at,
            reference=body.reference,
        )
        provenance = caller.provenance(time=body.at, correlation=custody)
        outcome = await runner.run(REPORT_DEATH, command, provenance, caller.idempotency)
        return answer(outcome, _left)


def _reading(router: APIRouter, custodies: PlacementReads) -> None:
    @router.get("/custodies/{custody}", summary="One custody", responses=shows(CUSTODY))
    async def custody(
        custody: UuidPath, asking: Annotated[Reader, Depends(reader())], moment: AskedMoment
    ) -> Response:
        shown = await custodies.custody(asking.actor.party, custody, moment)
        return found(asking, shown, what="custody")

    @router.get(
        "/custodies",
        summary="Custodies; a custody's id is that of its case",
        responses=shows({"items": [CUSTODY], "next": None}),
    )
    async def listed(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        moment: AskedMoment,
        *,
        facility: SlugQuery | None = None,
        agreement: SlugQuery | None = None,
        person: UuidQuery | None = None,
        status: StatusQuery | None = None,
    ) -> Response:
        wanted = {"facility": facility, "agreement": agreement, "person": person, "status": status}
        rows = await custodies.custodies(asking.actor.party, page, moment, **wanted)
        return listing(asking, page, rows, lambda row: (row["custody"],))


def _accepted(event: CustodyAccepted) -> dict[str, object]:
    return {
        "custody": event.custody,
        "status": "in-custody",
        "responsible_state": event.custodian.responsible_state,
        "arrived_on": event.arrived_on,
    }


def _assigned(event: PlaceAssigned) -> dict[str, object]:
    return {"custody": event.custody, "place": event.place}


def _left(event: CustodyEnded, *_accounted_for: Event) -> dict[str, object]:
    return {"custody": event.custody, "departed_on": event.departed_on}
