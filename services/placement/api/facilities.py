"""Facilities: registered, given a capacity by two subjects, and how their places are used."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.placement.domain.facility.approve_capacity import APPROVE_CAPACITY, ApproveCapacity
from services.placement.domain.facility.propose_capacity import PROPOSE_CAPACITY, ProposeCapacity
from services.placement.domain.facility.register_facility import REGISTER_FACILITY, RegisterFacility
from services.placement.domain.facility.report_own_population import (
    REPORT_OWN_POPULATION,
    ReportOwnPopulation,
)
from services.placement.queries.stays import PlacementReads
from shared.contracts.facility import (
    CapacityApproved,
    CapacityProposed,
    FacilityRegistered,
    OwnPopulationReported,
)
from shared.kernel.bounds import MOST
from shared.kernel.ids import FacilityId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import CountryQuery, Day, RequestModel, Slug, SlugPath, Timezone
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.moment import AskedMoment
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, found, listing, paged
from shared.web.routes import resource_router

Places = Annotated[int, Field(ge=0, le=MOST)]
Registry = Annotated[Caller, Depends(caller_from("facility-registry", batch=True, dry_run=True))]
CentralAuthority = Annotated[
    Caller, Depends(caller_from("central-authority", batch=True, dry_run=True))
]


OCCUPANCY = {
    "facility": "cecot",
    "country": "SLV",
    "timezone": "America/El_Salvador",
    "approved_capacity": 40_000,
    "proposed_capacity": None,
    "proposed_by": None,
    "own_population": 14_532,
    "counted_on": "2025-03-01",
    "reserved": 0,
    "in_custody": 238,
    "unaccounted": 0,
    "available": 25_230,
    "suspended": False,
}


class Registration(RequestModel):
    """A facility of the caller's own state."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"facility": "cecot", "timezone": "America/El_Salvador"}}
    )
    facility: Slug
    timezone: Timezone


class Capacity(RequestModel):
    """How many persons a facility may hold."""

    model_config = ConfigDict(json_schema_extra={"example": {"places": 40_000}})
    places: Places


class OwnPopulation(RequestModel):
    """How many places the state uses for its own."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"count": 14_532, "counted_on": "2025-03-01"}}
    )
    count: Places
    counted_on: Day


def router(runner: CommandRunner, facilities: PlacementReads) -> APIRouter:
    """The routes of facilities."""
    router = resource_router("facilities")
    _registering(router, runner)
    _reporting(router, runner)
    _capacity(router, runner)
    _reading(router, facilities)
    _listing(router, facilities)
    return router


def _registering(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/facilities",
        summary="Register a facility",
        responses=records({"facility": "cecot", "country": "SLV"}),
    )
    async def register(body: Registration, caller: Registry) -> Response:
        command = RegisterFacility(
            facility=FacilityId(body.facility),
            actor=caller.actor,
            now=caller.now,
            timezone=body.timezone,
        )
        outcome = await runner.run(
            REGISTER_FACILITY, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _registered, location=f"/v1/facilities/{body.facility}/occupancy")


def _reporting(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/facilities/{facility}/own-population",
        summary="Report the own population",
        responses=records({"facility": "cecot", "count": 14_532, "counted_on": "2025-03-01"}),
    )
    async def report(facility: SlugPath, body: OwnPopulation, caller: Registry) -> Response:
        command = ReportOwnPopulation(
            facility=FacilityId(facility),
            actor=caller.actor,
            now=caller.now,
            count=body.count,
            counted_on=body.counted_on,
        )
        outcome = await runner.run(
            REPORT_OWN_POPULATION, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _reported)


def _capacity(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/facilities/{facility}/capacity",
        summary="Propose a capacity",
        responses=records({"facility": "cecot", "proposed_capacity": 40_000}),
    )
    async def propose(facility: SlugPath, body: Capacity, caller: Registry) -> Response:
        command = ProposeCapacity(
            facility=FacilityId(facility), actor=caller.actor, now=caller.now, places=body.places
        )
        outcome = await runner.run(
            PROPOSE_CAPACITY, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _proposed)

    @router.post(
        "/facilities/{facility}/capacity:approve",
        summary="Approve the proposed capacity, as another subject",
        responses=records({"facility": "cecot", "approved_capacity": 40_000}),
    )
    async def approve(facility: SlugPath, body: Capacity, caller: CentralAuthority) -> Response:
        command = ApproveCapacity(
            facility=FacilityId(facility), actor=caller.actor, now=caller.now, places=body.places
        )
        outcome = await runner.run(
            APPROVE_CAPACITY, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _approved)


def _reading(router: APIRouter, facilities: PlacementReads) -> None:
    @router.get(
        "/facilities/{facility}/occupancy",
        summary="How the places are used",
        responses=shows(OCCUPANCY),
    )
    async def occupancy(
        facility: SlugPath, asking: Annotated[Reader, Depends(reader())], moment: AskedMoment
    ) -> Response:
        shown = await facilities.occupancy(asking.actor.party, facility, moment)
        return found(asking, shown, what="facility")


def _listing(router: APIRouter, facilities: PlacementReads) -> None:
    row = {
        name: value
        for name, value in OCCUPANCY.items()
        if name not in ("reserved", "in_custody", "unaccounted", "available", "suspended")
    }

    @router.get(
        "/facilities",
        summary="Facilities of one's own state, and those where it has or had a place",
        responses=shows({"items": [row], "next": None}),
    )
    async def list_facilities(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        country: CountryQuery | None = None,
    ) -> Response:
        rows = await facilities.facilities(asking.actor.party, page, country)
        return listing(asking, page, rows, lambda row: (row["facility"],))


def _registered(event: FacilityRegistered) -> dict[str, object]:
    return {"facility": event.facility, "country": event.country, "timezone": event.timezone}


def _reported(event: OwnPopulationReported) -> dict[str, object]:
    return {"facility": event.facility, "count": event.count, "counted_on": event.counted_on}


def _proposed(event: CapacityProposed) -> dict[str, object]:
    return {"facility": event.facility, "proposed_capacity": event.places}


def _approved(event: CapacityApproved) -> dict[str, object]:
    return {"facility": event.facility, "approved_capacity": event.places}
