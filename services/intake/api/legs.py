"""Legs: authorised, departed and arrived, and the handover at the journey's end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.api.done_at import JUST_NOW, DoneAt
from services.intake.api.manifest_reads import CASE, MANIFEST
from services.intake.domain.handover import OFFER_HANDOVER, OfferHandover
from services.intake.domain.leg.arrive_leg import ARRIVE_LEG, ArriveLeg
from services.intake.domain.leg.authorise_leg import AUTHORISE_LEG, AuthoriseLeg
from services.intake.domain.leg.depart_leg import DEPART_LEG, DepartLeg
from shared.contracts.manifest import (
    Custodian,
    HandoverOffered,
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    PersonRemoved,
)
from shared.kernel.ids import ManifestId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import InDigits, Instant, Published, RequestModel, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

Authority = Annotated[Caller, Depends(caller_from("central-authority", batch=True))]
Escort = Annotated[Caller, Depends(caller_from("escort", batch=True))]
LegPath = Annotated[int, Path(ge=1, le=100, description="Legs are numbered from 1"), InDigits]
LEG = {"manifest": MANIFEST, "leg": 1, "cases": [CASE]}


class Departure(RequestModel):
    """When the leg departed."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"departed_at": "2025-03-16T02:10:00Z"}}
    )
    departed_at: Instant


class Arrival(RequestModel):
    """When the leg arrived."""

    model_config = ConfigDict(json_schema_extra={"example": {"arrived_at": "2025-03-16T06:05:00Z"}})
    arrived_at: Instant


class Offer(RequestModel):
    """The sending state's signature: to whom everybody on board is offered, and when (G13)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "offered_at": "2025-03-16T06:20:00Z",
                "custodian": {"party": "SLV", "body": "cecot", "responsible_state": "SLV"},
            }
        }
    )
    offered_at: Instant
    custodian: Annotated[Custodian, Published(Custodian)]


def router(runner: CommandRunner) -> APIRouter:
    """The routes of legs."""
    router = resource_router("legs")
    _authorising(router, runner)
    _departing(router, runner)
    _arriving(router, runner)
    _offering(router, runner)
    return router


def _authorising(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/manifests/{manifest}/legs/{leg}:authorise",
        summary="Doors closed: authorise the departure, with the gate for everybody on board",
        responses=records(LEG),
    )
    async def authorised(
        manifest: UuidPath, leg: LegPath, caller: Authority, body: DoneAt = JUST_NOW
    ) -> Response:
        command = AuthoriseLeg(
            manifest=ManifestId(manifest),
            leg=leg,
            clock_skew=await runner.clock_skew(),
            now=caller.now,
            done_at=body.done_at,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.done_at, correlation=manifest)
        outcome = await runner.run(AUTHORISE_LEG, command, provenance, caller.idempotency)
        return answer(outcome, _leg)


def _departing(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/manifests/{manifest}/legs/{leg}:depart",
        summary="Depart an authorised leg, with the gate once more for everybody on board",
        responses=records(LEG),
    )
    async def departed(
        manifest: UuidPath, leg: LegPath, body: Departure, caller: Escort
    ) -> Response:
        command = DepartLeg(
            manifest=ManifestId(manifest),
            leg=leg,
            departed_at=body.departed_at,
            clock_skew=await runner.clock_skew(),
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.departed_at, correlation=manifest)
        outcome = await runner.run(DEPART_LEG, command, provenance, caller.idempotency)
        return answer(outcome, _departed)


def _arriving(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/manifests/{manifest}/legs/{leg}:arrive",
        summary="Record that a leg arrived",
        responses=records(LEG),
    )
    async def arrived(manifest: UuidPath, leg: LegPath, body: Arrival, caller: Escort) -> Response:
        command = ArriveLeg(
            manifest=ManifestId(manifest),
            leg=leg,
            arrived_at=body.arrived_at,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.arrived_at, correlation=manifest)
        outcome = await runner.run(ARRIVE_LEG, command, provenance, caller.idempotency)
        return answer(outcome, _leg)


def _offering(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/manifests/{manifest}/legs/{leg}:offer-handover",
        summary="Offer all who arrived to a custodian, or offer again: the sender's signature",
        responses=records({"manifest": MANIFEST, "custodies": [CASE]}),
    )
    async def offered(manifest: UuidPath, leg: LegPath, body: Offer, caller: Escort) -> Response:
        command = OfferHandover(
            manifest=ManifestId(manifest),
            leg=leg,
            custodian=body.custodian,
            offered_at=body.offered_at,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.offered_at, correlation=manifest)
        outcome = await runner.run(OFFER_HANDOVER, command, provenance, caller.idempotency)
        return answer(outcome, _offered)


def _leg(event: LegDepartureAuthorised | LegDeparted | LegArrived) -> dict[str, object]:
    return {"manifest": event.manifest, "leg": event.leg, "cases": event.cases}


def _departed(*events: PersonRemoved | LegDeparted) -> dict[str, object]:
    (departed,) = (event for event in events if isinstance(event, LegDeparted))
    return _leg(departed)


def _offered(*events: HandoverOffered) -> dict[str, object]:
    return {"manifest": events[0].manifest, "custodies": [event.custody for event in events]}
