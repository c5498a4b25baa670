"""Places that were given up late: the receiving state records each with its paper (F13)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.billing.api.names import AgreementField
from services.billing.api.services import SERVICE, Recording, location, recorded_as
from services.billing.domain.record_cancellation import RECORD_CANCELLATION, RecordCancellation
from shared.kernel.ids import AgreementRef, CaseId, EntryRef, FacilityId, ManifestId, ServiceId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Day, Instant, RequestModel, Sha256, Slug, Uuid
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

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
    "document": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


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


def router(runner: CommandRunner) -> APIRouter:
    """The router of cancellations."""
    router = resource_router("services")
    _cancelling(router, runner)
    return router


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
        return answer(outcome, recorded_as, location=location)
