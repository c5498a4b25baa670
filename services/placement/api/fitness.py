"""Whether anybody may be sent to a facility: suspended, reported on by the monitor (G17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.placement.domain.facility.record_report import RECORD_REPORT, TOPICS, RecordReport
from services.placement.domain.facility.suspend_facility import (
    SUSPEND_FACILITY,
    WITHDRAW_SUSPENSION,
    SuspendFacility,
    WithdrawSuspension,
)
from services.placement.queries.fitness import FitnessReads
from shared.contracts.facility_course import (
    FacilityReinstated,
    FacilitySuspended,
    Inspected,
    MonitorReportRecorded,
    SuspensionWithdrawn,
    Topic,
)
from shared.kernel.event import Event
from shared.kernel.ids import FacilityId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Day, RequestModel, SlugPath
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, listing, paged
from shared.web.routes import resource_router

Suspending = Annotated[
    Caller, Depends(caller_from("central-authority", "court", urgent=True, dry_run=True))
]
Monitor = Annotated[Caller, Depends(caller_from("monitor", urgent=True, dry_run=True))]
SUSPENSION = {
    "facility": "cecot",
    "ground": "order",
    "word": "XX:court:district-court-9",
    "since": "2025-03-20",
    "suspended_by": "XX:court:district-court-9/clerk-1",
    "incident": None,
    "reference": "25-cv-766",
    "entry": "accord.example/placement/0#24",
    "stands": True,
}
FINDINGS: list[Any] = [
    {"topic": topic, "found_on": "2025-03-24", "adequate": True} for topic in TOPICS
]
REPORT = {
    "facility": "cecot",
    "entry": "accord.example/placement/0#31",
    "recorded_at": "2025-03-25T09:00:00Z",
    "valid_until": "2025-09-30",
    "adequate": True,
    "findings": FINDINGS,
    "reference": "INSP-2025-3",
}


class Order(RequestModel):
    """The order or decision that suspends a facility, or takes that back."""

    model_config = ConfigDict(json_schema_extra={"example": {"reference": "25-cv-766"}})
    reference: Code


class TopicFound(RequestModel):
    """One dated finding."""

    topic: Topic
    found_on: Day
    adequate: bool


class Report(RequestModel):
    """The monitor's report: one finding of each topic, and the last day that it is good."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "findings": FINDINGS,
                "valid_until": "2025-09-30",
                "reference": "INSP-2025-3",
            }
        }
    )
    findings: Annotated[list[TopicFound], Field(min_length=1, max_length=len(TOPICS))]
    valid_until: Day
    reference: Code


def router(runner: CommandRunner, reads: FitnessReads) -> APIRouter:
    """The routes of a facility's fitness."""
    router = resource_router("facilities")
    _suspending(router, runner)
    _withdrawing(router, runner)
    _reporting(router, runner)
    _reading(router, reads)
    return router


def _suspending(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/facilities/{facility}:suspend",
        summary="Suspend a facility: no new place is reserved, and nobody departs to it",
        responses=records({"facility": "cecot", "ground": "order", "since": "2025-03-20"}),
    )
    async def suspend(facility: SlugPath, body: Order, caller: Suspending) -> Response:
        command = SuspendFacility(
            facility=FacilityId(facility),
            actor=caller.actor,
            now=caller.now,
            reference=body.reference,
        )
        outcome = await runner.run(
            SUSPEND_FACILITY, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _suspended)


def _withdrawing(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/facilities/{facility}:withdraw-suspension",
        summary="Take back one's own suspension of a facility",
        responses=records({"facility": "cecot", "reinstated": True}),
    )
    async def withdraw(facility: SlugPath, body: Order, caller: Suspending) -> Response:
        command = WithdrawSuspension(
            facility=FacilityId(facility),
            actor=caller.actor,
            now=caller.now,
            reference=body.reference,
        )
        outcome = await runner.run(
            WITHDRAW_SUSPENSION, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _withdrawn)


def _reporting(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/facilities/{facility}/reports",
        summary="Record the independent monitor's report",
        responses=records(
            {
                "facility": "cecot",
                "valid_until": "2025-09-30",
                "lifts": ["death"],
                "reinstated": True,
            }
        ),
    )
    async def report(facility: SlugPath, body: Report, caller: Monitor) -> Response:
        command = RecordReport(
            facility=FacilityId(facility),
            actor=caller.actor,
            now=caller.now,
            findings=tuple(
                Inspected(
                    topic=inspected.topic, found_on=inspected.found_on, adequate=inspected.adequate
                )
                for inspected in body.findings
            ),
            valid_until=body.valid_until,
            reference=body.reference,
        )
        outcome = await runner.run(RECORD_REPORT, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _reported)


def _reading(router: APIRouter, reads: FitnessReads) -> None:
    @router.get(
        "/facilities/{facility}/suspensions",
        summary="What suspends or suspended a facility, the latest of each ground",
        responses=shows({"items": [SUSPENSION], "next": None}),
    )
    async def suspensions(
        facility: SlugPath,
        page: Annotated[Page, Depends(paged(str, str))],
        asking: Annotated[Reader, Depends(reader())],
    ) -> Response:
        rows = await reads.suspensions(asking.actor.party, facility, page)
        return listing(asking, page, rows, lambda row: (row["ground"], row["word"]))

    @router.get(
        "/facilities/{facility}/reports",
        summary="The monitor's reports of a facility",
        responses=shows({"items": [REPORT], "next": None}),
    )
    async def reports(
        facility: SlugPath,
        page: Annotated[Page, Depends(paged(int))],
        asking: Annotated[Reader, Depends(reader())],
    ) -> Response:
        rows = await reads.reports(asking.actor.party, facility, page)
        return listing(asking, page, rows, _index)


def _suspended(event: FacilitySuspended) -> dict[str, object]:
    return {"facility": event.facility, "ground": event.ground, "since": event.since}


def _withdrawn(event: SuspensionWithdrawn, *events: Event) -> dict[str, object]:
    return {"facility": event.facility, "reinstated": _is_reinstated(events)}


def _reported(event: MonitorReportRecorded, *events: Event) -> dict[str, object]:
    return {
        "facility": event.facility,
        "valid_until": event.valid_until,
        "lifts": event.lifts,
        "reinstated": _is_reinstated(events),
    }


def _index(row: Mapping[str, object]) -> tuple[int]:
    """A report's place in the log: entry 4 is before entry 10."""
    return (int(str(row["entry"]).rpartition("#")[2]),)


def _is_reinstated(events: tuple[Event, ...]) -> bool:
    return any(isinstance(event, FacilityReinstated) for event in events)
