"""Fixed amounts and a fund over HTTP and a real database, and what an audit makes of the log."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.contracts.billing import FeeAccrued
from shared.kernel.dates import DatePeriod
from shared.kernel.money import Money
from shared.tariff.earmarked_fund import EarmarkedFund
from shared.tariff.fixed import Fixed
from shared.tariff.rounding import Rounding
from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.integration.billing.test_person_month import billing_log
from tests.support.three_logs import SERVICES
from tests.unit.audit import story as audit_story
from tests.unit.audit.rules import differs
from tests.unit.audit.tampering import Tampering
from tests.unit.billing.story import document

CENT = Rounding("half-even", 2)
YEAR = DatePeriod(date(2025, 4, 1), date(2026, 4, 1))
NORGERHAVEN = Fixed(
    id="places", rounding=CENT, yearly=Money("25500000.00", "EUR"), places=242, effective=YEAR
)
RENT = Fixed(
    id="rent", rounding=CENT, yearly=Money("15000000.00", "EUR"), places=300, effective=YEAR
)
FUND = EarmarkedFund(
    id="fund",
    rounding=CENT,
    yearly=Money("6000000.00", "EUR"),
    purpose="prisons and their surroundings",
    effective=YEAR,
    beside=("rent",),
)
APRIL = date(2025, 4, 1)


async def test_f1_over_http_a_month_with_two_persons_costs_what_an_empty_one_does(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(NORGERHAVEN, currency="EUR"))
    await neighbours.accept(range(1, 3), APRIL)
    await neighbours.attest(range(1, 3), APRIL, 30)
    await neighbours.settled()

    april = (await treasuries.close("2025-04")).json()
    await neighbours.settled()
    may = (await treasuries.close("2025-05")).json()

    for invoice in (april, may):
        assert (invoice["status"], invoice["due"]["amount"]) == ("issued", "2125000.00")
    shown = await treasuries.get(f"/v1/invoices/{april['invoice']}")
    (places,) = [line for line in shown["lines"] if line["custody"] is None]
    assert (places["unit"], places["quantity"]) == ("place-month", 242)
    assert (places["amount"]["amount"], places["reason"]) == ("2125000.00", "guaranteed-places")
    assert {line["amount"]["amount"] for line in shown["lines"] if line["custody"]} == {"0.00"}
    (component,) = (await treasuries.get("/v1/statements/usa-slv-2025"))["components"]
    assert (component["used"], component["shortfall"]) == (60, 242 * 61 - 60)
    assert component["earned"]["amount"] == "4250000.00"


async def test_f5_over_http_the_fund_is_owed_and_stands_apart_from_the_rent(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(RENT, FUND, currency="EUR"))
    await neighbours.settled()

    before = (await treasuries.close("2025-03")).json()
    april = (await treasuries.close("2025-04")).json()

    assert before["due"]["amount"] == "0.00"
    assert (april["status"], april["due"]["amount"]) == ("issued", "1750000.00")
    shown = await treasuries.get(f"/v1/invoices/{april['invoice']}")
    assert [(line["component"], line["amount"]["amount"]) for line in shown["lines"]] == [
        ("fund", "500000.00"),
        ("rent", "1250000.00"),
    ]
    accounts = await treasuries.get("/v1/accounts?agreement=usa-slv-2025")
    earmarked = {
        account["party"]: account["balance"]["amount"]
        for account in accounts["accounts"]
        if account["account"] == "earmarked"
    }
    assert earmarked == {"SLV": "-500000.00", "USA": "500000.00"}


def agreed() -> dict[str, Any]:
    """The tariff as it stands in a document."""
    rounding = {"mode": "half-even", "place": "2"}
    effective = {"start": "2025-04-01", "end": "2026-04-01"}
    rent = {"kind": "fixed", "id": "rent", "places": "300", "effective": effective}
    fund = {"kind": "earmarked-fund", "id": "fund", "purpose": "prisons", "effective": effective}
    amounts = ({"amount": "15000000.00", "currency": "EUR"}, {"amount": "1.01", "currency": "EUR"})
    return {
        "currency": "EUR",
        "components": [
            {"kind": "per-night", "id": "bed", "rate": amounts[1], "rounding": rounding}
            | {"effective": {"start": "2025-03-16", "end": "2025-04-01"}},
            {**rent, "yearly": amounts[0], "rounding": rounding},
            {**fund, "yearly": amounts[1], "rounding": rounding, "beside": ["rent"]},
        ],
    }


async def test_an_audit_finds_nothing_in_it_and_finds_a_cent_that_was_changed(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    story = audit_story.Story().agreed(tariff=agreed()).facility()
    story.registered(1)
    story.proposed(1)
    story.cleared(1)
    story.on(date(2025, 3, 31)).travelled(1, 1)
    story.accepted(1)
    for day in (date(2025, 3, 31), APRIL, date(2025, 4, 2)):
        story.on(day.replace(day=day.day % 31 + 1, month=4)).counted(day, 1)
    logs = {name: story.world.logs[name].entries for name in SERVICES}
    for name in neighbours.services:
        await neighbours.services[name].say(logs[name])
    await neighbours.settled()
    for month, due in (("2025-03", "1.01"), ("2025-04", "1250000.08"), ("2025-05", "1250000.09")):
        closed = (await treasuries.close(month)).json()
        assert (closed["status"], closed["due"]["amount"]) == ("issued", due)

    logs["billing"] = await billing_log(treasuries)
    facts = audit_story.in_order(logs)

    assert audit_story.audited(facts)[1] == []
    charges = [fact for fact in facts if isinstance(fact.event, FeeAccrued)]
    assert len(charges) == 7
    for nth in range(len(charges)):
        changed = Tampering(facts, FeeAccrued, nth)
        cent = changed.words.amount + Money("0.01", "EUR")
        assert differs("tariff") in changed.event(amount=cent).here()
