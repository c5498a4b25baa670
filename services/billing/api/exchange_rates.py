"""Exchange rates for reports: the paying treasury records what was published (F3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.billing.api.names import AgreementField, AgreementPath, agreement_named
from services.billing.domain import exchange_rate
from services.billing.domain.exchange_rate import FIX_EXCHANGE_RATE, FixExchangeRate
from services.billing.queries import BillingReads
from shared.contracts.exchange import ExchangeRateFixed
from shared.kernel.dates import utc_date
from shared.kernel.ids import AgreementRef
from shared.kernel.money import total
from shared.ledger.runner import CommandRunner
from shared.tariff.conversion import converted
from shared.web.content.models import Code, Day, RequestModel
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import answer, found
from shared.web.routes import resource_router

EXAMPLE: dict[str, Any] = {
    "agreement": "nor-nld-2015",
    "quote": "NOK",
    "rate": "8.5",
    "on": "2015-03-02",
    "source": "NORGES-BANK-2015-03-02",
}


REPORT: dict[str, Any] = {
    "agreement": "nor-nld-2015",
    "rate": {**EXAMPLE, "agreement": "nor-nld-2015@1", "base": "EUR"},
    "components": [
        {
            "component": "places",
            "earned": {"amount": "25500000.00", "currency": "EUR"},
            "reported": {"amount": "216750000.00", "currency": "NOK"},
        }
    ],
    "earned": {"amount": "25500000.00", "currency": "EUR"},
    "reported": {"amount": "216750000.00", "currency": "NOK"},
}
CURRENCY = r"^[A-Z]{3}$"


class Fixing(RequestModel):
    """One of the agreement's currency is `rate` of `quote` on a day."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})
    agreement: AgreementField
    quote: Annotated[str, Field(pattern=CURRENCY)]
    rate: Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,8})?$")]
    on: Day
    source: Code


def router(runner: CommandRunner, statements: BillingReads) -> APIRouter:
    """The router of exchange rates."""
    router = resource_router("statements")
    _fixing(router, runner)
    _reporting(router, runner, statements)
    return router


def _fixing(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/exchange-rates",
        summary="Record, for the state that pays, a rate for its reports; it changes no amount",
        responses=records(EXAMPLE),
    )
    async def fix(
        body: Fixing,
        caller: Annotated[Caller, Depends(caller_from("treasury", batch=True, dry_run=True))],
    ) -> Response:
        command = FixExchangeRate(
            agreement=AgreementRef(body.agreement),
            quote=body.quote,
            rate=body.rate,
            on=body.on,
            source=body.source,
            actor=caller.actor,
        )
        provenance = caller.provenance(time=datetime.combine(body.on, time(), UTC))
        outcome = await runner.run(FIX_EXCHANGE_RATE, command, provenance, caller.idempotency)
        return answer(outcome, _shown)


def _reporting(router: APIRouter, runner: CommandRunner, statements: BillingReads) -> None:
    @router.get(
        "/reports/{agreement}",
        summary="What was earned, in another currency at a recorded rate: for reading alone",
        responses=shows(REPORT),
    )
    async def report(
        agreement: AgreementPath,
        currency: Annotated[str, Query(pattern=CURRENCY, examples=["NOK"])],
        asking: Annotated[Reader, Depends(reader())],
        on: Annotated[Day | None, Query(examples=["2015-10-01"])] = None,
    ) -> Response:
        name = agreement_named(agreement)
        statement = await statements.statement(asking.actor.party, name)
        if statement is None:
            return found(asking, None, what="agreement")
        rates = await runner.state(exchange_rate.fold(name, currency))
        rate = exchange_rate.last(rates, on or utc_date(asking.now))
        return found(asking, _reported(name, rate, statement["components"]), what="report")


def _reported(
    agreement: str,
    rate: ExchangeRateFixed,
    components: Any,  # noqa: ANN401 - as the statement shows them
) -> Mapping[str, object]:
    """Each amount is converted by itself, and the sum from the sum: nothing is rounded twice. What
    an earlier version charged in another currency has no rate here.
    """
    own = [each for each in components if each["earned"].currency == rate.base]
    whole = total((each["earned"] for each in own), rate.base)
    return {
        "agreement": agreement,
        "rate": {**_shown(rate), "base": rate.base},
        "components": [
            {
                "component": each["component"],
                "earned": each["earned"],
                "reported": converted(each["earned"], rate.rate, rate.quote),
            }
            for each in own
        ],
        "earned": whole,
        "reported": converted(whole, rate.rate, rate.quote),
    }


def _shown(rate: ExchangeRateFixed) -> Mapping[str, object]:
    return {name: getattr(rate, name) for name in EXAMPLE}
