"""Services and a late cancellation over HTTP and a real database, and what an audit makes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from shared.contracts.agreement import AgreedFacility
from tests.integration.billing.neighbours import CECOT, Neighbours, Treasuries
from tests.unit.billing.story import BED, document
from tests.unit.tariff.test_late_cancellation import LATE
from tests.unit.tariff.test_per_unit import GUARD, MILES

APRIL = date(2025, 4, 1)
PAPER = "ab" * 32
GUARDED: dict[str, Any] = {
    "agreement": "usa-slv-2025",
    "service": "guard",
    "unit": "hour",
    "quantity": 3,
    "paper": "guard-log",
    "on": "2025-04-07",
    "reference": "GUARD-LOG-17",
    "document": PAPER,
}
DRIVEN = {
    **GUARDED,
    "service": "transport",
    "unit": "mile",
    "quantity": 40,
    "paper": "trip-log",
    "reference": "TRIP-9",
}
GIVEN_UP: dict[str, Any] = {
    "agreement": "usa-slv-2025",
    "manifest": "01890a5d-ac96-774b-bcce-b302099a8055",
    "case": "01890a5d-ac96-774b-bcce-b302099a8059",
    "facility": "cecot",
    "removed": "accord.example/intake/0#3",
    "held_for": "2025-04-02",
    "cancelled_at": "2025-04-01T21:00:00Z",
    "because_of_a_hold": False,
    "reference": "PLACE-204",
    "document": PAPER,
}

REGISTRY: dict[str, Any] = {"office": "facility-registry"}
AUTHORITY: dict[str, Any] = {"party": "USA", "office": "central-authority"}
COMES_TO = {"bed": "1950.00", "guard": "30.00", "miles": "12.00", "late": "65.00"}


async def test_f11_and_f13_over_http_from_the_paper_to_a_certified_invoice(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    """F11: 30 nights, 3 hours and 40 miles are 1,992.00; F13: one place given up a second late."""
    agreed = document(BED, GUARD, MILES, LATE)
    zone = AgreedFacility(CECOT, "America/El_Salvador")
    await neighbours.activate(msgspec.structs.replace(agreed, facilities=(zone,)))
    await neighbours.accept(range(1, 2), APRIL)
    await neighbours.attest(range(1, 2), APRIL, 30)
    await neighbours.settled()

    await _refused(treasuries)
    services = await _recorded(treasuries)
    for service in services:
        alone = await treasuries.post(f"/v1/services/{service}:approve", office="central-authority")
        assert alone.status_code == 403
        approved = await treasuries.post(f"/v1/services/{service}:approve", **AUTHORITY)
        assert approved.status_code == 201, approved.text
    closed = (await treasuries.close("2025-04")).json()

    assert closed["due"]["amount"] == "2057.00"
    await _lines(treasuries, closed["invoice"], services[0])
    await _certified(treasuries, closed["invoice"])
    await _withdrawn(treasuries, services[1])


async def _refused(treasuries: Treasuries) -> None:
    """By the other state, with another paper, and a place given up at 15:00:00."""
    refused = await treasuries.post("/v1/services", GUARDED, party="USA", **REGISTRY)
    assert (refused.status_code, refused.json()["type"][-16:]) == (403, "not-the-provider")
    unpriced = await treasuries.post("/v1/services", {**GUARDED, "paper": "none"}, **REGISTRY)
    assert (unpriced.status_code, unpriced.json()["rule"]) == (422, "F11")
    in_time = await treasuries.post("/v1/cancellations", GIVEN_UP, **REGISTRY)
    assert (in_time.status_code, in_time.json()["rule"]) == (422, "F13")
    unknown = await treasuries.post(f"/v1/services/{GIVEN_UP['case']}:approve", **AUTHORITY)
    assert unknown.status_code == 404


async def _recorded(treasuries: Treasuries) -> list[str]:
    """Hours, miles and a place, to be approved; and a service that is denied."""
    late = {**GIVEN_UP, "cancelled_at": "2025-04-01T21:00:01Z"}
    further = {**GUARDED, "reference": "GUARD-LOG-18"}
    services: list[str] = []
    bodies = (("services", GUARDED), ("services", DRIVEN), ("cancellations", late))
    for path, body in (*bodies, ("services", further)):
        recorded = await treasuries.post(f"/v1/{path}", body, **REGISTRY)
        assert recorded.status_code == 201, recorded.text
        services.append(recorded.json()["service"])
    assert (await treasuries.post("/v1/services", GUARDED, **REGISTRY)).status_code == 409
    second = await treasuries.post(
        "/v1/cancellations", {**late, "reference": "PLACE-205"}, **REGISTRY
    )
    assert (second.status_code, second.json()["rule"]) == (409, "F13")
    waiting = await treasuries.get("/v1/services", status="recorded", agreement="usa-slv-2025")
    assert [shown["service"] for shown in waiting["items"]] == sorted(services)
    reason = {"reason": "not-in-the-log"}
    denied = await treasuries.post(f"/v1/services/{services[-1]}:deny", reason, **AUTHORITY)
    assert denied.json()["status"] == "denied"
    told = await treasuries.get(f"/v1/services/{services[-1]}")
    assert (told["status"], told["reason"]) == ("denied", "not-in-the-log")
    return services[:-1]


async def _lines(treasuries: Treasuries, invoice: str, guarded: str) -> None:
    """Each component is a line with the entries behind it, and earned as the statement says."""
    shown = await treasuries.get(f"/v1/invoices/{invoice}")
    amounts = {line["component"]: line["amount"]["amount"] for line in shown["lines"]}
    assert amounts == COMES_TO
    (guard,) = [line for line in shown["lines"] if line["component"] == "guard"]
    settled = await treasuries.get(f"/v1/services/{guarded}")
    origin, _, index = settled["entry"].partition("#")
    assert guard["evidence"] == [{"origin": origin, "first": int(index), "last": int(index)}]
    assert (settled["period"], settled["occasion"]["quantity"]) == ("2025-04", 3)
    told = (await treasuries.get("/v1/statements/usa-slv-2025"))["components"]
    assert {each["component"]: each["earned"]["amount"] for each in told} == COMES_TO
    (total,) = (await treasuries.get("/v1/accounts", agreement="usa-slv-2025"))["sums"]
    assert total["amount"] == "0.00"


async def _withdrawn(treasuries: Treasuries, driven: str) -> None:
    """F11: what was approved is taken back by the state that recorded it, in the open month."""
    path, reason = f"/v1/services/{driven}:withdraw", {"reason": "counted-twice"}
    by_the_payer = await treasuries.post(path, reason, party="USA", **REGISTRY)
    assert by_the_payer.status_code == 403
    withdrawn = await treasuries.post(path, reason, **REGISTRY)
    assert withdrawn.json()["reversed"] == ["miles"], withdrawn.text
    told = await treasuries.get(f"/v1/services/{driven}")
    assert (told["status"], told["reason"]) == ("withdrawn", "counted-twice")
    listed = await treasuries.get("/v1/accruals", agreement="usa-slv-2025", period="2025-05")
    (reversal,) = listed["items"]
    assert (reversal["amount"]["amount"], reversal["because"]) == ("-12.00", told["settled"])
    assert (await treasuries.post(path, reason, **REGISTRY)).status_code == 409


async def _certified(treasuries: Treasuries, invoice: str) -> None:
    """By somebody who approved nothing of it (G20)."""
    path = f"/v1/invoices/{invoice}:certify"
    refused = await treasuries.post(path, party="USA", subject="usa-central-authority")
    assert (refused.status_code, refused.json()["rule"]) == (422, "G20")
    assert (await treasuries.post(path, party="USA")).status_code == 201
