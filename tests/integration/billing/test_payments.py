"""An invoice from certification to settlement over HTTP, with the books at zero."""

from __future__ import annotations

from datetime import date

from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.unit.billing.story import BED, document


def usd(amount: str) -> dict[str, str]:
    """Dollars as they are written."""
    return {"amount": amount, "currency": "USD"}


def transfer(amount: str, reference: str) -> dict[str, object]:
    """A payment as a treasury reports it."""
    return {"amount": usd(amount), "reference": reference, "received_on": "2025-05-02"}


async def test_g20_an_invoice_is_paid_in_parts_never_beyond_it_and_then_settled(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    invoice = await issued_invoice(treasuries, neighbours)
    pay = f"/v1/invoices/{invoice}:record-payment"
    early = await treasuries.post(pay, transfer("130.00", "WIRE-1"))
    assert early.status_code == 409
    assert early.json()["type"].endswith("/invoice-not-certified")
    await treasuries.post(f"/v1/invoices/{invoice}:certify", party="USA")

    part = await treasuries.post(pay, transfer("100.00", "WIRE-1"))
    too_much = await treasuries.post(pay, transfer("100.00", "WIRE-2"))
    last = await treasuries.post(pay, transfer("30.00", "WIRE-3"))

    assert part.status_code == 201, part.text
    assert (part.json()["outstanding"], part.json()["status"]) == (usd("30.00"), "certified")
    assert too_much.status_code == 422, too_much.text
    assert last.json()["status"] == "settled", last.text
    await _shown_as_settled(treasuries, invoice)
    await _books_are_cash_alone(treasuries)


async def issued_invoice(treasuries: Treasuries, neighbours: Neighbours) -> str:
    """March with two nights at USD 65.00, issued."""
    await neighbours.activate(document(BED))
    await neighbours.accept(range(1, 2), date(2025, 3, 16))
    await neighbours.attest(range(1, 2), date(2025, 3, 16), 2)
    await neighbours.settled()
    closed: str = (await treasuries.close("2025-03")).json()["invoice"]
    return closed


async def _shown_as_settled(treasuries: Treasuries, invoice: str) -> None:
    shown = await treasuries.get(f"/v1/invoices/{invoice}")
    said = (shown["status"], shown["due"], shown["outstanding"])
    assert said == ("settled", usd("130.00"), usd("0.00"))
    assert [payment["reference"] for payment in shown["payments"]] == ["WIRE-1", "WIRE-3"]
    listed = await treasuries.get("/v1/invoices", status="settled")
    assert [item["invoice"] for item in listed["items"]] == [invoice]


async def _books_are_cash_alone(treasuries: Treasuries) -> None:
    books = await treasuries.get("/v1/accounts", agreement="usa-slv-2025")
    assert books["sums"] == [usd("0.00")]
    assert {
        (account["party"], account["account"]): account["balance"]["amount"]
        for account in books["accounts"]
        if account["balance"]["amount"] != "0.00"
    } == {("SLV", "cash"): "130.00", ("USA", "cash"): "-130.00"}
