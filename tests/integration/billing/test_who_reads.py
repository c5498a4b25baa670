"""An agreement's books are read by its two states and by independent offices, by nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.integration.billing.test_terms_to_invoice import MARCH, PREPAYMENT
from tests.unit.billing.story import PLACES, document

LISTS = {
    "/v1/accounts": "accounts",
    "/v1/accruals?agreement=usa-slv-2025": "items",
    "/v1/invoices": "items",
    "/v1/invoices?agreement=usa-slv-2025": "items",
}


@pytest.fixture
async def books(treasuries: Treasuries, neighbours: Neighbours) -> tuple[str, ...]:
    """A month with an invoice; gives the addresses of what has one."""
    await neighbours.activate(document(PLACES))
    await neighbours.settled()
    await treasuries.post("/v1/prepayments", PREPAYMENT)
    await neighbours.accept(range(1, 2), MARCH)
    await neighbours.attest(range(1, 2), MARCH, 1)
    await neighbours.settled()
    closed = (await treasuries.close("2025-03")).json()
    return f"/v1/invoices/{closed['invoice']}", "/v1/statements/usa-slv-2025"


async def read(treasuries: Treasuries, path: str, party: str, office: str) -> tuple[int, Any]:
    """The status, and what is shown."""
    headers = treasuries.headers(party, office)
    answer = await treasuries.client.get(path, headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(("party", "office"), [("USA", "treasury"), ("XX", "auditor")])
async def test_both_states_and_independent_offices_read_the_books(
    treasuries: Treasuries, books: tuple[str, ...], party: str, office: str
) -> None:
    for path in books:
        shown = await read(treasuries, path, party, office)
        assert shown == await read(treasuries, path, "SLV", "treasury")
        assert shown[0] == 200
    for path, items in LISTS.items():
        shown = await read(treasuries, path, party, office)
        assert shown == await read(treasuries, path, "SLV", "treasury")
        assert shown[1][items]


@pytest.mark.parametrize("office", ["treasury", "auditor", "consulate"])
async def test_to_a_third_state_the_books_do_not_exist(
    treasuries: Treasuries, books: tuple[str, ...], office: str
) -> None:
    for path in books:
        assert (await read(treasuries, path, "VEN", office))[0] == 404
    for path, items in LISTS.items():
        status, shown = await read(treasuries, path, "VEN", office)
        assert (status, shown[items]) == (200, [])
    assert (await read(treasuries, "/v1/accounts", "VEN", office))[1]["sums"] == []
