"""Returns: ordered by a court or a state, and read by both of them (G16)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.placement.api.custodies import StatusQuery
from services.placement.domain.returns.complete_return import COMPLETE_RETURN, CompleteReturn
from services.placement.domain.returns.depart_return import DEPART_RETURN, DepartReturn
from services.placement.domain.returns.order_return import ORDER_RETURN, OrderReturn
from services.placement.domain.returns.schedule_return import SCHEDULE_RETURN, ScheduleReturn
from services.placement.queries.returns import ReturnReads
from shared.contracts.returns import (
    ReturnCompleted,
    ReturnDeparted,
    ReturnOrdered,
    ReturnScheduled,
)
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Day, Instant, RequestModel, SlugQuery, UuidPath
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, listing, paged
from shared.web.routes import resource_router

Authority = Annotated[
    Caller, Depends(caller_from("court", "central-authority", urgent=True, batch=True))
]
Registry = Annotated[
    Caller, Depends(caller_from("facility-registry", urgent=True, batch=True, dry_run=True))
]
Sender = Annotated[
    Caller,
    Depends(
        caller_from(
            "central-authority", "intake-agency", "escort", urgent=True, batch=True, dry_run=True
        )
    ),
]
SHOWN = (
    "custody",
    "person",
    "agreement",
    "facility",
    "status",
    "responsible_state",
    "ground",
    "reference",
    "ordered_on",
    "ordered_by",
    "cost_of",
    "return_ordered_at",
    "return_due_at",
    "return_entry",
    "return_carrier",
    "return_departs_on",
    "return_travel_document",
)
RETURN = {
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
    "agreement": "usa-slv-2025@1",
    "facility": "cecot",
    "status": "in-custody",
    "responsible_state": "SLV",
    "ground": "court-order",
    "reference": "25-cv-951",
    "ordered_on": "2025-04-10",
    "ordered_by": "USA:court:supreme-court/clerk-1",
    "cost_of": "USA",
    "return_ordered_at": "2025-04-10T22:30:00Z",
    "return_due_at": "2025-04-24T23:59:59Z",
    "return_entry": "accord.example/placement/0#940",
    "return_carrier": "AIR-7",
    "return_departs_on": "2025-04-20",
    "return_travel_document": "LP-2025-77",
}


class Order(RequestModel):
    """An order that a person is returned: when it was given, and its reference."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"ordered_at": "2025-04-10T22:30:00Z", "reference": "25-cv-951"}
        }
    )
    ordered_at: Instant
    reference: Code


class Schedule(RequestModel):
    """How a person is taken back: by which carrier, on which day, on which document."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "carrier": "AIR-7",
                "departs_on": "2025-04-20",
                "travel_document": "LP-2025-77",
            }
        }
    )
    carrier: Code
    departs_on: Day
    travel_document: Code


class Moved(RequestModel):
    """When the person left, or was back."""

    model_config = ConfigDict(json_schema_extra={"example": {"at": "2025-04-20T15:00:00Z"}})
    at: Instant


def router(runner: CommandRunner, reads: ReturnReads) -> APIRouter:
    """The routes of returns."""
    router = resource_router("returns")
    _ordering(router, runner)
    _scheduling(router, runner)
    _returning(router, runner)
    _reading(router, reads)
    return router


def _ordering(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/custodies/{custody}:order-return",
        summary="Order that a person is returned: nothing accrues from here on",
        responses=records(
            {
                "custody": RETURN["custody"],
                "ground": "court-order",
                "ordered_on": "2025-04-10",
                "due_at": "2025-04-24T23:59:59Z",
                "cost_of": "USA",
            }
        ),
    )
    async def order_return(custody: UuidPath, body: Order, caller: Authority) -> Response:
        command = OrderReturn(
            custody=CustodyId(custody),
            actor=caller.actor,
            now=caller.now,
            ordered_at=body.ordered_at,
            reference=body.reference,
        )
        provenance = caller.provenance(time=body.ordered_at, correlation=custody)
        outcome = await runner.run(ORDER_RETURN, command, provenance, caller.idempotency)
        return answer(outcome, _ordered)


def _scheduling(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/custodies/{custody}:schedule-return",
        summary="Say by which carrier and on which day the sending state takes a person back",
        responses=records({"custody": RETURN["custody"], "departs_on": "2025-04-20"}),
    )
    async def schedule(custody: UuidPath, body: Schedule, caller: Sender) -> Response:
        command = ScheduleReturn(
            custody=CustodyId(custody),
            actor=caller.actor,
            now=caller.now,
            carrier=body.carrier,
            departs_on=body.departs_on,
            travel_document=body.travel_document,
        )
        provenance = caller.provenance(correlation=custody)
        outcome = await runner.run(SCHEDULE_RETURN, command, provenance, caller.idempotency)
        return answer(outcome, _scheduled)


def _returning(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/custodies/{custody}:depart-return",
        summary="Record that a person left for the sending state: the facility's word",
        responses=records({"custody": RETURN["custody"], "departed_on": "2025-04-20"}),
    )
    async def depart(custody: UuidPath, body: Moved, caller: Registry) -> Response:
        command = DepartReturn(
            custody=CustodyId(custody), actor=caller.actor, now=caller.now, departed_at=body.at
        )
        provenance = caller.provenance(time=body.at, correlation=custody)
        outcome = await runner.run(DEPART_RETURN, command, provenance, caller.idempotency)
        return answer(outcome, _departed)

    @router.post(
        "/custodies/{custody}:complete-return",
        summary="Sign that the sending state has the person back",
        responses=records({"custody": RETURN["custody"], "departed_on": "2025-04-20"}),
    )
    async def complete(custody: UuidPath, body: Moved, caller: Sender) -> Response:
        command = CompleteReturn(
            custody=CustodyId(custody), actor=caller.actor, now=caller.now, completed_at=body.at
        )
        provenance = caller.provenance(time=body.at, correlation=custody)
        outcome = await runner.run(COMPLETE_RETURN, command, provenance, caller.idempotency)
        return answer(outcome, _departed)


def _reading(router: APIRouter, reads: ReturnReads) -> None:
    @router.get(
        "/returns",
        summary="Returns that were ordered, by their custodies; each with the order due first",
        responses=shows({"items": [RETURN], "next": None}),
    )
    async def returns(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        *,
        facility: SlugQuery | None = None,
        agreement: SlugQuery | None = None,
        status: StatusQuery | None = None,
    ) -> Response:
        rows = await reads.returns(asking.actor.party, page, facility, agreement, status)
        said = [{name: row[name] for name in SHOWN} for row in rows]
        return listing(asking, page, said, lambda row: (row["custody"],))


def _scheduled(event: ReturnScheduled) -> dict[str, object]:
    return {"custody": event.custody, "departs_on": event.departs_on}


def _departed(event: ReturnDeparted | ReturnCompleted, *_accounted_for: Event) -> dict[str, object]:
    return {"custody": event.custody, "departed_on": event.departed_on}


def _ordered(event: ReturnOrdered) -> dict[str, object]:
    return {
        "custody": event.custody,
        "ground": event.ground,
        "ordered_on": event.ordered_on,
        "due_at": event.due_at,
        "cost_of": event.cost_of,
    }
