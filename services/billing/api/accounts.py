"""The accounts: every posting's balance, and proof that they balance."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.billing.api.names import AgreementQuery, agreement_named
from services.billing.queries import BillingReads
from shared.web.identity.caller import Reader, reader
from shared.web.moment import AskedMoment
from shared.web.openapi.examples import shows
from shared.web.responses import found
from shared.web.routes import resource_router

EXAMPLE = {
    "accounts": [
        {
            "agreement": "usa-slv-2025",
            "party": "SLV",
            "account": "cash",
            "balance": {"amount": "4760000.00", "currency": "USD"},
        }
    ],
    "sums": [{"amount": "0.00", "currency": "USD"}],
}


def router(accounts: BillingReads) -> APIRouter:
    """The router of accounts."""
    router = resource_router("accounts")

    @router.get(
        "/accounts",
        summary="Balances of the agreements that the party reads: a debit is positive",
        responses=shows(EXAMPLE),
    )
    async def balances(
        asking: Annotated[Reader, Depends(reader())],
        moment: AskedMoment,
        agreement: AgreementQuery | None = None,
    ) -> Response:
        name = None if agreement is None else agreement_named(agreement)
        return found(asking, await accounts.accounts(asking.actor.party, name, moment))

    return router
