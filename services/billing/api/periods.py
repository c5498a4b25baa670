"""The periods: a month is closed, and its invoice comes out of the same decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.billing.api.names import AgreementField, MonthPath
from services.billing.domain.period import CLOSE_PERIOD, ClosePeriod
from shared.contracts.billing import InvoiceDrafted, InvoiceIssued, PeriodClosed
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, InvoiceId
from shared.ledger.ids import new_id
from shared.ledger.runner import CommandRunner
from shared.web.answers import answer
from shared.web.asked import Asked, asked_by
from shared.web.examples import records
from shared.web.gate import resource_router
from shared.web.models import RequestModel

EXAMPLE = {
    "agreement": "usa-slv-2025@1",
    "period": "2025-03",
    "invoice": "01890a5d-ac96-774b-bcce-b302099a8057",
    "status": "issued",
    "lines": 43,
    "earned": {"amount": "37698.63", "currency": "USD"},
    "drawn": {"amount": "37698.63", "currency": "USD"},
    "due": {"amount": "0.00", "currency": "USD"},
}


class Closing(RequestModel):
    """Whose month is closed."""

    model_config = ConfigDict(json_schema_extra={"example": {"agreement": "usa-slv-2025"}})
    agreement: AgreementField


def router(runner: CommandRunner) -> APIRouter:
    """The router of periods."""
    router = resource_router("periods")

    @router.post(
        "/periods/{period}:close",
        summary="Close a month and draw its invoice",
        responses=records(EXAMPLE),
    )
    async def close(
        period: MonthPath, body: Closing, asked: Annotated[Asked, Depends(asked_by("treasury"))]
    ) -> Response:
        command = ClosePeriod(
            agreement=AgreementRef(body.agreement),
            period=period,
            invoice=InvoiceId(new_id()),
            now=asked.now,
            actor=asked.actor,
        )
        outcome = await runner.run(CLOSE_PERIOD, command, asked.provenance(), asked.idempotency)
        return answer(outcome, _shown, location=_location)

    return router


def _shown(closed: PeriodClosed, drafted: InvoiceDrafted, *others: Event) -> Mapping[str, object]:
    return {
        "agreement": closed.agreement,
        "period": closed.period,
        "invoice": closed.invoice,
        "status": "issued" if isinstance(others[-1], InvoiceIssued) else "mismatched",
        "lines": drafted.lines,
        "earned": drafted.earned,
        "drawn": drafted.drawn,
        "due": drafted.due,
    }


def _location(closed: PeriodClosed, *_others: Event) -> str:
    return f"/v1/invoices/{closed.invoice}"
