"""A report in another currency over HTTP, at a rate that the paying treasury recorded (F3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.unit.billing.story import BED, document

RATE: dict[str, Any] = {
    "agreement": "usa-slv-2025",
    "quote": "NOK",
    "rate": "10.55",
    "on": "2025-03-17",
    "source": "NORGES-BANK",
}
REPORT = "/v1/reports/usa-slv-2025"


async def test_f3_a_report_says_its_rate_and_a_later_rate_changes_no_amount_that_is_owed(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(BED))
    await neighbours.accept(range(1, 2), date(2025, 3, 17))
    await neighbours.attest(range(1, 2), date(2025, 3, 17), 1)
    await neighbours.settled()
    by_the_payee = await treasuries.post("/v1/exchange-rates", RATE)
    assert (by_the_payee.status_code, by_the_payee.json()["rule"]) == (403, "F3")
    fixed = await treasuries.post("/v1/exchange-rates", RATE, party="USA")
    assert fixed.status_code == 201, fixed.text
    later = {**RATE, "rate": "11", "on": "2025-04-01"}
    assert (await treasuries.post("/v1/exchange-rates", later, party="USA")).status_code == 201
    assert (await treasuries.post("/v1/exchange-rates", later, party="USA")).status_code == 409

    march = await treasuries.get(REPORT, currency="NOK", on="2025-03-31")
    assert march["reported"] == {"amount": "685.75", "currency": "NOK"}
    assert (march["rate"]["rate"], march["earned"]["amount"]) == ("10.55", "65.00")
    (bed,) = (await treasuries.get(REPORT, currency="NOK"))["components"]
    assert bed["reported"]["amount"] == "715.00"
    (told,) = (await treasuries.get("/v1/statements/usa-slv-2025"))["components"]
    assert told["earned"] == {"amount": "65.00", "currency": "USD"}
    none = await treasuries.client.get(
        REPORT, params={"currency": "SEK"}, headers=treasuries.headers()
    )
    assert (none.status_code, none.json()["rule"]) == (404, "F3")
