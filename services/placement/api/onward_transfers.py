"""Onward transfers: asked for with consent, listed, and done while they are agreed (G5; T10)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict
from starlette.responses import Response

from services.placement.domain.onward.complete import (
    COMPLETE_ONWARD_TRANSFER,
    CompleteOnwardTransfer,
)
from services.placement.domain.onward.request import (
    REQUEST_ONWARD_TRANSFER,
    Consent,
    RequestOnwardTransfer,
)
from services.placement.queries.onward_transfers import OnwardReads, OnwardStatus
from shared.contracts.onward_transfer import OnwardTransferCompleted, OnwardTransferRequested
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import (
    Country,
    Day,
    Instant,
    RequestModel,
    Sha256,
    SlugQuery,
    UuidPath,
)
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, listing, paged
from shared.web.routes import resource_router

Holding = Annotated[
    Caller,
    Depends(caller_from("facility-registry", "central-authority", batch=True, dry_run=True)),
]
StatusQuery = Annotated[OnwardStatus, Query(examples=["requested", "authorised"])]
SHOWN: dict[str, Any] = {
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "sending": "USA",
    "onward": "VEN",
    "consent": "ab" * 32,
    "consented_on": "2025-07-01",
    "requested_by": "SLV:facility-registry:cecot/registry",
    "entry": "accord.example/placement/0#941",
    "status": "authorised",
    "agreed": "accord.example/intake/0#1200",
    "ends_at": "2025-07-18T15:00:00Z",
}
CONSENT: dict[str, Any] = {"document": "ab" * 32, "given_on": "2025-07-01"}


class Consented(RequestModel):
    """The document in which the person consents to this country, by its hash, and its day."""

    model_config = ConfigDict(json_schema_extra={"example": CONSENT})
    document: Sha256
    given_on: Day


class Onward(RequestModel):
    """Where a person is to be sent on to, and their consent; without one it is refused."""

    model_config = ConfigDict(json_schema_extra={"example": {"onward": "VEN", "consent": CONSENT}})
    onward: Country
    consent: Consented | None = None


class Left(RequestModel):
    """When the person left for the third country."""

    model_config = ConfigDict(json_schema_extra={"example": {"at": "2025-07-18T12:00:00Z"}})
    at: Instant


def router(runner: CommandRunner, reads: OnwardReads) -> APIRouter:
    """The routes of onward transfers."""
    router = resource_router("custodies")
    _asking(router, runner)
    _leaving(router, runner)
    _reading(router, reads)
    return router


def _asking(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/custodies/{custody}:request-onward-transfer",
        summary="Ask the sending state to let a person be sent on, with the person's consent",
        responses=records({"custody": SHOWN["custody"], "onward": "VEN"}),
    )
    async def request(custody: UuidPath, body: Onward, caller: Holding) -> Response:
        command = RequestOnwardTransfer(
            custody=CustodyId(custody),
            actor=caller.actor,
            now=caller.now,
            onward=body.onward,
            consent=_consent(body.consent),
        )
        provenance = caller.provenance(correlation=custody)
        outcome = await runner.run(REQUEST_ONWARD_TRANSFER, command, provenance, caller.idempotency)
        return answer(outcome, _requested)


def _leaving(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/custodies/{custody}:complete-onward-transfer",
        summary="Record that a person left for the third country, while that is agreed",
        responses=records(
            {"custody": SHOWN["custody"], "onward": "VEN", "departed_on": "2025-07-18"}
        ),
    )
    async def complete(custody: UuidPath, body: Left, caller: Holding) -> Response:
        command = CompleteOnwardTransfer(
            custody=CustodyId(custody), actor=caller.actor, now=caller.now, ended_at=body.at
        )
        provenance = caller.provenance(time=body.at, correlation=custody)
        outcome = await runner.run(
            COMPLETE_ONWARD_TRANSFER, command, provenance, caller.idempotency
        )
        return answer(outcome, _completed)


def _reading(router: APIRouter, reads: OnwardReads) -> None:
    @router.get(
        "/onward-transfers",
        summary="Whom somebody asked to send on, by their custodies, and how far that has come",
        responses=shows({"items": [SHOWN], "next": None}),
    )
    async def onward_transfers(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        *,
        facility: SlugQuery | None = None,
        status: StatusQuery | None = None,
    ) -> Response:
        rows = await reads.onward_transfers(asking.actor.party, page, facility, status)
        return listing(asking, page, rows, lambda row: (row["custody"],))


def _consent(body: Consented | None) -> Consent | None:
    return None if body is None else Consent(body.document, body.given_on)


def _requested(event: OnwardTransferRequested) -> dict[str, object]:
    return {"custody": event.custody, "onward": event.onward}


def _completed(event: OnwardTransferCompleted, *_accounted_for: Event) -> dict[str, object]:
    return {
        "custody": event.custody,
        "onward": event.onward,
        "departed_on": event.departed_on,
    }
