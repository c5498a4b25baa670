"""The prepayments: what the receiving state's treasury says that it was paid ahead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.billing.api.names import AgreementField
from services.billing.domain.prepayment import RECORD_PREPAYMENT, RecordPrepayment
from shared.contracts.billing import PrepaymentReceived
from shared.kernel.ids import AgreementRef
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Day, MoneyField, RequestModel, Slug
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

EXAMPLE: dict[str, Any] = {
    "agreement": "usa-slv-2025@1",
    "component": "places",
    "amount": {"amount": "4760000.00", "currency": "USD"},
    "reference": "GRANT-2025-1",
    "received_on": "2025-03-10",
}


class Prepayment(RequestModel):
    """Money that was received ahead of the nights that earn it."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})
    agreement: AgreementField
    component: Slug
    amount: MoneyField
    reference: Code
    received_on: Day


def router(runner: CommandRunner) -> APIRouter:
    """The router of prepayments."""
    router = resource_router("prepayments")

    @router.post(
        "/prepayments",
        summary="Record that a prepaid component was paid, whole and once",
        responses=records(EXAMPLE),
    )
    async def record(
        body: Prepayment,
        caller: Annotated[Caller, Depends(caller_from("treasury", batch=True, dry_run=True))],
    ) -> Response:
        command = RecordPrepayment(
            agreement=AgreementRef(body.agreement),
            component=body.component,
            amount=body.amount,
            reference=body.reference,
            received_on=body.received_on,
            now=caller.now,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=datetime.combine(body.received_on, time(), UTC))
        return answer(
            await runner.run(RECORD_PREPAYMENT, command, provenance, caller.idempotency), _shown
        )

    return router


def _shown(received: PrepaymentReceived) -> Mapping[str, object]:
    return {name: getattr(received, name) for name in EXAMPLE}
