"""The statements: what each component has earned, and what is unearned (F7)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.billing.api.names import AgreementPath, agreement_named
from services.billing.queries import BillingReads
from shared.web.identity.caller import Reader, reader
from shared.web.openapi.examples import shows
from shared.web.responses import found
from shared.web.routes import resource_router

EXAMPLE = {
    "agreement": "usa-slv-2025",
    "components": [
        {
            "agreement": "usa-slv-2025@1",
            "component": "places",
            "unit": "person-night",
            "used": 29512,
            "earned": {"amount": "1617095.89", "currency": "USD"},
            "left": 57358,
            "unearned": {"amount": "3142904.11", "currency": "USD"},
            "shortfall": 0,
            "utilisation": {
                "paid_for": 86870,
                "used": 29512,
                "empty": 57358,
                "share": "34.0",
                "per_place_night": {"amount": "54.79", "currency": "USD"},
                "per_person": {"amount": "58870.97", "currency": "USD"},
                "empty_places": {"amount": "3142904.11", "currency": "USD"},
            },
            "words": "29,512 of 86,870 person-nights used: USD 1,617,095.89 earned,"
            " USD 3,142,904.11 unearned",
            "received_on": "2025-03-10",
            "reference": "GRANT-2025-1",
        }
    ],
}


def router(statements: BillingReads) -> APIRouter:
    """The router of statements."""
    router = resource_router("statements")

    @router.get(
        "/statements/{agreement}",
        summary="Earned and unearned, whether or not a refund was agreed",
        responses=shows(EXAMPLE),
    )
    async def statement(
        agreement: AgreementPath, asking: Annotated[Reader, Depends(reader())]
    ) -> Response:
        shown = await statements.statement(asking.actor.party, agreement_named(agreement))
        return found(asking, shown, what="statement")

    return router
