"""What placement refuses: as a problem document, and where it matters as an entry."""

import msgspec
import pytest

from shared.contracts.agreement import AgreedFacility, Parties
from shared.contracts.facility import CapacityRefused, FacilityAgreed
from shared.contracts.intake import AgreementActivated
from shared.contracts.placement import (
    CustodyAccepted,
    HandoverRefused,
    HeadcountRefused,
    PlaceRefused,
)
from shared.kernel.ids import FacilityId
from shared.ledger.machine import new_id
from tests.integration.placement.agencies import CECOT, CUSTODIAN, Agencies, Traveller
from tests.support.intake_log import DOCUMENT

EXIT = "2025-03-20T15:00:00"


async def test_a_capacity_below_the_own_population_is_refused_on_record(
    agencies: Agencies,
) -> None:
    await agencies.facility(10, own=5)
    await agencies.post(f"/facilities/{CECOT}/capacity", {"places": 4})
    refused = await agencies.post(
        f"/facilities/{CECOT}/capacity:approve", {"places": 4}, office="central-authority"
    )
    assert (refused.status_code, refused.json()["rule"]) == (422, "G19")
    (entry,) = await agencies.events(CapacityRefused)
    assert isinstance(entry, CapacityRefused)
    assert refused.json()["receipt"]["sequence"] == len(await agencies.events()) - 1


async def test_a_manifest_beyond_the_capacity_gets_a_refusal_that_others_can_follow(
    agencies: Agencies,
) -> None:
    await agencies.facility(1)
    people = [Traveller(new_id()) for _ in range(2)]
    await agencies.intake.say(*(person.manifested() for person in people))
    await agencies.until(f"/facilities/{CECOT}/occupancy", lambda row: row["available"] == 0)
    (refused,) = await agencies.until_recorded(PlaceRefused)
    assert isinstance(refused, PlaceRefused)
    assert (refused.custody, refused.refusal.rule) == (people[1].custody, "G19")


async def test_a_third_state_that_took_the_name_of_an_agreed_facility_gives_it_back(
    agencies: Agencies,
) -> None:
    taken = {"facility": CECOT, "timezone": "America/Caracas"}
    places = {"places": 9}
    third = await agencies.post("/facilities", taken, party="VEN")
    await agencies.post(f"/facilities/{CECOT}/capacity", places, party="VEN")
    assert third.status_code == 201
    terms = msgspec.structs.replace(
        DOCUMENT,
        parties=Parties("USA", "SLV"),
        facilities=(AgreedFacility(FacilityId(CECOT), "America/El_Salvador"),),
    )
    active = AgreementActivated(agreement=terms.ref, digest="0" * 64, document=terms)
    await agencies.intake.say(active)
    await agencies.until_recorded(FacilityAgreed)
    refused = await agencies.post("/facilities", taken, party="VEN")
    assert (refused.status_code, "SLV" in refused.json()["detail"]) == (409, True)
    await agencies.facility(10)
    shown = await agencies.until(f"/facilities/{CECOT}/occupancy", lambda row: row["available"])
    assert (shown["country"], shown["timezone"], shown["available"]) == (
        "SLV",
        "America/El_Salvador",
        10,
    )
    assert (shown["proposed_capacity"], shown["proposed_by"]) == (None, None)


async def test_another_custodian_than_the_offers_is_refused_on_record(agencies: Agencies) -> None:
    await agencies.facility(1)
    person = Traveller(new_id())
    await agencies.intake.say(person.manifested(), person.offered())
    await agencies.until(f"/custodies/{person.custody}", lambda row: row["offer"])
    other = {"custodian": CUSTODIAN | {"responsible_state": "USA"}}
    refused = await agencies.accept(person, **other)
    assert (refused.status_code, refused.json()["rule"]) == (422, "G13")
    assert "responsible_state" in refused.json()["findings"][0]["missing"]
    assert len(await agencies.events(HandoverRefused)) == 1
    assert await agencies.events(CustodyAccepted) == []


async def test_g13_a_mistaken_offer_is_made_again_until_it_is_accepted(agencies: Agencies) -> None:
    await agencies.facility(1)
    person, place = Traveller(new_id()), {"custodian": CUSTODIAN}
    await agencies.intake.say(person.manifested(), person.offered(body="house-two"))
    path = f"/custodies/{person.custody}"
    await agencies.until(path, lambda row: row["custodian_body"] == "house-two")
    assert (await agencies.accept(person, **place)).status_code == 422
    await agencies.intake.say(person.offered())
    await agencies.until(path, lambda row: row["custodian_body"] == CUSTODIAN["body"])
    assert (await agencies.accept(person, **place)).status_code == 201
    await agencies.intake.say(person.offered(body="house-three"), Traveller(new_id()).offered())
    await agencies.until("/custodies", lambda page: len(page["items"]) == 2)
    row = (await agencies.get(path)).json()
    assert (row["status"], row["custodian_body"]) == ("in-custody", CUSTODIAN["body"])


async def test_a_headcount_of_strangers_alone_is_refused_and_names_them(agencies: Agencies) -> None:
    await agencies.facility(1)
    stranger = new_id()
    refused = await agencies.post(
        f"/facilities/{CECOT}/headcounts", {"night": "2025-03-16", "present": [stranger]}
    )
    assert (refused.status_code, refused.json()["rule"]) == (422, "G14")
    assert [finding["evidence"] for finding in refused.json()["findings"]] == [
        f"custody/{stranger}"
    ]
    assert len(await agencies.events(HeadcountRefused)) == 1


async def test_the_same_key_gives_the_same_answer_and_records_nothing_again(
    agencies: Agencies,
) -> None:
    await agencies.facility(1)
    person = Traveller(new_id())
    await agencies.arrive(person)
    requests = (
        (f"/facilities/{CECOT}/headcounts", {"night": "2025-03-16", "present": []}, "night"),
        (f"/custodies/{person.custody}:exit", {"kind": "released", "at": f"{EXIT}Z"}, "at"),
        (
            f"/facilities/{CECOT}/headcounts",
            {"night": "2025-03-25", "present": [person.custody]},
            "night",
        ),
    )
    changed = {"night": "2025-03-26", "at": f"{EXIT}+01:00"}
    for path, body, field in requests:
        key = new_id()
        first = await agencies.post(path, body, key=key)
        size = len(await agencies.events())
        again = await agencies.post(path, body, key=key)
        assert again.status_code == first.status_code
        assert again.json() | {"instance": ""} == first.json() | {"instance": ""}
        assert len(await agencies.events()) == size
        clash = await agencies.post(path, body | {field: changed[field]}, key=key)
        assert (clash.status_code, clash.json()["title"]) == (409, "Idempotency clash")


NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"
IMPOSSIBLE: list[tuple[int, str, dict[str, object]]] = [
    (400, "/facilities", {"facility": "x", "timezone": "Mars/Base"}),
    (400, "/facilities", {"facility": "x"}),
    (400, "/facilities/cecot/capacity", {"places": -1}),
    (404, "/facilities/other/capacity", {"places": 5}),
    (422, "/facilities/cecot/own-population", {"count": 1, "counted_on": "2199-01-01"}),
    (400, "/facilities/cecot/headcounts", {"night": "2025-13-40", "present": []}),
    (400, f"/custodies/{NOBODY}:exit", {"kind": "escaped", "at": "2025-03-16T10:00:00Z"}),
    (
        404,
        f"/custodies/{NOBODY}:accept",
        {"accepted_at": "2025-03-16T10:00:00Z", "custodian": CUSTODIAN},
    ),
]


@pytest.mark.parametrize(("status", "path", "body"), IMPOSSIBLE)
async def test_what_cannot_be_gets_its_problem_document(
    agencies: Agencies, status: int, path: str, body: dict[str, object]
) -> None:
    await agencies.facility(1)
    before = len(await agencies.events())
    refused = await agencies.post(path, body)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert len(await agencies.events()) == before


async def test_each_office_and_each_state_does_its_own_part_only(agencies: Agencies) -> None:
    await agencies.facility(1)
    before = len(await agencies.events())
    capacity = f"/facilities/{CECOT}/capacity"
    wrong = [
        await agencies.post(capacity, {"places": 5}, party="USA"),
        await agencies.post(capacity, {"places": 5}, office="central-authority"),
        await agencies.post(f"{capacity}:approve", {"places": 5}, office="facility-registry"),
    ]
    assert [answer.status_code for answer in wrong] == [403] * 3
    unproposed = await agencies.post(
        f"{capacity}:approve", {"places": 9}, office="central-authority"
    )
    assert unproposed.status_code == 409
    assert len(await agencies.events()) == before
