"""Accounts and accruals as they were known before a late fact took something back."""

from datetime import date, timedelta
from typing import Any

from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.unit.billing.story import BED, document

APRIL = date(2025, 4, 1)
AGREEMENT = "usa-slv-2025"


async def test_a_late_release_takes_nights_back_and_leaves_what_was_known_as_it_was(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(BED))
    await neighbours.accept(range(1, 2), APRIL)
    await neighbours.attest(range(1, 2), APRIL, 4)
    await neighbours.settled()
    accounts = await treasuries.get("/v1/accounts", agreement=AGREEMENT)
    accruals = await treasuries.get("/v1/accruals", agreement=AGREEMENT)
    mark = (await treasuries.log())[-1].recorded_at.isoformat()
    await neighbours.release(1, APRIL + timedelta(days=2))
    await neighbours.settled()

    async def at_the_mark(path: str) -> Any:  # noqa: ANN401 - any JSON
        return await treasuries.get(path, agreement=AGREEMENT, known_at=mark)

    now = await treasuries.get("/v1/accruals", agreement=AGREEMENT)
    assert [item["outcome"] for item in now["items"]].count("reversed") == 2
    assert await treasuries.get("/v1/accounts", agreement=AGREEMENT) != accounts
    assert await at_the_mark("/v1/accounts") == accounts
    assert await at_the_mark("/v1/accruals") == accruals


async def test_before_anything_was_true_there_is_nothing(
    treasuries: Treasuries, neighbours: Neighbours
) -> None:
    await neighbours.activate(document(BED))
    await neighbours.accept(range(1, 2), APRIL)
    await neighbours.attest(range(1, 2), APRIL, 2)
    await neighbours.settled()
    early = {"agreement": AGREEMENT, "as_of": "2024-01-01T00:00:00Z"}
    assert await treasuries.get("/v1/accounts", **early) == {"accounts": [], "sums": []}
    assert (await treasuries.get("/v1/accruals", **early))["items"] == []
    late = {"agreement": AGREEMENT, "as_of": "2025-12-01T00:00:00Z"}
    assert len((await treasuries.get("/v1/accruals", **late))["items"]) == 2
