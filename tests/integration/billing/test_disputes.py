"""A line in dispute over HTTP: held apart, answered with a credit note, and the rest paid."""

from __future__ import annotations

from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.integration.billing.test_payments import issued_invoice, transfer, usd

DOCUMENT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


async def test_g20_a_disputed_line_is_credited_before_the_invoice_is_certified_and_paid(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    invoice = await issued_invoice(treasuries, neighbours)
    line = f"/v1/invoices/{invoice}/lines/1"
    claim = {"amount": usd("65.00"), "reason": "not-in-custody", "document": DOCUMENT}

    too_much = await treasuries.post(
        f"{line}:dispute", {**claim, "amount": usd("130.01")}, party="USA"
    )
    nowhere = await treasuries.post(f"/v1/invoices/{invoice}/lines/7:dispute", claim, party="USA")
    disputed = await treasuries.post(f"{line}:dispute", claim, party="USA")
    early = await treasuries.post(f"/v1/invoices/{invoice}:certify", party="USA")

    assert too_much.status_code == 422, too_much.text
    assert too_much.json()["type"].endswith("/dispute-exceeds-line")
    assert nowhere.status_code == 404, nowhere.text
    assert disputed.status_code == 201, disputed.text
    assert early.status_code == 422, early.text
    assert early.json()["type"].endswith("/lines-in-dispute")
    listed = await treasuries.get("/v1/invoices", status="disputed")
    assert [item["in_dispute"] for item in listed["items"]] == [usd("65.00")]
    await _credited_certified_and_paid(treasuries, invoice)


async def _credited_certified_and_paid(treasuries: Treasuries, invoice: str) -> None:
    answered = await treasuries.post(
        f"/v1/invoices/{invoice}/lines/1:resolve-dispute",
        {"credit": usd("65.00"), "document": DOCUMENT},
    )
    await treasuries.post(f"/v1/invoices/{invoice}:certify", party="USA")
    paid = await treasuries.post(
        f"/v1/invoices/{invoice}:record-payment", transfer("65.00", "WIRE-1")
    )

    assert answered.json()["credit_note"] == 1, answered.text
    assert paid.json()["status"] == "settled", paid.text
    shown = await treasuries.get(f"/v1/invoices/{invoice}")
    assert (shown["due"], shown["in_dispute"], shown["outstanding"]) == (
        usd("130.00"),
        usd("0.00"),
        usd("0.00"),
    )
    claims = shown["lines"][0]["claims"]
    assert [claim["outcome"] for claim in claims] == ["disputed", "resolved", "credited"]
    books = await treasuries.get("/v1/accounts", agreement="usa-slv-2025")
    assert books["sums"] == [usd("0.00")]
    assert {
        account["account"]: account["balance"]["amount"]
        for account in books["accounts"]
        if account["party"] == "SLV" and account["balance"]["amount"] != "0.00"
    } == {"cash": "65.00", "deductions": "65.00"}
