"""Facilities, custodies and headcounts are listed for those who may read them."""

from __future__ import annotations

from datetime import date

from shared.ledger.machine import new_id
from tests.integration.placement.agencies import CECOT, Agencies, Traveller


async def _counted(agencies: Agencies) -> Traveller:
    """Somebody who is in custody and was counted on two nights."""
    await agencies.facility(3)
    person, other = Traveller(new_id()), Traveller(new_id())
    await agencies.arrive(person, other)
    for night in ("2025-03-16", "2025-03-17"):
        headcount = {"night": night, "present": [person.custody, other.custody]}
        answer = await agencies.post(f"/facilities/{CECOT}/headcounts", headcount)
        assert answer.status_code == 201, answer.text
    return person


async def test_headcounts_are_listed_by_facility_and_night_in_parts(agencies: Agencies) -> None:
    await _counted(agencies)
    first = (await agencies.get(f"/headcounts?facility={CECOT}&limit=1")).json()
    (row,) = first["items"]
    shown = {name: row[name] for name in ("facility", "night", "counted")}
    assert shown == {"facility": CECOT, "night": "2025-03-16", "counted": 2}
    assert row["entry"].startswith("accord.example/placement/0#")
    second = (await agencies.get(f"/headcounts?limit=1&after={first['next']}")).json()
    assert [row["night"] for row in second["items"]] == [date(2025, 3, 17).isoformat()]
    assert second["next"] is None
    agreement = row["agreement"].partition("@")[0]
    assert len((await agencies.get(f"/headcounts?agreement={agreement}")).json()["items"]) == 2
    assert (await agencies.get("/headcounts?agreement=x")).json()["items"] == []
    elsewhere = await agencies.get("/headcounts", party="VEN", office="consulate")
    assert elsewhere.json()["items"] == []


async def test_facilities_and_custodies_are_found_by_what_a_clerk_knows(agencies: Agencies) -> None:
    person = await _counted(agencies)
    for query, count in (("", 1), ("?country=SLV", 1), ("?country=HND", 0)):
        rows = (await agencies.get(f"/facilities{query}")).json()["items"]
        assert [row["facility"] for row in rows] == [CECOT] * count, query
    stay = (await agencies.get(f"/custodies/{person.custody}")).json()
    agreement = stay["agreement"].partition("@")[0]
    for query, count in (
        (f"person={stay['person']}", 1),
        (f"agreement={agreement}&status=in-custody", 2),
        ("status=unaccounted", 0),
        ("agreement=other", 0),
    ):
        rows = (await agencies.get(f"/custodies?{query}")).json()["items"]
        assert len(rows) == count, query
