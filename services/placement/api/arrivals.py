"""Arrivals that the receiving state refuses: nobody is taken over, and they go back (G13; T4)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.placement.domain.returns.refuse_arrival import REFUSE_ARRIVAL, RefuseArrival
from shared.contracts.arrival import ArrivalGround, ArrivalRefused
from shared.contracts.returns import ReturnOrdered
from shared.kernel.ids import CustodyId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Instant, RequestModel, Sha256, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

Registry = Annotated[
    Caller, Depends(caller_from("facility-registry", urgent=True, batch=True, dry_run=True))
]

REFUSED = {
    "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
    "status": "arrival-refused",
    "responsible_state": "USA",
    "ground": "excluded-by-agreement",
    "due_at": "2025-03-30T23:59:59Z",
    "cost_of": "USA",
}


class ArrivalRefusal(RequestModel):
    """When a person was not taken over, on which ground, and the document that shows it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "refused_at": "2025-03-16T09:40:00Z",
                "ground": "excluded-by-agreement",
                "reference": "AR-2025-8",
                "evidence": "ab" * 32,
            }
        }
    )
    refused_at: Instant
    ground: ArrivalGround
    reference: Code
    evidence: Sha256


def router(runner: CommandRunner) -> APIRouter:
    """The route of refused arrivals."""
    router = resource_router("returns")

    @router.post(
        "/custodies/{custody}:refuse-arrival",
        summary="Refuse a person at arrival: a return at the sender's cost is ordered with it",
        responses=records(REFUSED),
    )
    async def refuse(custody: UuidPath, body: ArrivalRefusal, caller: Registry) -> Response:
        command = RefuseArrival(
            custody=CustodyId(custody),
            actor=caller.actor,
            now=caller.now,
            refused_at=body.refused_at,
            ground=body.ground,
            reference=body.reference,
            evidence=body.evidence,
        )
        provenance = caller.provenance(time=body.refused_at, correlation=custody)
        outcome = await runner.run(REFUSE_ARRIVAL, command, provenance, caller.idempotency)
        return answer(outcome, _refused)

    return router


def _refused(event: ArrivalRefused, ordered: ReturnOrdered) -> dict[str, object]:
    return {
        "custody": event.custody,
        "status": "arrival-refused",
        "responsible_state": event.sending,
        "ground": event.ground,
        "due_at": ordered.due_at,
        "cost_of": ordered.cost_of,
    }
