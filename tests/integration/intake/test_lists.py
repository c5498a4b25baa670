"""Everything that has an id is listed for those who may read it, in parts that miss nothing."""

from __future__ import annotations

from typing import Any

from tests.integration.intake.agencies import Agencies, Office, made, refused


async def items(office: Office, path: str) -> list[dict[str, Any]]:
    answered = await office.get(path)
    assert answered.status_code == 200, answered.text
    listed: list[dict[str, Any]] = answered.json()["items"]
    return listed


async def test_agreements_are_listed_with_what_was_proposed_and_what_is_in_force(
    agencies: Agencies,
) -> None:
    await agencies.propose_agreement()
    (row,) = await items(agencies.sending_authority, "/v1/agreements")
    shown = {"agreement": "usa-slv-2025", "sending": "USA", "receiving": "SLV"}
    assert row == {**shown, "proposed": "usa-slv-2025@1", "in_force": None}
    assert await items(agencies.court, "/v1/agreements?in_force=true") == []
    third = agencies.office("VEN", "central-authority", "somebody")
    assert await items(third, "/v1/agreements") == []


async def test_an_agreement_in_force_says_so_in_the_list(agencies: Agencies) -> None:
    await agencies.agreement_in_force()
    (row,) = await items(agencies.court, "/v1/agreements?in_force=true")
    assert row["in_force"] == "usa-slv-2025@1"
    assert await items(agencies.court, "/v1/agreements?in_force=false") == []


async def test_pseudonyms_are_listed_for_the_state_that_gave_them_and_nobody_else(
    agencies: Agencies,
) -> None:
    persons = [await agencies.person(number) for number in (1, 2, 3)]
    first = (await agencies.sender.get("/v1/persons?limit=2")).json()
    assert [row["person"] for row in first["items"]] == persons[:2]
    rest = await items(agencies.sender, f"/v1/persons?limit=2&after={first['next']}")
    assert [row["person"] for row in rest] == persons[2:]
    shown = {"person", "registered_by", "meant_by", "last_event", "last_sequence"}
    assert rest[0].keys() == shown
    theirs = agencies.office("SLV", "intake-agency", "mesa-1")
    assert await items(theirs, "/v1/persons") == []
    refused(await agencies.court.get("/v1/persons"), 403, "office-may-not")


async def test_holds_are_listed_as_they_are_read_one_by_one(agencies: Agencies) -> None:
    person = await agencies.person()
    on_person = await agencies.hold({"kind": "person", "person": person, "destination": "SLV"})
    on_country = await agencies.hold({"kind": "country", "country": "SLV"})
    third = agencies.office("VEN", "consulate", "consul-1")
    assert [row["hold"] for row in await items(third, "/v1/holds")] == [on_country]
    both = await items(agencies.court, "/v1/holds")
    assert [row["hold"] for row in both] == [on_person, on_country]
    (row,) = await items(agencies.court, f"/v1/holds?person={person}&country=SLV&stands=true")
    assert (row["reference"], row["last_event"]) == ("25-cv-766", "intake.HoldAsserted.v1")
    named = {"kind": "class", "case_kind": "repatriation", "stopover": "HND"}
    on_class = await agencies.hold(named)
    (row,) = await items(third, "/v1/holds?kind=class&issued_by=XX&stands=true")
    assert (row["hold"], row["scope"], row["country"]) == (on_class, named, None)
    assert await items(third, "/v1/holds?kind=class&issued_by=USA") == []
    for clerk in (agencies.court, agencies.other_clerk):
        made(await clerk.post(f"/v1/holds/{on_class}:lift", {"instrument": "order 8"}))
    for clerk in (agencies.court, agencies.other_clerk):
        made(await clerk.post(f"/v1/holds/{on_country}:lift", {"instrument": "order 9"}))
    standing = await items(agencies.court, "/v1/holds?stands=true")
    assert [row["hold"] for row in standing] == [on_person]
    (lifted,) = await items(agencies.court, "/v1/holds?stands=false&kind=country")
    assert (lifted["hold"], lifted["last_event"]) == (on_country, "intake.HoldLifted.v1")


async def test_cases_are_found_by_their_person_and_their_agreement(agencies: Agencies) -> None:
    await agencies.agreement_in_force()
    one, other = await agencies.person(1), await agencies.person(2)
    case = await agencies.case(one)
    await agencies.case(other)
    path = f"/v1/cases?person={one}&agreement=usa-slv-2025"
    assert [row["case"] for row in await items(agencies.sender, path)] == [case]
    assert await items(agencies.sender, "/v1/cases?agreement=usa-slv") == []
    assert await items(agencies.sender, "/v1/manifests?agreement=usa-slv-2025&facility=x") == []


async def test_a_filter_of_another_form_is_refused_with_its_place(agencies: Agencies) -> None:
    problem = refused(await agencies.court.get("/v1/holds?person=x"), 400, "request-malformed")
    assert problem["findings"][0]["path"] == "query.person"
