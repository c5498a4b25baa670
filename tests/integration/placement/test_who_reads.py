"""Custodies are read by the states that they concern and by independent offices (G12)."""

from shared.ledger.machine import new_id
from tests.integration.placement.agencies import CECOT, Agencies, Traveller

OCCUPANCY = f"/facilities/{CECOT}/occupancy"
LISTS = ("/custodies", f"/custodies?facility={CECOT}", "/exceptions")


async def _missing(agencies: Agencies) -> Traveller:
    """Somebody who was handed over, and whom a headcount did not find."""
    await agencies.facility(2)
    person = Traveller(new_id())
    await agencies.arrive(person)
    headcount = {"night": "2025-03-16", "present": []}
    await agencies.post(f"/facilities/{CECOT}/headcounts", headcount)
    return person


async def test_both_states_and_independent_offices_read_a_custody(agencies: Agencies) -> None:
    person = await _missing(agencies)
    for party, office in (("SLV", "auditor"), ("USA", "intake-agency"), ("XX", "monitor")):
        for path in (OCCUPANCY, f"/custodies/{person.custody}"):
            answer = await agencies.get(path, party=party, office=office)
            assert answer.status_code == 200, (party, path)
        for path in LISTS:
            rows = (await agencies.get(path, party=party, office=office)).json()["items"]
            assert [row["custody"] for row in rows] == [person.custody], (party, path)


async def test_to_a_third_state_a_custody_does_not_exist(agencies: Agencies) -> None:
    person = await _missing(agencies)
    for path in (OCCUPANCY, f"/custodies/{person.custody}"):
        assert (await agencies.get(path, party="VEN", office="consulate")).status_code == 404
    for path in LISTS:
        answer = await agencies.get(path, party="VEN", office="consulate")
        assert (answer.status_code, answer.json()["items"]) == (200, []), path


async def test_g12_any_state_s_consulate_asks_the_locator_where_a_person_is(
    agencies: Agencies,
) -> None:
    person = await _missing(agencies)
    found = await agencies.locate(person.person, party="VEN", office="consulate")
    assert [entry["facility"] for entry in found.json()["entries"]] == [CECOT]


async def test_a_place_that_is_only_held_is_read_by_both_states_and_independent_offices(
    agencies: Agencies,
) -> None:
    await agencies.facility(1)
    person = Traveller(new_id())
    await agencies.intake.say(person.manifested())
    await agencies.until(OCCUPANCY, lambda row: row["reserved"] == 1)
    for party, status in (("SLV", 200), ("XX", 200), ("USA", 200), ("VEN", 404)):
        for path in (OCCUPANCY, f"/custodies/{person.custody}"):
            answer = await agencies.get(path, party=party, office="monitor")
            assert answer.status_code == status, (party, path)
