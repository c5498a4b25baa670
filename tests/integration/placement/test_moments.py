"""Custody and occupancy at any moment: as it was, and as it was known, a late release in both."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.ledger.machine import SystemClock, new_id
from tests.integration.placement.agencies import CECOT, Agencies, Traveller


def written(instant: datetime) -> str:
    """An instant as a query has it."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


async def released_late(agencies: Agencies) -> tuple[Traveller, str]:
    """One who arrived on 16 March and left on 20 March, which was recorded after the mark."""
    await agencies.facility(9)
    traveller = Traveller(new_id())
    await agencies.arrive(traveller)
    mark = written(SystemClock().now())
    left = {"kind": "released", "at": "2025-03-20T15:00:00Z"}
    await agencies.post(f"/custodies/{traveller.custody}:exit", left)
    return traveller, mark


async def test_a_custody_is_shown_as_it_was_and_as_it_was_known(agencies: Agencies) -> None:
    traveller, mark = await released_late(agencies)

    async def status(query: str) -> Any:  # noqa: ANN401 - any JSON value
        answer = await agencies.get(f"/custodies/{traveller.custody}{query}")
        return answer.json().get("status", answer.status_code)

    assert await status("") == "released"
    assert await status("?as_of=2025-03-20T15:00:00Z") == "released"
    assert await status("?as_of=2025-03-20T14:59:59Z") == "in-custody"
    assert await status("?as_of=2025-03-16T09:00:00Z") == "handover-pending"
    assert await status("?as_of=2025-03-15T00:00:00Z") == 404
    assert await status(f"?as_of=2025-03-21T00:00:00Z&known_at={mark}") == "in-custody"
    assert await status(f"?known_at={mark}") == "in-custody"
    assert await status("?known_at=2025-03-21T00:00:00Z") == 404


async def test_the_list_of_custodies_and_the_occupancy_are_of_that_moment_too(
    agencies: Agencies,
) -> None:
    traveller, mark = await released_late(agencies)
    (then,) = (await agencies.get(f"/custodies?facility={CECOT}&known_at={mark}")).json()["items"]
    (now,) = (await agencies.get(f"/custodies?facility={CECOT}")).json()["items"]
    assert (then["status"], now["status"]) == ("in-custody", "released")
    assert then["custody"] == now["custody"] == str(traveller.custody)

    async def used(query: str = "") -> list[int]:
        shown = (await agencies.get(f"/facilities/{CECOT}/occupancy{query}")).json()
        return [shown["in_custody"], shown["available"]]

    assert await used(f"?known_at={mark}") == [1, 8]
    assert await used() == [0, 9]
    assert await used(f"?as_of={written(SystemClock().now())}") == [0, 9]


@pytest.mark.parametrize("query", ["as_of=yesterday", "as_of=2025-03-20T15:00:00", "known_at="])
async def test_a_moment_that_is_none_is_refused(agencies: Agencies, query: str) -> None:
    refused = await agencies.get(f"/custodies?{query}")
    assert (refused.status_code, refused.json()["findings"][0]["path"]) == (
        400,
        f"query.{query.partition('=')[0]}",
    )


async def test_who_may_not_read_a_custody_may_not_read_its_past(agencies: Agencies) -> None:
    traveller, mark = await released_late(agencies)
    path = f"/custodies/{traveller.custody}?known_at={mark}"
    assert (await agencies.get(path, party="VEN")).status_code == 404
    assert (await agencies.get(path, party="USA")).status_code == 200


async def test_what_answers_as_of_now_alone_says_so(agencies: Agencies) -> None:
    refused = await agencies.get("/exceptions?as_of=2025-03-20T15:00:00Z")
    assert refused.status_code == 400
    assert "it answers as of now" in refused.json()["detail"]
