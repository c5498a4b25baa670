"""The periods: a month is closed with its invoice, once each of its nights has a price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.billing.api.names import AgreementField, MonthPath
from services.billing.domain.period_close import CLOSE_PERIOD, ClosePeriod
from services.billing.domain.repricing import REPRICE_NIGHTS, RepriceNights
from shared.contracts.billing import FeeAccrued, NightNotCharged
from shared.contracts.invoice import InvoiceDrafted, PeriodClosed
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, CustodyId, InvoiceId, PersonId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.web.content.models import RequestModel, Uuid
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

EXAMPLE = {
    "agreement": "usa-slv-2025@1",
    "period": "2025-03",
    "invoice": "01890a5d-ac96-774b-bcce-b302099a8057",
    "status": "issued",
    "lines": 43,
    "earned": {"amount": "37698.63", "currency": "USD"},
    "drawn": {"amount": "37698.63", "currency": "USD"},
    "due": {"amount": "0.00", "currency": "USD"},
    "nights": {"due": 690, "attested": 688, "not_attested": 2},
}


class Closing(RequestModel):
    """Whose month is closed."""

    model_config = ConfigDict(json_schema_extra={"example": {"agreement": "usa-slv-2025"}})
    agreement: AgreementField


CUSTODY = "01890a5d-ac96-774b-bcce-b302099a8057"
WAITING: dict[str, Any] = {
    "agreement": "usa-slv-2025",
    "custody": CUSTODY,
    "person": "01890a5d-ac96-774b-bcce-b302099a8058",
}


class Repricing(RequestModel):
    """Whose nights wait for a price, as the list of accruals names them."""

    model_config = ConfigDict(json_schema_extra={"example": WAITING})
    agreement: AgreementField
    custody: Uuid
    person: Uuid


def router(runner: CommandRunner) -> APIRouter:
    """The router of periods."""
    router = resource_router("periods")
    _closing(router, runner)
    _repricing(router, runner)
    return router


def _repricing(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/periods/{period}:reprice",
        summary="Price a custody's waiting nights by the versions signed since",
        responses=records({"custody": CUSTODY, "charged": 2, "not_charged": 0}),
    )
    async def reprice(
        period: MonthPath,
        body: Repricing,
        caller: Annotated[Caller, Depends(caller_from("treasury", batch=True, dry_run=True))],
    ) -> Response:
        command = RepriceNights(
            custody=CustodyId(body.custody),
            person=PersonId(body.person),
            agreement=AgreementRef(body.agreement),
            period=period,
            actor=caller.actor,
        )
        provenance = caller.provenance(correlation=body.custody)
        outcome = await runner.run(REPRICE_NIGHTS, command, provenance, caller.idempotency)
        return answer(outcome, _repriced)


def _repriced(*events: FeeAccrued | NightNotCharged) -> Mapping[str, object]:
    charged = {event.night for event in events if isinstance(event, FeeAccrued)}
    kept_off = [event for event in events if isinstance(event, NightNotCharged)]
    return {
        "custody": events[0].custody,
        "charged": len(charged),
        "not_charged": len(kept_off),
    }


def _closing(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/periods/{period}:close",
        summary="Close a month and draw its invoice",
        responses=records(EXAMPLE),
    )
    async def close(
        period: MonthPath,
        body: Closing,
        caller: Annotated[Caller, Depends(caller_from("treasury", batch=True, dry_run=True))],
    ) -> Response:
        command = ClosePeriod(
            agreement=AgreementRef(body.agreement),
            period=period,
            invoice=InvoiceId(new_id()),
            now=caller.now,
            actor=caller.actor,
        )
        outcome = await runner.run(CLOSE_PERIOD, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _shown, location=_location)


def _shown(*events: Event) -> Mapping[str, object]:
    closed, drafted = _closed(events), _drafted(events)
    return {
        "agreement": closed.agreement,
        "period": closed.period,
        "invoice": closed.invoice,
        "status": "issued",
        "lines": drafted.lines,
        "earned": drafted.earned,
        "drawn": drafted.drawn,
        "due": drafted.due,
        "nights": {
            "due": drafted.nights.due,
            "attested": drafted.nights.attested,
            "not_attested": drafted.nights.not_attested,
        },
    }


def _closed(events: tuple[Event, ...]) -> PeriodClosed:
    """The month's close: what its end adds stands before it."""
    return next(event for event in events if isinstance(event, PeriodClosed))


def _drafted(events: tuple[Event, ...]) -> InvoiceDrafted:
    return next(event for event in events if isinstance(event, InvoiceDrafted))


def _location(*events: Event) -> str:
    return f"/v1/invoices/{_closed(events).invoice}"
