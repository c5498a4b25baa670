"""The invoices: every line with the entries behind it, and the payer's certification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from services.billing.api.names import AgreementQuery, agreement_named
from services.billing.domain.invoice import CERTIFY_INVOICE, CertifyInvoice, Status
from services.billing.queries import BillingReads
from shared.contracts.invoice import InvoiceCertified
from shared.contracts.payment import InvoiceSettled
from shared.kernel.ids import InvoiceId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import UuidPath
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.responses import Page, answer, found, listing, paged
from shared.web.routes import resource_router

INVOICE = "01890a5d-ac96-774b-bcce-b302099a8057"
TOTALS = {
    "invoice": INVOICE,
    "agreement": "usa-slv-2025@1",
    "period": "2025-03",
    "payer": "USA",
    "payee": "SLV",
    "status": "issued",
    "entry": "accord.example/billing/0#1400",
    "earned": {"amount": "876.71", "currency": "USD"},
    "drawn": {"amount": "876.71", "currency": "USD"},
    "due": {"amount": "0.00", "currency": "USD"},
    "in_dispute": {"amount": "0.00", "currency": "USD"},
    "outstanding": {"amount": "0.00", "currency": "USD"},
    "nights": {"due": 18, "attested": 16, "not_attested": 2},
    "issued_by": "SLV:treasury:slv-treasury",
    "certified_by": None,
}
LINE = {
    "line": 1,
    "agreement": "usa-slv-2025@1",
    "custody": "01890a5d-ac96-774b-bcce-b302099a8059",
    "person": "01890a5d-ac96-774b-bcce-b302099a8060",
    "component": "places",
    "unit": "person-night",
    "quantity": 16,
    "reason": None,
    "amount": {"amount": "876.71", "currency": "USD"},
    "evidence": [{"origin": "accord.example/placement/0", "first": 77, "last": 92}],
    "accruals": [{"origin": "accord.example/billing/0", "first": 812, "last": 827}],
    "claims": [
        {
            "outcome": "disputed",
            "amount": {"amount": "54.79", "currency": "USD"},
            "reason": "not-in-custody",
            "document": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "credit_note": None,
            "recorded_by": "USA:treasury:usa-treasury",
            "entry": "accord.example/billing/0#1402",
        }
    ],
}

NOT_ATTESTED = {
    "agreement": "usa-slv-2025@1",
    "custody": "01890a5d-ac96-774b-bcce-b302099a8059",
    "person": "01890a5d-ac96-774b-bcce-b302099a8060",
    "nights": ["2025-03-20", "2025-03-21"],
}

PAYMENT = {
    "amount": {"amount": "500.00", "currency": "USD"},
    "outstanding": {"amount": "376.71", "currency": "USD"},
    "reference": "WIRE-2025-77",
    "received_on": "2025-05-02",
    "recorded_by": "SLV:treasury:slv-treasury",
}


def router(runner: CommandRunner, invoices: BillingReads) -> APIRouter:
    """The router of invoices."""
    router = resource_router("invoices")
    _reading(router, invoices)
    _certifying(router, runner)
    return router


def _reading(router: APIRouter, invoices: BillingReads) -> None:
    @router.get(
        "/invoices/{invoice}",
        summary="An invoice: lines with their entries, and nights not attested, not billed",
        responses=shows(
            {**TOTALS, "lines": [LINE], "not_attested": [NOT_ATTESTED], "payments": [PAYMENT]}
        ),
    )
    async def invoice(invoice: UuidPath, asking: Annotated[Reader, Depends(reader())]) -> Response:
        shown = await invoices.invoice(asking.actor.party, invoice)
        return found(asking, shown, what="invoice")

    @router.get(
        "/invoices",
        summary="Invoices in the order they were drawn",
        responses=shows({"items": [TOTALS], "next": None}),
    )
    async def list_invoices(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader())],
        agreement: AgreementQuery | None = None,
        period: Annotated[
            str | None, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2025-04"])
        ] = None,
        status: Annotated[Status | None, Query(examples=["certified"])] = None,
    ) -> Response:
        name = None if agreement is None else agreement_named(agreement)
        wanted = {"agreement": name, "period": period, "status": status}
        rows = await invoices.invoices(asking.actor.party, page, **wanted)
        return listing(asking, page, rows, lambda row: (row["invoice"],))


def _certifying(router: APIRouter, runner: CommandRunner) -> None:
    @router.post(
        "/invoices/{invoice}:certify",
        summary="Accept an invoice as right, for the state that pays it",
        responses=records(
            {
                "invoice": INVOICE,
                "certified_by": "USA:treasury:usa-treasury",
                "status": "certified",
            }
        ),
    )
    async def certify(
        invoice: UuidPath,
        caller: Annotated[Caller, Depends(caller_from("treasury", batch=True, dry_run=True))],
    ) -> Response:
        command = CertifyInvoice(invoice=InvoiceId(invoice), now=caller.now, actor=caller.actor)
        outcome = await runner.run(
            CERTIFY_INVOICE, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _certified, location=f"/v1/invoices/{invoice}")


def _certified(certified: InvoiceCertified, *settled: InvoiceSettled) -> Mapping[str, object]:
    status = "settled" if settled else "certified"
    return {
        "invoice": certified.invoice,
        "certified_by": certified.certified_by,
        "status": status,
    }
