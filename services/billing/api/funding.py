"""The money behind an agreement: the paying treasury appropriates and obligates it (D12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response

from services.billing.api.names import AgreementField, AgreementPath, agreement_named
from services.billing.domain.appropriate_funding import (
    APPROPRIATE_FUNDING,
    OBLIGATE_FUNDING,
    AppropriateFunding,
    ObligateFunding,
)
from services.billing.domain.funding import Appropriation, FundingState
from services.billing.domain.funding_position import REVIEW_FUNDING, ReviewFunding
from services.billing.queries import BillingReads
from shared.contracts.funding import FundingAppropriated, FundingObligated
from shared.kernel.dates import DatePeriod, utc_date
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, AppropriationId
from shared.kernel.money import Money
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Code, Day, MoneyField, RequestModel, UuidPath
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import answer, found
from shared.web.routes import resource_router

APPROPRIATION = "01890a5d-ac96-774b-bcce-b302099a80a1"
USD: dict[str, Any] = {"amount": "6000000.00", "currency": "USD"}
EXAMPLE: dict[str, Any] = {
    "agreement": "usa-slv-2025",
    "amount": USD,
    "start": "2025-03-01",
    "end": "2026-03-01",
    "instrument": "PL-119-4",
    "warn_at": [80, 95],
}
OBLIGATED: dict[str, Any] = {
    "agreement": "usa-slv-2025",
    "amount": {"amount": "4760000.00", "currency": "USD"},
    "reference": "OBL-2025-7",
}
SHOWN: dict[str, Any] = {
    "agreement": "usa-slv-2025",
    "exhausted": False,
    "today": {"obligated": USD, "spent": USD, "share": 80},
    "appropriations": [
        {
            "appropriation": APPROPRIATION,
            "amount": USD,
            "obligated": USD,
            "start": "2025-03-01",
            "end": "2026-03-01",
            "instrument": "PL-119-4",
            "warn_at": [80, 95],
            "appropriated_by": "USA:treasury:omb/clerk-1",
        }
    ],
}
Treasury = Annotated[Caller, Depends(caller_from("treasury", dry_run=True))]


class Appropriated(RequestModel):
    """What the budget has for an agreement, from `start` up to, and not with, `end`."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})
    agreement: AgreementField
    amount: MoneyField
    start: Day
    end: Day
    instrument: Code
    warn_at: Annotated[tuple[Annotated[int, Field(ge=1, le=99)], ...], Field(max_length=10)] = ()

    @model_validator(mode="after")
    def has_a_day(self) -> Self:
        """The first day comes before the first one after it."""
        if self.end <= self.start:
            message = "end must be after start: it is the first day after its months"
            raise ValueError(message)
        return self


class Obligated(RequestModel):
    """So much of it is committed."""

    model_config = ConfigDict(json_schema_extra={"example": OBLIGATED})
    agreement: AgreementField
    amount: MoneyField
    reference: Code


def router(runner: CommandRunner, reads: BillingReads) -> APIRouter:
    """The router of funding."""
    router = resource_router("funding")
    _appropriating(router, runner)
    _obligating(router, runner)
    _reviewing(router, runner)
    _reading(router, reads)
    return router


def _appropriating(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/appropriations",
        summary="Record, for the state that pays, what its budget has for an agreement",
        responses=records({"appropriation": APPROPRIATION, **EXAMPLE}),
    )
    async def appropriate(body: Appropriated, caller: Treasury) -> Response:
        command = AppropriateFunding(
            appropriation=AppropriationId(new_id()),
            agreement=AgreementRef(body.agreement),
            amount=body.amount,
            period=DatePeriod(body.start, body.end),
            instrument=body.instrument,
            warn_at=body.warn_at,
            actor=caller.actor,
        )
        outcome = await runner.run(
            APPROPRIATE_FUNDING, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _appropriated)


def _obligating(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/appropriations/{appropriation}:obligate",
        summary="Commit so much of an appropriation, by another subject than recorded it",
        responses=records({"appropriation": APPROPRIATION, **OBLIGATED, "told": []}),
    )
    async def obligate(appropriation: UuidPath, body: Obligated, caller: Treasury) -> Response:
        command = ObligateFunding(
            appropriation=AppropriationId(appropriation),
            agreement=AgreementRef(body.agreement),
            amount=body.amount,
            reference=body.reference,
            now=caller.now,
            actor=caller.actor,
        )
        outcome = await runner.run(
            OBLIGATE_FUNDING, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _obligated)


def _reviewing(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/funding/{agreement}:review",
        summary="Say now what has changed of an agreement's money; it is said after each headcount",
        responses=records({"told": ["FundingThresholdCrossed"]}),
    )
    async def review(agreement: AgreementPath, caller: Treasury) -> Response:
        command = ReviewFunding(agreement=AgreementRef(agreement), on=utc_date(caller.now))
        outcome = await runner.run(REVIEW_FUNDING, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _told)


def _reading(router: APIRouter, reads: BillingReads) -> None:
    @router.get(
        "/funding/{agreement}",
        summary="What is appropriated and obligated for an agreement, and what of it is used",
        responses=shows(SHOWN),
    )
    async def funding(
        agreement: AgreementPath, asking: Annotated[Reader, Depends(reader())]
    ) -> Response:
        name = agreement_named(agreement)
        state = await reads.funding(asking.actor.party, name)
        shown = (
            None if state is None else {"agreement": name, **_shown(state, utc_date(asking.now))}
        )
        return found(asking, shown, what="agreement")


def _appropriated(event: FundingAppropriated) -> Mapping[str, object]:
    return {"appropriation": event.appropriation, **_said(event)}


def _obligated(event: FundingObligated, *told: Event) -> Mapping[str, object]:
    names = ("appropriation", "agreement", "amount", "reference")
    return {**{name: getattr(event, name) for name in names}, **_told(*told)}


def _told(*told: Event) -> Mapping[str, object]:
    return {"told": [type(event).__name__ for event in told]}


def _shown(state: FundingState, day: date) -> Mapping[str, object]:
    pot = state.pot(day)
    held = [*state.appropriations.values()]
    currency = held[0].event.amount.currency if held else ""
    today = pot and {
        "obligated": Money.of(pot.obligated, currency),
        "spent": Money.of(pot.spent, currency),
        "share": pot.reached,
    }
    every = [_appropriation(each) for each in held]
    return {"exhausted": state.exhausted, "today": today, "appropriations": every}


def _appropriation(held: Appropriation) -> Mapping[str, object]:
    event = held.event
    return {
        "appropriation": event.appropriation,
        **_said(event),
        "obligated": Money.of(held.obligated, event.amount.currency),
        "appropriated_by": event.appropriated_by,
    }


def _said(event: FundingAppropriated) -> Mapping[str, object]:
    names = ("agreement", "amount", "instrument", "warn_at")
    period = {"start": event.period.start, "end": event.period.end}
    return {**{name: getattr(event, name) for name in names}, **period}
