"""The accruals: what was charged and taken back, and what was not charged, and why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.billing.api.names import AgreementQuery, MonthQuery, agreement_named
from services.billing.queries import BillingReads
from shared.web.identity.caller import Reader, reader
from shared.web.moment import AskedMoment
from shared.web.openapi.examples import shows
from shared.web.responses import Page, listing, paged
from shared.web.routes import resource_router

EXAMPLE = {
    "items": [
        {
            "sequence": 812,
            "outcome": "accrued",
            "custody": "01890a5d-ac96-774b-bcce-b302099a8057",
            "person": "01890a5d-ac96-774b-bcce-b302099a8058",
            "night": "2025-03-16",
            "period": "2025-03",
            "evidence": ["accord.example/placement/0#77"],
            "agreement": "usa-slv-2025@1",
            "entry": "accord.example/billing/0#812",
            "component": "places",
            "unit": "person-night",
            "quantity": 1,
            "amount": {"amount": "54.79", "currency": "USD"},
            "because": None,
            "reason": None,
        }
    ],
    "next": None,
}


def router(accruals: BillingReads) -> APIRouter:
    """The router of accruals."""
    router = resource_router("accruals")

    @router.get(
        "/accruals",
        summary="What was charged and taken back, and what was not charged",
        responses=shows(EXAMPLE),
    )
    async def list_accruals(
        page: Annotated[Page, Depends(paged(int))],
        asking: Annotated[Reader, Depends(reader())],
        moment: AskedMoment,
        agreement: AgreementQuery,
        period: MonthQuery | None = None,
    ) -> Response:
        party, name = asking.actor.party, agreement_named(agreement)
        rows = await accruals.accruals(party, name, period, page, moment=moment)
        return listing(asking, page, rows, lambda row: (row["sequence"],))

    return router
