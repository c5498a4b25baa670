"""Services: one state records and withdraws them, the other approves or denies them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.billing.api.names import AgreementField, AgreementQuery, agreement_named
from services.billing.domain.record_service import (
    RECORD_SERVICE,
    RecordService,
)
from services.billing.domain.settle_service import (
    APPROVE_SERVICE,
    DENY_SERVICE,
    ApproveService,
    DenyService,
    ServiceUnknown,
)
from services.billing.domain.withdraw_service import WITHDRAW_SERVICE, WithdrawService
from services.billing.queries import BillingReads
from shared.contracts.billing import FeeAccrued, FeeReversed
from shared.contracts.service import (
    OccasionRecorded,
    ServiceApproved,
    ServiceDenied,
    ServiceEvent,
    ServiceWithdrawn,
)
from shared.kernel.ids import AgreementRef, EntryRef, ServiceId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.tariff.fact import Service
from shared.web.content.models import Code, Day, RequestModel, Sha256, Slug, UuidPath
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
    "settled": "accord.example/billing/0#815",
    "settled_by": "USA:central-authority:state-department-2",
    "withdrawn_by": None,
    "reason": None,
    "period": "2025-03",
}
Status = Literal["recorded", "approved", "denied", "withdrawn"]
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


class Reason(RequestModel):
    """Why a service is not paid for, or is taken back."""

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "not-in-the-log"}})
    reason: Slug


def router(runner: CommandRunner, services: BillingReads) -> APIRouter:
    """The router of services."""
    router = resource_router("services")
    _recording(router, runner)
    _approving(router, runner, services)
    _denying(router, runner, services)
    _withdrawing(router, runner, services)
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
        return answer(outcome, recorded_as, location=location)


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
        return answer(outcome, _approved, location=location)


def _denying(router: APIRouter, runner: CommandRunner, services: BillingReads) -> None:
    @router.post(
        "/services/{service}:deny",
        summary="Say, for the state that pays, that it is not charged, and why",
        responses=records({"service": SERVICE, "status": "denied", "charged": []}),
    )
    async def deny(service: UuidPath, body: Reason, caller: Settling) -> Response:
        command = DenyService(
            service=ServiceId(service),
            recorded=await _entry(services, caller, service),
            reason=body.reason,
            actor=caller.actor,
        )
        outcome = await runner.run(DENY_SERVICE, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _denied, location=location)


def _withdrawing(router: APIRouter, runner: CommandRunner, services: BillingReads) -> None:
    @router.post(
        "/services/{service}:withdraw",
        summary="Take back, for the state that is paid, what was approved: the charge is reversed",
        responses=records({"service": SERVICE, "status": "withdrawn", "reversed": ["guard"]}),
    )
    async def withdraw(service: UuidPath, body: Reason, caller: Recording) -> Response:
        shown = await _shown(services, caller, service)
        approved = shown["settled"]
        command = WithdrawService(
            service=ServiceId(service),
            recorded=EntryRef(str(shown["entry"])),
            approved=None if approved is None else EntryRef(str(approved)),
            reason=body.reason,
            actor=caller.actor,
        )
        outcome = await runner.run(
            WITHDRAW_SERVICE, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _withdrawn, location=location)


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
    return EntryRef(str((await _shown(services, caller, service))["entry"]))


async def _shown(services: BillingReads, caller: Caller, service: str) -> Mapping[str, object]:
    """The service as its list shows it."""
    shown = await services.service(caller.actor.party, service)
    if shown is None:
        message = f"there is no service {service}"
        raise ServiceUnknown(message)
    return shown


def recorded_as(recorded: OccasionRecorded) -> Mapping[str, object]:
    """What whoever recorded something is told."""
    return {"service": recorded.service, "agreement": recorded.agreement}


def _approved(approved: ServiceApproved, *fees: FeeAccrued) -> Mapping[str, object]:
    charged = [fee.component for fee in fees]
    return {"service": approved.service, "status": "approved", "charged": charged}


def _denied(denied: ServiceDenied) -> Mapping[str, object]:
    return {"service": denied.service, "status": "denied", "charged": []}


def _withdrawn(withdrawn: ServiceWithdrawn, *fees: FeeReversed) -> Mapping[str, object]:
    given_back = [fee.component for fee in fees]
    return {"service": withdrawn.service, "status": "withdrawn", "reversed": given_back}


def location(first: ServiceEvent, *_: object) -> str:
    """Where a service or a cancellation is read."""
    return f"/v1/services/{first.service}"
