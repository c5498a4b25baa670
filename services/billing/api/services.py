"""The services and late cancellations: one state records them, the other approves or denies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.billing.api.names import AgreementField, AgreementQuery, agreement_named
from services.billing.domain.record_service import (
    RECORD_CANCELLATION,
    RECORD_SERVICE,
    RecordCancellation,
    RecordService,
)
from services.billing.domain.settle_service import (
    APPROVE_SERVICE,
    DENY_SERVICE,
    ApproveService,
    DenyService,
    ServiceUnknown,
)
from services.billing.queries import BillingReads
from shared.contracts.billing import FeeAccrued
from shared.contracts.service import OccasionRecorded, ServiceApproved, ServiceDenied
from shared.kernel.ids import AgreementRef, CaseId, EntryRef, FacilityId, ManifestId, ServiceId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.tariff.fact import Service
from shared.web.content.models import Code, Day, Instant, RequestModel, Sha256, Slug, Uuid, UuidPath
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, found, listing, paged
from shared.web.routes import resource_router

SERVICE = "01890a5d-ac96-774b-bcce-b302099a8061"
GIVEN: dict[str, Any] = {
    "agreement": "usa-slv-2025@1",
    "service": "guard",
    "unit": "hour",
    "quantity": 3,
    "paper": "guard-log",
    "on": "2025-03-20",
    "reference": "GUARD-LOG-17",
    "document": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
CANCELLED: dict[str, Any] = {
    "agreement": "usa-slv-2025@1",
    "manifest": "01890a5d-ac96-774b-bcce-b302099a8055",
    "case": "01890a5d-ac96-774b-bcce-b302099a8059",
    "facility": "cecot",
    "removed": "accord.example/intake/0#91",
    "held_for": "2025-03-16",
    "cancelled_at": "2025-03-15T21:00:01Z",
    "because_of_a_hold": False,
    "reference": "PLACE-204",
    "document": GIVEN["document"],
}
SHOWN: dict[str, Any] = {
    "service": SERVICE,
    "status": "approved",
    "reference": "GUARD-LOG-17",
    "document": GIVEN["document"],
    "recorded_by": "SLV:facility-registry:cecot-registry",
    "agreement": "usa-slv-2025@1",
    "entry": "accord.example/billing/0#812",
    "occasion": {
        "type": "service",
        "service": "guard",
        "unit": "hour",
        "quantity": 3,
        "paper": "guard-log",
        "on": "2025-03-20",
    },
    "settled_by": "USA:central-authority:state-department-2",
    "reason": None,
    "period": "2025-03",
}
Status = Literal["recorded", "approved", "denied"]
Recording = Annotated[Caller, Depends(caller_from("facility-registry", batch=True, dry_run=True))]
Settling = Annotated[Caller, Depends(caller_from("central-authority", batch=True, dry_run=True))]


class Given(RequestModel):
    """A service as its paper says it; `document` is the paper's SHA-256."""

    model_config = ConfigDict(json_schema_extra={"example": GIVEN})
    agreement: AgreementField
    service: Slug
    unit: Slug
    quantity: Annotated[int, Field(ge=1, le=10_000_000)]
    paper: Slug
    on: Day
    reference: Code
    document: Sha256


class GivenUp(RequestModel):
    """A place that was given up late: `removed` is the entry of intake's that took them off."""

    model_config = ConfigDict(json_schema_extra={"example": CANCELLED})
    agreement: AgreementField
    manifest: Uuid
    case: Uuid
    facility: Slug
    removed: Annotated[str, Field(pattern=r"^[a-z0-9./-]{1,200}#[0-9]{1,16}$")]
    held_for: Day
    cancelled_at: Instant
    because_of_a_hold: bool
    reference: Code
    document: Sha256


class Denial(RequestModel):
    """Why a service is not paid for."""

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "not-in-the-log"}})
    reason: Slug


def router(runner: CommandRunner, services: BillingReads) -> APIRouter:
    """The router of services."""
    router = resource_router("services")
    _recording(router, runner)
    _cancelling(router, runner)
    _approving(router, runner, services)
    _denying(router, runner, services)
    _reading(router, services)
    return router


def _recording(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/services",
        summary="Record a service with the paper that says so; nothing is owed yet",
        responses=records({"service": SERVICE, "agreement": "usa-slv-2025@1"}),
    )
    async def record(body: Given, caller: Recording) -> Response:
        command = RecordService(
            service=ServiceId(new_id()),
            agreement=AgreementRef(body.agreement),
            given=Service(body.service, body.unit, body.quantity, body.paper, body.on),
            reference=body.reference,
            document=body.document,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=datetime.combine(body.on, time(), UTC))
        outcome = await runner.run(RECORD_SERVICE, command, provenance, caller.idempotency)
        return answer(outcome, _recorded, location=_location)


def _cancelling(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/cancellations",
        summary="Record that a place was given up late; nothing is owed yet",
        responses=records({"service": SERVICE, "agreement": "usa-slv-2025@1"}),
    )
    async def cancel(body: GivenUp, caller: Recording) -> Response:
        command = RecordCancellation(
            service=ServiceId(new_id()),
            agreement=AgreementRef(body.agreement),
            manifest=ManifestId(body.manifest),
            case=CaseId(body.case),
            facility=FacilityId(body.facility),
            removed=EntryRef(body.removed),
            held_for=body.held_for,
            cancelled_at=body.cancelled_at,
            because_of_a_hold=body.because_of_a_hold,
            reference=body.reference,
            document=body.document,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=body.cancelled_at)
        outcome = await runner.run(RECORD_CANCELLATION, command, provenance, caller.idempotency)
        return answer(outcome, _recorded, location=_location)


def _approving(router: APIRouter, runner: CommandRunner, services: BillingReads) -> None:
    @router.post(
        "/services/{service}:approve",
        summary="Say, for the state that pays, that it happened so: it is charged",
        responses=records({"service": SERVICE, "status": "approved", "charged": ["guard"]}),
    )
    async def approve(service: UuidPath, caller: Settling) -> Response:
        command = ApproveService(
            service=ServiceId(service),
            recorded=await _entry(services, caller, service),
            actor=caller.actor,
        )
        outcome = await runner.run(
            APPROVE_SERVICE, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _approved, location=_location)


def _denying(router: APIRouter, runner: CommandRunner, services: BillingReads) -> None:
    @router.post(
        "/services/{service}:deny",
        summary="Say, for the state that pays, that it is not charged, and why",
        responses=records({"service": SERVICE, "status": "denied", "charged": []}),
    )
    async def deny(service: UuidPath, body: Denial, caller: Settling) -> Response:
        command = DenyService(
            service=ServiceId(service),
            recorded=await _entry(services, caller, service),
            reason=body.reason,
            actor=caller.actor,
        )
        outcome = await runner.run(DENY_SERVICE, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _denied, location=_location)


def _reading(router: APIRouter, services: BillingReads) -> None:
    @router.get(
        "/services/{service}",
        summary="A service or a cancellation, and what the other state says of it",
        responses=shows(SHOWN),
    )
    async def service(service: UuidPath, asking: Annotated[Reader, Depends(reader())]) -> Response:
        shown = await services.service(asking.actor.party, service)
        return found(asking, shown, what="service")

    @router.get(
        "/services",
        summary="Services and cancellations; `recorded` are those that wait for a word",
        responses=shows({"items": [SHOWN], "next": None}),
    )
    async def list_services(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        agreement: AgreementQuery | None = None,
        status: Annotated[Status | None, Query(examples=["recorded"])] = None,
    ) -> Response:
        name = None if agreement is None else agreement_named(agreement)
        wanted = {"agreement": name, "status": status}
        rows = await services.services(asking.actor.party, page, **wanted)
        return listing(asking, page, rows, lambda row: (row["service"],))


async def _entry(services: BillingReads, caller: Caller, service: str) -> EntryRef:
    """The entry that recorded it: a row is written with its entry, and never changes that."""
    shown = await services.service(caller.actor.party, service)
    if shown is None:
        message = f"there is no service {service}"
        raise ServiceUnknown(message)
    return EntryRef(str(shown["entry"]))


def _recorded(recorded: OccasionRecorded) -> Mapping[str, object]:
    return {"service": recorded.service, "agreement": recorded.agreement}


def _approved(approved: ServiceApproved, *fees: FeeAccrued) -> Mapping[str, object]:
    charged = [fee.component for fee in fees]
    return {"service": approved.service, "status": "approved", "charged": charged}


def _denied(denied: ServiceDenied) -> Mapping[str, object]:
    return {"service": denied.service, "status": "denied", "charged": []}


def _location(first: OccasionRecorded | ServiceApproved | ServiceDenied, *_: object) -> str:
    return f"/v1/services/{first.service}"
