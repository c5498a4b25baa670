"""Money over HTTP: appropriated, obligated by a second subject, warned of and used up (D12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.kernel.ids import AgreementId
from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.unit.billing.story import BED, document

MARCH = date(2025, 3, 17)
APPROPRIATED: dict[str, Any] = {
    "agreement": AgreementId("usa-slv-2025"),
    "amount": {"amount": "260.00", "currency": "USD"},
    "start": "2025-01-01",
    "end": "2100-01-01",
    "instrument": "PL-119-4",
    "warn_at": [50],
}
OBLIGATED: dict[str, Any] = {
    "agreement": AgreementId("usa-slv-2025"),
    "amount": {"amount": "195.00", "currency": "USD"},
    "reference": "OBL-7",
}
FUNDING = "/v1/funding/usa-slv-2025"


async def test_d12_a_warning_before_and_exhausted_after_the_headcount_that_uses_the_last_of_it(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    """S13: 'a warning before, a refusal of new departures after': the nights are charged on."""
    await neighbours.activate(document(BED))
    await neighbours.accept(range(1, 2), MARCH)
    await neighbours.settled()
    path = await _obligated(treasuries)

    await neighbours.attest(range(1, 2), MARCH, 2)
    await neighbours.settled()
    assert await _told(treasuries) == ["FundingThresholdCrossed"]
    await neighbours.attest(range(1, 2), date(2025, 3, 19), 1)
    await neighbours.settled()
    assert await _told(treasuries) == ["FundingThresholdCrossed", "FundingExhausted"]
    shown = await treasuries.get(FUNDING)
    assert (shown["exhausted"], shown["today"]["spent"]["amount"]) == (True, "195.00")
    again = await treasuries.post(f"{FUNDING}:review", party="USA")
    assert (again.status_code, again.json()["rule"]) == (409, "D12")

    more = {**OBLIGATED, "amount": {"amount": "65.00", "currency": "USD"}}
    restored = await treasuries.post(path, more, party="USA", subject="omb/two")
    assert restored.json()["told"] == ["FundingRestored", "FundingThresholdCrossed"]
    assert (await treasuries.get(FUNDING))["exhausted"] is False


async def _obligated(treasuries: Treasuries) -> str:
    """By another subject than appropriated it, and no more than that; gives the path."""
    by_the_payee = await treasuries.post("/v1/appropriations", APPROPRIATED)
    assert by_the_payee.status_code == 403
    without_a_day = {**APPROPRIATED, "end": "2025-01-01"}
    wrong = await treasuries.post("/v1/appropriations", without_a_day, party="USA")
    assert wrong.status_code == 400, wrong.text
    made = await treasuries.post("/v1/appropriations", APPROPRIATED, party="USA", subject="omb/one")
    assert made.status_code == 201, made.text
    path = f"/v1/appropriations/{made.json()['appropriation']}:obligate"
    alone = await treasuries.post(path, OBLIGATED, party="USA", subject="omb/one")
    assert (alone.status_code, alone.json()["rule"]) == (422, "D12")
    too_much = {**OBLIGATED, "amount": {"amount": "260.01", "currency": "USD"}}
    refused = await treasuries.post(path, too_much, party="USA", subject="omb/two")
    assert refused.status_code == 422
    obligated = await treasuries.post(path, OBLIGATED, party="USA", subject="omb/two")
    assert obligated.status_code == 201, obligated.text
    (shown,) = (await treasuries.get(FUNDING))["appropriations"]
    assert (shown["obligated"]["amount"], shown["instrument"]) == ("195.00", "PL-119-4")
    return path


async def _told(treasuries: Treasuries) -> list[str]:
    """What billing has said of the money itself, in the order of its log."""
    kinds = ("FundingThresholdCrossed", "FundingExhausted", "FundingRestored")
    names = [type(recorded.event).__name__ for recorded in await treasuries.log()]
    return [name for name in names if name in kinds]
