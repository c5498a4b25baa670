"""A signed agreement's course over HTTP: its return drill, suspensions, a notice of termination."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.domain.agreement.record_return_drill import (
    RECORD_RETURN_DRILL,
    RecordReturnDrill,
)
from services.intake.domain.agreement.resume_agreement import RESUME_AGREEMENT, ResumeAgreement
from services.intake.domain.agreement.suspend_agreement import SUSPEND_AGREEMENT, SuspendAgreement
from services.intake.domain.agreement.terminate_agreement import (
    TERMINATE_AGREEMENT,
    TerminateAgreement,
)
from shared.contracts.agreement_course import (
    AgreementResumed,
    AgreementSuspended,
    AgreementTerminated,
    ReturnDrillRecorded,
)
from shared.kernel.ids import AgreementId, SuspensionId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Day, RequestModel, SlugPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

_VERSION = {"agreement": "usa-slv-2025@1"}
_SUSPENSION = {**_VERSION, "suspension": "01955e3a-0000-7000-8000-0000000000d1"}
Suspending = Annotated[
    Caller, Depends(caller_from("central-authority", "court", urgent=True, dry_run=True))
]


_DRILL: dict[str, Any] = {"reference": "drill-2025-1", "held_on": "2025-03-12"}


class Drill(RequestModel):
    """A return that was practised, from the facility to the sending state's own hands."""

    model_config = ConfigDict(json_schema_extra={"example": _DRILL})
    reference: Code
    held_on: Day


class Paper(RequestModel):
    """The note or order by which it is done."""

    model_config = ConfigDict(json_schema_extra={"example": {"reference": "25-cv-766"}})
    reference: Code


def router(runner: CommandRunner) -> APIRouter:
    """`/v1/agreements/{agreement}/return-drills`, `:suspend`, `:resume` and `:terminate`."""
    router = resource_router("agreements")
    _drill(router, runner)
    _suspend(router, runner)
    _resume(router, runner)
    _terminate(router, runner)
    return router


def _drill(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/agreements/{agreement}/return-drills",
        summary="Record a return that was practised: nobody departs before there is one",
        responses=records({**_VERSION, **_DRILL}),
    )
    async def record_return_drill(
        agreement: SlugPath,
        body: Drill,
        caller: Annotated[Caller, Depends(caller_from("central-authority", dry_run=True))],
    ) -> Response:
        command = RecordReturnDrill(
            agreement=AgreementId(agreement),
            reference=body.reference,
            held_on=body.held_on,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance()
        outcome = await runner.run(RECORD_RETURN_DRILL, command, provenance, caller.idempotency)
        return answer(outcome, _drilled)


def _suspend(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/agreements/{agreement}:suspend",
        summary="Suspend an agreement: from this entry on nobody departs under it",
        responses=records(_SUSPENSION),
    )
    async def suspend(agreement: SlugPath, body: Paper, caller: Suspending) -> Response:
        command = SuspendAgreement(
            agreement=AgreementId(agreement),
            suspension=SuspensionId(new_id()),
            reference=body.reference,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance()
        outcome = await runner.run(SUSPEND_AGREEMENT, command, provenance, caller.idempotency)
        return answer(outcome, _named)


def _resume(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/agreements/{agreement}:resume",
        summary="Lift one's own suspension; those of others stand",
        responses=records(_SUSPENSION),
    )
    async def resume(agreement: SlugPath, body: Paper, caller: Suspending) -> Response:
        command = ResumeAgreement(
            agreement=AgreementId(agreement),
            reference=body.reference,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance()
        outcome = await runner.run(RESUME_AGREEMENT, command, provenance, caller.idempotency)
        return answer(outcome, _named)


def _terminate(router: APIRouter, runner: CommandRunner) -> None:
    last = {"given_on": "2025-12-01", "last_day": "2026-03-01"}

    @router.post(
        "/agreements/{agreement}:terminate",
        summary="Give notice for one's own state; the signed terms say how many days it runs",
        responses=records({**_VERSION, **last}),
    )
    async def terminate(
        agreement: SlugPath,
        body: Paper,
        caller: Annotated[Caller, Depends(caller_from("central-authority", dry_run=True))],
    ) -> Response:
        command = TerminateAgreement(
            agreement=AgreementId(agreement),
            reference=body.reference,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance()
        outcome = await runner.run(TERMINATE_AGREEMENT, command, provenance, caller.idempotency)
        return answer(outcome, _terminated)


def _named(event: AgreementSuspended | AgreementResumed) -> dict[str, object]:
    return {"agreement": event.agreement, "suspension": event.suspension}


def _terminated(event: AgreementTerminated) -> dict[str, object]:
    return {
        "agreement": event.agreement,
        "given_on": event.given_on,
        "last_day": event.last_day,
    }


def _drilled(event: ReturnDrillRecorded) -> dict[str, object]:
    return {
        "agreement": event.agreement,
        "reference": event.reference,
        "held_on": event.held_on,
    }
