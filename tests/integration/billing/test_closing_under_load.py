"""A month that is closed while its nights arrive: every night is invoiced, and none twice."""

from __future__ import annotations

import asyncio
from datetime import date

from shared.contracts.billing import FeeAccrued
from shared.contracts.invoice import PeriodClosed
from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.unit.billing.story import PLACES, document

APRIL = date(2025, 4, 1)
PERSONS = range(1, 31)
NIGHTS = 30


async def test_what_comes_after_the_close_is_on_the_next_invoice(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(PLACES))
    await neighbours.accept(PERSONS, APRIL)
    await neighbours.settled()
    await neighbours.attest(PERSONS, APRIL, NIGHTS // 2)
    closing = asyncio.create_task(treasuries.close("2025-04"))
    for day in range(NIGHTS // 2, NIGHTS):
        await neighbours.attest(PERSONS, APRIL.replace(day=day + 1), 1)
        await asyncio.sleep(0.005)
    april = (await closing).json()
    await neighbours.settled()
    may = (await treasuries.close("2025-05")).json()

    assert (april["status"], may["status"]) == ("issued", "issued")
    invoiced = [
        await treasuries.get(f"/v1/invoices/{closed['invoice']}") for closed in (april, may)
    ]
    nights = sum(line["quantity"] for invoice in invoiced for line in invoice["lines"])
    assert nights == len(PERSONS) * NIGHTS
    await _nothing_is_borne_by_a_closed_month(treasuries)


async def _nothing_is_borne_by_a_closed_month(treasuries: Treasuries) -> None:
    closed = set[str]()
    for recorded in await treasuries.log():
        event = recorded.event
        if isinstance(event, PeriodClosed):
            closed.add(event.period)
        if isinstance(event, FeeAccrued):
            assert event.period not in closed
    assert closed == {"2025-04", "2025-05"}
