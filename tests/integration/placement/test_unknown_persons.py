"""D3 over HTTP: a list with a stranger is attested, and the stranger stays open until settled."""

from __future__ import annotations

import msgspec

from shared.contracts.placement import HeadcountAttested
from shared.ledger.machine import new_id
from tests.integration.placement.agencies import CECOT, Agencies, Traveller

NIGHT = "2025-03-16"
KIND = "unknown-person-counted"


async def open_to(agencies: Agencies, party: str) -> list[str]:
    page = (await agencies.get("/exceptions?limit=100", party=party)).json()
    return [item["counted"] for item in page["items"] if item["kind"] == KIND]


async def test_d3_a_stranger_stays_open_until_another_subject_says_who_it_was(
    agencies: Agencies,
) -> None:
    await agencies.facility(9)
    known, stranger = Traveller(new_id()), new_id()
    await agencies.arrive(known)
    both = {"night": NIGHT, "present": [known.custody, stranger]}
    counted = await agencies.post(f"/facilities/{CECOT}/headcounts", both)
    assert counted.status_code == 201, counted.text
    assert (counted.json()["counted"], counted.json()["unknown"]) == (1, [stranger])
    (attested,) = await agencies.events(HeadcountAttested)
    assert isinstance(attested, HeadcountAttested)
    assert [presence.custody for presence in attested.present] == [known.custody]
    for party in ("USA", "SLV"):
        assert await open_to(agencies, party) == [stranger]
    assert await open_to(agencies, "VEN") == []

    settle = f"/facilities/{CECOT}/unknown-persons/{stranger}:settle"
    said = {"night": NIGHT, "explanation": "listed-by-mistake", "reference": "NOTE-7"}
    by_itself = await agencies.post(
        settle, said, subject="slv-facility-registry", office="central-authority"
    )
    assert (by_itself.status_code, by_itself.json()["rule"]) == (422, "D3")
    settled = await agencies.post(settle, said, office="central-authority")
    assert settled.status_code == 201, settled.text
    assert await open_to(agencies, "SLV") == []
    path = f"/facilities/{CECOT}/unknown-persons"
    (row,) = (await agencies.get(path)).json()["items"]
    assert (row["counted"], row["explanation"]) == (stranger, "listed-by-mistake")
    assert (await agencies.get(path, party="VEN")).json()["items"] == []


async def test_d3_a_sender_reads_no_custody_of_another_sender_among_strangers(
    agencies: Agencies,
) -> None:
    """Going round it: a list that names somebody else's case, so that others read of it."""
    await agencies.facility(9)
    known, theirs = Traveller(new_id()), Traveller(new_id())
    await agencies.arrive(known)
    await agencies.intake.say(msgspec.structs.replace(theirs.manifested(), sending="VEN"))
    await agencies.until(f"/custodies/{theirs.custody}", lambda row: row["status"])
    both = {"night": NIGHT, "present": [known.custody, theirs.custody]}
    counted = await agencies.post(f"/facilities/{CECOT}/headcounts", both)
    assert counted.json()["unknown"] == [theirs.custody]
    path = f"/facilities/{CECOT}/unknown-persons"
    for party, reads in (("SLV", [theirs.custody]), ("VEN", [theirs.custody]), ("USA", [])):
        assert await open_to(agencies, party) == reads
        listed = (await agencies.get(path, party=party)).json()["items"]
        assert [row["counted"] for row in listed] == reads
