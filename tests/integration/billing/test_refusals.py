"""What billing refuses: a problem for the one who asked, and an entry where a rule said no."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.contracts.billing import PrepaymentRefused
from shared.contracts.invoice import CertificationRefused, PeriodCloseRefused
from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.integration.billing.test_terms_to_invoice import PREPAYMENT
from tests.support.tariffs import pool
from tests.unit.billing.story import BED, OVERFLOW, PLACES, TERMS, YEAR, custody, document, person

APRIL = date(2025, 4, 1)
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"
REFUSALS = PeriodCloseRefused | PrepaymentRefused | CertificationRefused


async def started(neighbours: Neighbours, nights: int = 2) -> None:
    """Signed terms and one person with attested nights in April."""
    await neighbours.activate(document(BED))
    await neighbours.accept(range(1, 2), APRIL)
    await neighbours.attest(range(1, 2), APRIL, nights)
    await neighbours.settled()


async def recorded_reasons(treasuries: Treasuries) -> list[str]:
    """The refusals on the ledger, in order."""
    return [
        entry.event.refusal.reason
        for entry in await treasuries.log()
        if isinstance(entry.event, REFUSALS)
    ]


async def test_g20_the_attestor_cannot_close_the_month(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await started(neighbours)

    refused = await treasuries.close("2025-04", subject="cecot-registry")

    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["rule"] == "G20"
    assert refused.json()["receipt"]["origin"] == "accord.example/billing/0"
    assert await recorded_reasons(treasuries) == ["AttestorMayNotInvoice"]


async def test_a_month_that_is_not_over_stays_open(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await started(neighbours)

    assert (await treasuries.close("2199-12")).status_code == 422
    assert (await treasuries.close("2025-01")).status_code == 422
    assert await recorded_reasons(treasuries) == ["MonthNotOver", "MonthBeforeTerms"]


async def test_an_unpriced_night_keeps_its_month_open_until_signed_terms_price_it(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    one_night = pool("places", "100.00", 1, 1, YEAR)
    await neighbours.activate(document(one_night))
    await neighbours.accept(range(1, 2), APRIL)
    await neighbours.attest(range(1, 2), APRIL, 2)
    await neighbours.settled()

    refused = await treasuries.close("2025-04")

    assert refused.status_code == 422
    assert refused.json()["findings"][0]["evidence"] == "accord.example/placement/0#2"
    assert await recorded_reasons(treasuries) == ["NightsWithoutPrice"]

    await neighbours.activate(document(BED, version=2))
    await neighbours.settled()
    whose = {"agreement": TERMS, "custody": custody(1), "person": person(1)}
    priced = await treasuries.post("/v1/periods/2025-04:reprice", whose)
    assert priced.status_code == 201, priced.text
    assert (priced.json()["charged"], priced.json()["not_charged"]) == (1, 0)
    assert (await treasuries.post("/v1/periods/2025-04:reprice", whose)).status_code == 409
    closed = (await treasuries.close("2025-04")).json()
    assert (closed["status"], closed["due"]["amount"]) == ("issued", "65.00")


async def test_the_other_party_and_other_offices_are_not_allowed(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await started(neighbours)

    assert (await treasuries.close("2025-04", party="USA")).status_code == 403
    assert (await treasuries.close("2025-04", office="facility-registry")).status_code == 403
    assert (await treasuries.post("/v1/prepayments", PREPAYMENT, party="USA")).status_code == 403
    invoice = (await treasuries.close("2025-04")).json()["invoice"]
    assert (await treasuries.post(f"/v1/invoices/{invoice}:certify")).status_code == 403
    assert await recorded_reasons(treasuries) == []


async def test_nothing_is_done_twice(treasuries: Treasuries, neighbours: Neighbours) -> None:
    await neighbours.activate(document(PLACES))
    await neighbours.settled()
    assert (await treasuries.post("/v1/prepayments", PREPAYMENT)).status_code == 201
    assert (await treasuries.post("/v1/prepayments", PREPAYMENT)).status_code == 409
    invoice = (await treasuries.close("2025-04")).json()["invoice"]
    again = await treasuries.close("2025-04")
    assert again.status_code == 409
    assert invoice in again.json()["detail"]
    certify = f"/v1/invoices/{invoice}:certify"
    assert (await treasuries.post(certify, party="USA")).status_code == 201
    assert (await treasuries.post(certify, party="USA")).status_code == 409


async def test_a_repeated_request_gets_the_first_answer_again(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await started(neighbours)

    first = await treasuries.close("2025-04", key="once")
    again = await treasuries.close("2025-04", key="once")
    other = await treasuries.close("2025-05", key="once")

    assert first.status_code == 201
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert other.status_code == 409
    listed = await treasuries.get("/v1/invoices")
    assert len(listed["items"]) == 1


async def test_a_refusal_on_record_is_repeated_too(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await started(neighbours)

    first = await treasuries.close("2199-12", key="once")
    again = await treasuries.close("2199-12", key="once")

    assert again.json()["receipt"] == first.json()["receipt"]
    assert await recorded_reasons(treasuries) == ["MonthNotOver"]


async def test_a_prepayment_that_differs_from_the_terms_is_refused_on_record(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(PLACES, OVERFLOW))
    await neighbours.settled()
    short = {**PREPAYMENT, "amount": {"amount": "4759999.99", "currency": "USD"}}
    bed = {**PREPAYMENT, "component": "bed", "amount": {"amount": "65.00", "currency": "USD"}}

    assert (await treasuries.post("/v1/prepayments", short)).status_code == 422
    assert (await treasuries.post("/v1/prepayments", bed)).status_code == 422
    assert await recorded_reasons(treasuries) == [
        "PrepaymentDiffersFromTerms",
        "ComponentNotPrepaid",
    ]
    books = await treasuries.get("/v1/accounts")
    assert books == {"accounts": [], "sums": []}


async def test_what_is_not_there_is_unknown(treasuries: Treasuries, neighbours: Neighbours) -> None:
    await started(neighbours)
    headers = treasuries.headers()

    for path in (f"/v1/invoices/{NOBODY}", "/v1/statements/usa-swz-2025"):
        assert (await treasuries.client.get(path, headers=headers)).status_code == 404
    assert (await treasuries.post(f"/v1/invoices/{NOBODY}:certify")).status_code == 404
    elsewhere = {**PREPAYMENT, "agreement": "usa-swz-2025@1"}
    assert (await treasuries.post("/v1/prepayments", elsewhere)).status_code == 404
    fund = {**PREPAYMENT, "component": "fund"}
    assert (await treasuries.post("/v1/prepayments", fund)).status_code == 404


MALFORMED: list[dict[str, Any]] = [
    {"agreement": "usa slv"},
    {"component": "Places"},
    {"amount": {"amount": "4760000.0", "currency": "USD"}},
    {"amount": {"amount": "4760000.00", "currency": "XXX"}},
    {"amount": 4760000.00},
    {"received_on": "2025-02-30"},
    {"received_on": "0001-01-01"},
    {"reference": "x" * 200},
    {"more": True},
]


async def test_a_malformed_prepayment_gets_its_problem(treasuries: Treasuries) -> None:
    for wrong in MALFORMED:
        refused = await treasuries.post("/v1/prepayments", {**PREPAYMENT, **wrong})

        assert refused.status_code == 400, wrong
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["findings"], wrong


async def test_an_amount_of_a_million_digits_changes_nothing(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(PLACES))
    await neighbours.settled()
    huge = {**PREPAYMENT, "amount": {"amount": f"{'9' * 100_000}.00", "currency": "USD"}}

    refused = await treasuries.post("/v1/prepayments", huge)

    assert refused.status_code == 400
    assert "38 digits" in refused.text
    assert (await treasuries.get("/v1/accounts"))["accounts"] == []


PATHS = [
    "/v1/accruals",
    "/v1/accruals?agreement=usa-slv-2025&period=2025-13",
    "/v1/accruals?agreement=usa-slv-2025&after=!",
    "/v1/accruals?agreement=A",
    "/v1/invoices?limit=0",
    "/v1/invoices?colour=red",
    "/v1/invoices/1",
    "/v1/statements/UPPER",
    "/v1/accounts?agreement=%00",
]


async def test_a_malformed_read_gets_its_problem(treasuries: Treasuries) -> None:
    for path in PATHS:
        refused = await treasuries.client.get(path, headers=treasuries.headers())

        assert refused.status_code == 400, path
        assert refused.headers["content-type"] == "application/problem+json"


async def test_a_month_that_is_none_gets_its_problem(treasuries: Treasuries) -> None:
    for period in ("2025-13", "2025-4", "9999-12", "next"):
        assert (await treasuries.close(period)).status_code == 400, period


async def test_nobody_is_answered_without_a_token(treasuries: Treasuries) -> None:
    for path in ("/v1/accounts", "/v1/invoices", "/v1/statements/usa-slv-2025"):
        assert (await treasuries.client.get(path)).status_code == 401
    unasked = await treasuries.client.post("/v1/periods/2025-04:close", json={"agreement": TERMS})
    assert unasked.status_code == 401
