"""Manifests: opened, filled, sealed, boarded and read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field, JsonValue
from starlette.responses import Response

from services.intake.api.done_at import JUST_NOW, DoneAt
from services.intake.api.manifest_reads import (
    CASE,
    MANIFEST,
    PERSON,
    journey_of,
    shown,
)
from services.intake.domain.manifest.board_person import BOARD_PERSON, BoardPerson
from services.intake.domain.manifest.open_manifest import OPEN_MANIFEST, OpenManifest
from services.intake.domain.manifest.put_on import MANIFEST_PERSON, ManifestPerson
from services.intake.domain.manifest.remove_person import REMOVE_PERSON, RemovePerson
from services.intake.domain.manifest.seal_manifest import SEAL_MANIFEST, SealManifest
from services.intake.domain.parties import read_by_both
from services.intake.queries import IntakeQueries
from shared.contracts.manifest import (
    Custodian,
    Leg,
    ManifestOpened,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
)
from shared.kernel.ids import AgreementId, CaseId, FacilityId, ManifestId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.web.content.models import (
    Country,
    Instant,
    Published,
    RequestModel,
    Slug,
    SlugQuery,
    Uuid,
    UuidPath,
)
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, found, listing, paged
from shared.web.routes import resource_router

Authority = Annotated[Caller, Depends(caller_from("central-authority", batch=True))]
Escort = Annotated[Caller, Depends(caller_from("escort", batch=True))]
Either = Annotated[Caller, Depends(caller_from("central-authority", "escort", batch=True))]

LEG: dict[str, JsonValue] = {
    "origin": "USA",
    "destination": "SLV",
    "planned_departure": "2025-03-16T02:10:00Z",
}
JOURNEY = {
    "manifest": MANIFEST,
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "sending": "USA",
    "receiving": "SLV",
    "sealed": True,
    "legs": [{"leg": 1, **LEG, "status": "planned", "departed_at": None, "arrived_at": None}],
    "persons": [
        {
            "case": CASE,
            "person": PERSON,
            "status": "boarded",
            "place_confirmed": True,
            "recall_due_at": None,
            "recall_overdue_at": None,
        }
    ],
}


LISTED = {
    **{name: JOURNEY[name] for name in ("manifest", "agreement", "facility", "sending")},
    "receiving": "SLV",
    "planned_departure": LEG["planned_departure"],
    "last_event": "intake.PersonBoarded.v1",
    "last_sequence": 41,
}


class PlannedLeg(RequestModel):
    """One stretch of the journey."""

    origin: Country
    destination: Country
    planned_departure: Instant


class PlannedJourney(RequestModel):
    """A journey to one facility."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"agreement": "usa-slv-2025", "facility": "cecot", "legs": [LEG]}
        }
    )
    agreement: Slug
    facility: Slug
    legs: Annotated[tuple[PlannedLeg, ...], Field(min_length=1, max_length=10)]


class Listing(RequestModel):
    """A case to put on the manifest, and the one that it replaces, if it does."""

    model_config = ConfigDict(json_schema_extra={"example": {"case": CASE}})
    case: Uuid
    substitute_for: Uuid | None = None
    done_at: Instant | None = None
    """When it was done, if not now."""


class TakenOff(RequestModel):
    """At a stopover who holds the person from now on, for the sending state (G13)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "custodian": {"party": "USA", "body": "escort-team-4", "responsible_state": "USA"}
            }
        }
    )
    custodian: Annotated[Custodian, Published(Custodian)] | None = None


BEFORE_DEPARTURE = TakenOff()
"""What a request without a body says."""


def router(runner: CommandRunner, manifests: IntakeQueries) -> APIRouter:
    """The routes of manifests."""
    router = resource_router("manifests")
    _opening(router, runner)
    _listing(router, runner)
    _removing(router, runner)
    _sealing(router, runner)
    _boarding(router, runner)
    _reading(router, runner)
    _listing_all(router, manifests)
    return router


def _opening(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/manifests",
        summary="Open a manifest",
        responses=records({"manifest": MANIFEST, "agreement": "usa-slv-2025@1"}),
    )
    async def opened(body: PlannedJourney, caller: Authority) -> Response:
        manifest = ManifestId(new_id())
        command = OpenManifest(
            manifest=manifest,
            agreement=AgreementId(body.agreement),
            facility=FacilityId(body.facility),
            legs=tuple(
                Leg(leg.origin, leg.destination, leg.planned_departure) for leg in body.legs
            ),
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(correlation=manifest)
        outcome = await runner.run(OPEN_MANIFEST, command, provenance, caller.idempotency)
        return answer(outcome, _opened, location=_place)


def _listing(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/manifests/{manifest}/persons",
        summary="Put a cleared person on the manifest, through the gate",
        responses=records({"manifest": MANIFEST, "case": CASE, "person": PERSON}),
    )
    async def listed(manifest: UuidPath, body: Listing, caller: Authority) -> Response:
        command = ManifestPerson(
            manifest=ManifestId(manifest),
            case=CaseId(body.case),
            substitute_for=CaseId(body.substitute_for) if body.substitute_for else None,
            clock_skew=await runner.clock_skew(),
            now=caller.now,
            done_at=body.done_at,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.done_at, correlation=body.case)
        outcome = await runner.run(MANIFEST_PERSON, command, provenance, caller.idempotency)
        return answer(outcome, _passenger)


def _removing(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/manifests/{manifest}/persons/{case}:remove",
        summary="Take a person off: before departure, or at a stopover into named custody",
        responses=records({"manifest": MANIFEST, "case": CASE, "person": PERSON}),
    )
    async def removed(
        manifest: UuidPath, case: UuidPath, caller: Either, body: TakenOff = BEFORE_DEPARTURE
    ) -> Response:
        command = RemovePerson(
            manifest=ManifestId(manifest),
            case=CaseId(case),
            custodian=body.custodian,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(correlation=case)
        outcome = await runner.run(REMOVE_PERSON, command, provenance, caller.idempotency)
        return answer(outcome, _passenger)


def _sealing(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/manifests/{manifest}:seal",
        summary="Close the list: everybody on it passes the gate and has a place",
        responses=records({"manifest": MANIFEST, "cases": [CASE]}),
    )
    async def sealed(manifest: UuidPath, caller: Authority, body: DoneAt = JUST_NOW) -> Response:
        command = SealManifest(
            manifest=ManifestId(manifest),
            clock_skew=await runner.clock_skew(),
            now=caller.now,
            done_at=body.done_at,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.done_at, correlation=manifest)
        outcome = await runner.run(SEAL_MANIFEST, command, provenance, caller.idempotency)
        return answer(outcome, _sealed)


def _boarding(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/manifests/{manifest}/persons/{case}:board",
        summary="Let a person on a sealed list board, through the gate",
        responses=records({"manifest": MANIFEST, "case": CASE, "person": PERSON}),
    )
    async def boarded(
        manifest: UuidPath, case: UuidPath, caller: Escort, body: DoneAt = JUST_NOW
    ) -> Response:
        command = BoardPerson(
            manifest=ManifestId(manifest),
            case=CaseId(case),
            clock_skew=await runner.clock_skew(),
            now=caller.now,
            done_at=body.done_at,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.done_at, correlation=case)
        outcome = await runner.run(BOARD_PERSON, command, provenance, caller.idempotency)
        return answer(outcome, _passenger)


def _reading(router: APIRouter, runner: CommandRunner) -> None:
    @router.get("/manifests/{manifest}", summary="One journey", responses=shows(JOURNEY))
    async def manifest(
        manifest: UuidPath, asking: Annotated[Reader, Depends(reader())]
    ) -> Response:
        journey = await journey_of(runner, manifest)
        read_by_both(asking.actor, journey.sending, journey.receiving, "a manifest")
        return found(asking, shown(journey), what="manifest")


def _listing_all(router: APIRouter, manifests: IntakeQueries) -> None:
    @router.get(
        "/manifests",
        summary="Manifests of a party's journeys",
        responses=shows({"items": [LISTED], "next": None}),
    )
    async def listed(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        agreement: SlugQuery | None = None,
        facility: SlugQuery | None = None,
    ) -> Response:
        party = asking.actor.party
        rows = await manifests.manifests(party, page, agreement=agreement, facility=facility)
        return listing(asking, page, rows, lambda row: (row["manifest"],))


def _opened(event: ManifestOpened) -> dict[str, object]:
    return {"manifest": event.manifest, "agreement": event.agreement}


def _place(event: ManifestOpened) -> str:
    return f"/v1/manifests/{event.manifest}"


def _passenger(event: PersonManifested | PersonRemoved | PersonBoarded) -> dict[str, object]:
    return {"manifest": event.manifest, "case": event.case, "person": event.person}


def _sealed(event: ManifestSealed) -> dict[str, object]:
    return {"manifest": event.manifest, "cases": event.cases}
