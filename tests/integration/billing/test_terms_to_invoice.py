"""From signed terms to a certified invoice: every line names the entries behind it."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.contracts.billing import (
    FeeAccrued,
    FeeReversed,
    NightUnpriced,
    TermsActivated,
)
from tests.integration.billing.neighbours import Neighbours, Treasuries, headcount
from tests.unit.billing.story import BED, PLACES, TERMS, custody, document

MARCH = date(2025, 3, 16)
EVERYBODY = range(1, 44)
PREPAYMENT = {
    "agreement": TERMS,
    "component": "places",
    "amount": {"amount": "4760000.00", "currency": "USD"},
    "reference": "GRANT-2025-1",
    "received_on": "2025-03-10",
}


def usd(amount: str) -> dict[str, str]:
    """Dollars as they are written."""
    return {"amount": amount, "currency": "USD"}


def count(ranges: list[dict[str, Any]]) -> int:
    """How many entries some ranges have."""
    return sum(line["last"] - line["first"] + 1 for line in ranges)


async def test_43_persons_from_terms_to_a_certified_invoice(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(PLACES))
    await neighbours.settled()
    paid = await treasuries.post("/v1/prepayments", PREPAYMENT)
    assert paid.status_code == 201, paid.text
    await neighbours.accept(EVERYBODY, MARCH)
    await neighbours.attest(EVERYBODY, MARCH, 16)
    await neighbours.settled()

    closed = await treasuries.close("2025-03")

    assert closed.status_code == 201, closed.text
    said = closed.json()
    assert (said["status"], said["lines"]) == ("issued", 43)
    # 4,760,000 × (43 × 16) / (238 × 365)
    assert (said["earned"], said["drawn"], said["due"]) == (
        usd("37698.63"),
        usd("37698.63"),
        usd("0.00"),
    )
    certified = await treasuries.post(f"/v1/invoices/{said['invoice']}:certify", party="USA")
    assert certified.status_code == 201, certified.text
    await _invoice_is_right(treasuries, said["invoice"])
    await _books_balance(treasuries)


async def _invoice_is_right(treasuries: Treasuries, invoice: str) -> None:
    shown = await treasuries.get(f"/v1/invoices/{invoice}")
    assert shown["status"] == "settled"
    assert (shown["payer"], shown["payee"], shown["period"]) == ("USA", "SLV", "2025-03")
    log = {entry.ref: entry for entry in await treasuries.log()}
    for line in shown["lines"]:
        assert (line["quantity"], count(line["evidence"]), count(line["accruals"])) == (16, 16, 16)
        accruals = [
            log[f"{accrual['origin']}#{sequence}"].event  # type: ignore[index]  # a reference is text
            for accrual in line["accruals"]
            for sequence in range(accrual["first"], accrual["last"] + 1)
        ]
        assert all(isinstance(accrual, FeeAccrued) for accrual in accruals)
        cents = sum(accrual.amount.minor for accrual in accruals if isinstance(accrual, FeeAccrued))
        assert f"{cents / 100:.2f}" == line["amount"]["amount"]
        assert {accrual.custody for accrual in accruals if isinstance(accrual, FeeAccrued)} == {
            line["custody"]
        }
    listed = await treasuries.get("/v1/invoices", agreement="usa-slv-2025")
    assert [item["invoice"] for item in listed["items"]] == [invoice]


async def _books_balance(treasuries: Treasuries) -> None:
    books = await treasuries.get("/v1/accounts", agreement=TERMS)
    assert {
        (account["party"], account["account"]): account["balance"]["amount"]
        for account in books["accounts"]
    } == {
        ("SLV", "cash"): "4760000.00",
        ("SLV", "prepaid"): "-4722301.37",
        ("USA", "cash"): "-4760000.00",
        ("USA", "prepaid"): "4722301.37",
    }
    assert books["sums"] == [usd("0.00")]
    statement = await treasuries.get("/v1/statements/usa-slv-2025")
    (component,) = statement["components"]
    assert (component["unit"], component["used"]) == ("person-night", 43 * 16)
    assert component["earned"] == usd("37698.63")
    assert component["unearned"] == usd("4722301.37")
    assert component["received_on"] == "2025-03-10"


async def test_headcounts_that_arrive_before_the_terms_are_neither_lost_nor_mispriced(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.accept(range(1, 4), MARCH)
    await neighbours.attest(range(1, 4), MARCH, 2)
    assert await neighbours.applied("intake") == 0

    await neighbours.activate(document(BED))
    await neighbours.settled()

    shown = await treasuries.get("/v1/accruals", agreement="usa-slv-2025", period="2025-03")
    assert [item["outcome"] for item in shown["items"]] == ["accrued"] * 6
    assert not [entry for entry in await treasuries.log() if isinstance(entry.event, NightUnpriced)]
    (terms,) = (
        entry for entry in await treasuries.log() if isinstance(entry.event, TermsActivated)
    )
    assert isinstance(terms.event, TermsActivated)
    assert terms.event.signed == "accord.example/intake/0#0"


async def test_a_late_release_is_reversed_in_the_open_month_by_itself(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(BED))
    await neighbours.accept(range(1, 3), date(2025, 3, 28))
    await neighbours.attest(range(1, 3), date(2025, 3, 28), 8)
    await neighbours.settled()
    march = (await treasuries.close("2025-03")).json()
    assert march["due"] == usd("520.00")  # two persons, four nights at 65.00

    await neighbours.release(1, date(2025, 3, 30))
    await neighbours.settled()
    april = (await treasuries.close("2025-04")).json()

    # four nights of the one who stayed; of the other, the two nights of March are given back
    assert april["due"] == usd("130.00")
    shown = await treasuries.get(f"/v1/invoices/{april['invoice']}")
    lines = {line["custody"]: line for line in shown["lines"]}
    assert (lines[custody(1)]["quantity"], lines[custody(1)]["amount"]) == (-2, usd("-130.00"))
    assert (lines[custody(2)]["quantity"], lines[custody(2)]["amount"]) == (4, usd("260.00"))
    reversed_ = [entry for entry in await treasuries.log() if isinstance(entry.event, FeeReversed)]
    assert len(reversed_) == 6


async def test_what_is_not_attested_is_not_charged_and_what_is_not_priced_is_shown(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(BED))
    await neighbours.accept(range(1, 2), date(2026, 3, 30))
    await neighbours.say("placement", headcount(range(1, 3), date(2026, 3, 31)))
    await neighbours.say("placement", headcount(range(1, 2), date(2026, 4, 1)))
    await neighbours.settled()

    shown = await treasuries.get("/v1/accruals", agreement="usa-slv-2025")

    assert [(item["outcome"], item["reason"]) for item in shown["items"]] == [
        ("accrued", None),
        ("not-charged", "NightOutsideStay"),
        ("unpriced", None),
    ]


async def test_a_list_goes_on_where_its_cursor_says(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(BED))
    await neighbours.accept(range(1, 4), MARCH)
    await neighbours.attest(range(1, 4), MARCH, 2)
    await neighbours.settled()

    first = await treasuries.get("/v1/accruals", agreement="usa-slv-2025", limit="4")
    rest = await treasuries.get(
        "/v1/accruals", agreement="usa-slv-2025", limit="4", after=first["next"]
    )

    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (4, 2, None)
    assert len({item["entry"] for item in first["items"] + rest["items"]}) == 6


async def test_d3_nights_that_nobody_attested_are_on_the_invoice_and_not_billed(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(BED))
    await neighbours.accept(range(1, 2), MARCH)
    await neighbours.attest(range(1, 2), MARCH, 2)
    await neighbours.settled()

    closed = (await treasuries.close("2025-03")).json()

    assert closed["nights"] == {"due": 16, "attested": 2, "not_attested": 14}
    shown = await treasuries.get(f"/v1/invoices/{closed['invoice']}")
    assert shown["nights"] == closed["nights"]
    assert [line["quantity"] for line in shown["lines"]] == [2]
    (silent,) = shown["not_attested"]
    assert (silent["custody"], silent["agreement"]) == (custody(1), TERMS)
    assert (silent["nights"][0], silent["nights"][-1]) == ("2025-03-18", "2025-03-31")
    assert len(silent["nights"]) == 14
