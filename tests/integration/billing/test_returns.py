"""A return order over a log that billing follows, and what its treasuries see of it (G16)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from shared.contracts.returns import ReturnOrdered
from tests.integration.billing.neighbours import CECOT
from tests.unit.billing.story import BED, TERMS, custody, document, person

if TYPE_CHECKING:
    from tests.integration.billing.neighbours import Neighbours, Treasuries

ARRIVAL = date(2025, 3, 28)
ORDERED = ReturnOrdered(
    custody=custody(1),
    person=person(1),
    agreement=TERMS,
    facility=CECOT,
    ground="court-order",
    reference="25-cv-951",
    ordered_at=datetime(2025, 3, 30, 15, tzinfo=UTC),
    ordered_on=date(2025, 3, 30),
    due_at=datetime(2025, 4, 13, 23, 59, 59, tzinfo=UTC),
    cost_of="USA",
    ordered_by="USA:court:supreme-court/clerk-1",
)


async def test_g16_an_order_that_is_told_after_the_month_was_invoiced_gives_its_nights_back(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    """Delay never pays: the nights since are credited, and those that are attested later are not
    owed.
    """
    await neighbours.activate(document(BED))
    await neighbours.accept(range(1, 2), ARRIVAL)
    await neighbours.attest(range(1, 2), ARRIVAL, 4)
    await neighbours.settled()
    march = (await treasuries.close("2025-03")).json()
    assert march["due"]["amount"] == "260.00"

    await neighbours.say("placement", ORDERED)
    await neighbours.attest(range(1, 2), date(2025, 4, 1), 2)
    await neighbours.settled()

    april = (await treasuries.close("2025-04")).json()
    assert april["due"]["amount"] == "-130.00"
    shown = await treasuries.get("/v1/accruals", agreement="usa-slv-2025", period="2025-04")
    rows = [(row["night"], row["outcome"], row["reason"]) for row in shown["items"]]
    assert [night for night, outcome, _ in rows if outcome == "reversed"] == [
        "2025-03-31",
        "2025-03-30",
    ]
    assert {night for night, _, reason in rows if reason == "ReturnWasOrdered"} == {
        "2025-03-30",
        "2025-03-31",
        "2025-04-01",
        "2025-04-02",
    }
