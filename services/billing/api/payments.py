"""The payments of certified invoices: what the receiving state's treasury says that it received."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.billing.domain.payment import RECORD_PAYMENT, RecordPayment
from shared.contracts.payment import InvoiceSettled, PaymentRecorded
from shared.kernel.ids import InvoiceId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Day, MoneyField, RequestModel, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

EXAMPLE: dict[str, Any] = {
    "amount": {"amount": "500.00", "currency": "USD"},
    "reference": "WIRE-2025-77",
    "received_on": "2025-05-02",
}
SHOWN = {
    "invoice": "01890a5d-ac96-774b-bcce-b302099a8057",
    **EXAMPLE,
    "outstanding": {"amount": "376.71", "currency": "USD"},
    "status": "certified",
}


class Payment(RequestModel):
    """Money that was received for an invoice: all that is owed for it, or a part."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})
    amount: MoneyField
    reference: Code
    received_on: Day


def router(runner: CommandRunner) -> APIRouter:
    """The router of payments."""
    router = resource_router("payments")

    @router.post(
        "/invoices/{invoice}:record-payment",
        summary="Record money received for a certified invoice; the last payment settles it",
        responses=records(SHOWN),
    )
    async def record(
        invoice: UuidPath,
        body: Payment,
        caller: Annotated[Caller, Depends(caller_from("treasury", batch=True, dry_run=True))],
    ) -> Response:
        command = RecordPayment(
            invoice=InvoiceId(invoice),
            amount=body.amount,
            reference=body.reference,
            received_on=body.received_on,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=datetime.combine(body.received_on, time(), UTC))
        outcome = await runner.run(RECORD_PAYMENT, command, provenance, caller.idempotency)
        return answer(outcome, _shown, location=f"/v1/invoices/{invoice}")

    return router


def _shown(recorded: PaymentRecorded, *settled: InvoiceSettled) -> Mapping[str, object]:
    names = ("invoice", *EXAMPLE, "outstanding")
    shown = {name: getattr(recorded, name) for name in names}
    return {**shown, "status": "settled" if settled else "certified"}
