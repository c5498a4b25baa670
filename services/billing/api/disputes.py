"""Disputes of an issued invoice, line by line, and the credit notes that correct it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import ConfigDict
from starlette.responses import Response

from services.billing.domain.dispute_line import DISPUTE_LINE, DisputeLine
from services.billing.domain.settle_dispute import (
    RESOLVE_DISPUTE,
    WITHDRAW_DISPUTE,
    ResolveDispute,
    WithdrawDispute,
)
from shared.contracts.dispute import (
    CreditNoteIssued,
    DisputeReason,
    DisputeResolved,
    DisputeWithdrawn,
    InvoiceDisputed,
)
from shared.kernel.ids import InvoiceId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import MoneyField, RequestModel, Sha256, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

INVOICE = "01890a5d-ac96-774b-bcce-b302099a8057"
DOCUMENT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
AMOUNT = {"amount": "54.79", "currency": "USD"}
DISPUTED: dict[str, Any] = {"amount": AMOUNT, "reason": "not-in-custody", "document": DOCUMENT}
ANSWERED: dict[str, Any] = {"credit": AMOUNT, "document": DOCUMENT}
OF_LINE: dict[str, Any] = {"invoice": INVOICE, "line": 1, "amount": AMOUNT}
Treasury = Annotated[Caller, Depends(caller_from("treasury", batch=True, dry_run=True))]
LinePath = Annotated[int, Path(ge=1, le=2**31 - 1, examples=[1])]


class Dispute(RequestModel):
    """What of a line is not owed; `document` is the SHA-256 of the statement that says why."""

    model_config = ConfigDict(json_schema_extra={"example": DISPUTED})
    amount: MoneyField
    reason: DisputeReason
    document: Sha256


class Resolution(RequestModel):
    """What of the dispute is conceded, from zero on; `document` is its justification's SHA-256."""

    model_config = ConfigDict(json_schema_extra={"example": ANSWERED})
    credit: MoneyField
    document: Sha256


def router(runner: CommandRunner) -> APIRouter:
    """The router of disputes."""
    router = resource_router("disputes")
    _disputing(router, runner)
    _withdrawing(router, runner)
    _resolving(router, runner)
    return router


def _disputing(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/invoices/{invoice}/lines/{line}:dispute",
        summary="Say, for the state that pays, what of a line is not owed: it is held apart",
        responses=records({**OF_LINE, "reason": "not-in-custody", "in_dispute": AMOUNT}),
    )
    async def dispute(
        invoice: UuidPath, line: LinePath, body: Dispute, caller: Treasury
    ) -> Response:
        command = DisputeLine(
            invoice=InvoiceId(invoice),
            line=line,
            amount=body.amount,
            reason=body.reason,
            document=body.document,
            actor=caller.actor,
        )
        outcome = await runner.run(DISPUTE_LINE, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _disputed, location=f"/v1/invoices/{invoice}")


def _withdrawing(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/invoices/{invoice}/lines/{line}:withdraw-dispute",
        summary="Say, for the state that pays, that it owes what it disputed after all",
        responses=records({**OF_LINE, "in_dispute": AMOUNT}),
    )
    async def withdraw(invoice: UuidPath, line: LinePath, caller: Treasury) -> Response:
        command = WithdrawDispute(invoice=InvoiceId(invoice), line=line, actor=caller.actor)
        outcome = await runner.run(
            WITHDRAW_DISPUTE, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _withdrawn, location=f"/v1/invoices/{invoice}")


def _resolving(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/invoices/{invoice}/lines/{line}:resolve-dispute",
        summary="Answer a dispute for the state that is paid: a credit note corrects the invoice",
        responses=records({**OF_LINE, "credited": AMOUNT, "in_dispute": AMOUNT, "credit_note": 1}),
    )
    async def resolve(
        invoice: UuidPath, line: LinePath, body: Resolution, caller: Treasury
    ) -> Response:
        command = ResolveDispute(
            invoice=InvoiceId(invoice),
            line=line,
            credit=body.credit,
            document=body.document,
            actor=caller.actor,
        )
        outcome = await runner.run(
            RESOLVE_DISPUTE, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _resolved, location=f"/v1/invoices/{invoice}")


def _disputed(event: InvoiceDisputed) -> Mapping[str, object]:
    return {name: getattr(event, name) for name in (*OF_LINE, "reason", "in_dispute")}


def _withdrawn(event: DisputeWithdrawn) -> Mapping[str, object]:
    return {name: getattr(event, name) for name in (*OF_LINE, "in_dispute")}


def _resolved(event: DisputeResolved, *notes: CreditNoteIssued) -> Mapping[str, object]:
    shown = {name: getattr(event, name) for name in (*OF_LINE, "credited", "in_dispute")}
    return {**shown, "credit_note": next((note.credit_note for note in notes), None)}
