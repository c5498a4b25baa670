"""Placement's whole path over HTTP: from a facility's capacity to a person's release."""

from collections.abc import Callable
from typing import Any

from shared.contracts.placement import (
    CustodyAccepted,
    DeathReported,
    HandoverPending,
    HeadcountAttested,
    PersonReleased,
    PersonUnaccounted,
    PlaceAssigned,
    PlaceReserved,
    ReservationReleased,
)
from shared.contracts.unknown_person import UnknownPersonCounted
from shared.ledger.machine import new_id
from tests.integration.placement.agencies import CECOT, Agencies, Traveller

HEADCOUNTS = f"/facilities/{CECOT}/headcounts"
OCCUPANCY = f"/facilities/{CECOT}/occupancy"


async def test_from_capacity_to_release(agencies: Agencies) -> None:
    await agencies.facility(40_000, own=14_532)
    manifest = new_id()
    one, other, stays = (Traveller(manifest) for _ in range(3))
    await _travelled(agencies, one, other, stays)
    assigned = await agencies.post(f"/custodies/{one.custody}:assign", {"place": "module-3"})
    assert assigned.json()["place"] == "module-3"

    night = {"night": "2025-03-16", "present": [one.custody, other.custody]}
    counted = (await agencies.post(HEADCOUNTS, night)).json()
    assert (counted["counted"], counted["unaccounted"]) == (2, [])
    exit_at = {"kind": "released", "at": "2025-03-20T15:00:00Z"}
    left = await agencies.post(f"/custodies/{one.custody}:exit", exit_at)
    assert left.json()["departed_on"] == "2025-03-20"

    now = (await agencies.get(OCCUPANCY)).json()
    assert (now["reserved"], now["in_custody"], now["available"]) == (0, 1, 25_467)
    row = (await agencies.get(f"/custodies/{one.custody}")).json()
    assert (row["status"], row["responsible_state"], row["place"]) == ("released", None, "module-3")
    kinds = [type(event) for event in await agencies.events()][-11:]
    assert kinds == [
        *(PlaceReserved,) * 3,
        ReservationReleased,
        *(HandoverPending,) * 2,
        *(CustodyAccepted,) * 2,
        PlaceAssigned,
        HeadcountAttested,
        PersonReleased,
    ]


async def test_t7_a_death_ends_the_custody_and_who_has_died_is_still_located(
    agencies: Agencies,
) -> None:
    await agencies.facility(40_000, own=14_532)
    died, lives = Traveller(new_id()), Traveller(new_id())
    await _travelled(agencies, died, lives, Traveller(new_id()))
    report = {"at": "2025-03-18T03:20:00Z", "reference": "DC-2025-118"}
    answered = await agencies.post(f"/custodies/{died.custody}:report-death", report)
    assert answered.json()["departed_on"] == "2025-03-17", "the facility's own day"
    row = (await agencies.get(f"/custodies/{died.custody}")).json()
    assert (row["status"], row["responsible_state"]) == ("deceased", "SLV")
    assert (await agencies.get(OCCUPANCY)).json()["in_custody"] == 1
    night = {"night": "2025-03-17", "present": [died.custody, lives.custody]}
    assert (await agencies.post(HEADCOUNTS, night)).status_code == 201
    (unknown,) = await agencies.events(UnknownPersonCounted)
    assert isinstance(unknown, UnknownPersonCounted)
    assert unknown.counted == died.custody, "nothing is billed for who is dead (D3)"
    assert len(await agencies.events(DeathReported)) == 1


async def test_with_one_signature_the_sender_is_responsible_and_it_is_an_exception(
    agencies: Agencies,
) -> None:
    """T6."""
    await agencies.facility(1)
    person = Traveller(new_id())
    await agencies.intake.say(person.manifested(), person.offered())
    row = await agencies.until(f"/custodies/{person.custody}", _has("status", "handover-pending"))
    assert row["responsible_state"] == "USA"
    (waiting,) = (await agencies.get("/exceptions")).json()["items"]
    assert (waiting["kind"], waiting["custody"]) == ("handover-pending", person.custody)
    occupancy = (await agencies.get(OCCUPANCY)).json()
    assert (occupancy["reserved"], occupancy["in_custody"]) == (1, 0)
    await agencies.accept(person)
    assert (await agencies.get("/exceptions")).json()["items"] == []


async def test_who_is_missing_is_an_exception_until_counted_again(agencies: Agencies) -> None:
    await agencies.facility(2)
    here, missing = Traveller(new_id()), Traveller(new_id())
    await agencies.arrive(here, missing)
    counted = await agencies.post(HEADCOUNTS, {"night": "2025-03-16", "present": [here.custody]})
    assert counted.json()["unaccounted"] == [missing.custody]
    (alarm,) = (await agencies.get("/exceptions")).json()["items"]
    assert (alarm["kind"], alarm["unaccounted_night"]) == ("person-unaccounted", "2025-03-16")
    assert (alarm["status"], alarm["unaccounted_since"]) == ("unaccounted", "2025-03-16")
    assert (await agencies.get(OCCUPANCY)).json()["unaccounted"] == 1
    assert len(await agencies.events(PersonUnaccounted)) == 1

    both = {"night": "2025-03-17", "present": [here.custody, missing.custody]}
    assert (await agencies.post(HEADCOUNTS, both)).status_code == 201
    assert (await agencies.get("/exceptions")).json()["items"] == []
    assert (await agencies.get(OCCUPANCY)).json()["unaccounted"] == 0


async def test_custodies_are_listed_page_by_page(agencies: Agencies) -> None:
    await agencies.facility(5)
    people = [Traveller(new_id()) for _ in range(3)]
    await agencies.intake.say(*(person.manifested() for person in people))
    await agencies.until(OCCUPANCY, lambda row: row["reserved"] == 3)
    first = (await agencies.get(f"/custodies?facility={CECOT}&limit=2")).json()
    rest = (await agencies.get(f"/custodies?limit=2&after={first['next']}")).json()
    listed = [row["custody"] for row in first["items"] + rest["items"]]
    assert listed == sorted(person.custody for person in people)
    assert rest["next"] is None
    assert (await agencies.get("/custodies?facility=elsewhere")).json()["items"] == []


def _has(field: str, value: object) -> Callable[[Any], bool]:
    return lambda row: bool(row[field] == value)


async def _travelled(
    agencies: Agencies, one: Traveller, other: Traveller, stays: Traveller
) -> None:
    """Three have places, the last is taken off the manifest, the others arrive."""
    await agencies.intake.say(one.manifested(), other.manifested(), stays.manifested())
    reserved = await agencies.until(OCCUPANCY, lambda row: row["reserved"] == 3)
    await _sender_is_responsible(agencies, stays)
    assert reserved["available"] == 40_000 - 14_532 - 3
    await agencies.intake.say(stays.removed(), one.offered(), other.offered())
    await agencies.until(f"/custodies/{stays.custody}", _has("status", "reservation-released"))
    await _sender_is_responsible(agencies, stays)
    await agencies.until(f"/custodies/{other.custody}", _has("status", "handover-pending"))
    for traveller in (one, other):
        accepted = await agencies.accept(traveller)
        assert accepted.status_code == 201
        assert accepted.json()["arrived_on"] == "2025-03-16"


async def _sender_is_responsible(agencies: Agencies, one: Traveller) -> None:
    """G13: "Nobody" is not a value, whatever becomes of the place."""
    row = (await agencies.get(f"/custodies/{one.custody}")).json()
    states = (row["responsible_state"], row["sending"], row["receiving"])
    assert states == ("USA", "USA", "SLV")
