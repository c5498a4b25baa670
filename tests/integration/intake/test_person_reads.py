"""Reads that are recorded: on the log before anything is shown, and no personal data in it."""

from datetime import timedelta

import pytest

from shared.contracts.recorded_read import PersonSearched, VaultRead
from shared.web import responses
from tests.integration.intake.agencies import Agencies, Body, made, refused

SEARCH = "/v1/persons:search"
NAME = {"kind": "name", "name": "PERSON, synthétic 1", "birth_date": "1990-01-02"}
DOCUMENT = {
    "kind": "document",
    "document": {"kind": "passport", "number": "syn 0001", "issued_by": "VEN"},
}
PERSONAL = (b"Synthetic", b"PERSON, ", b"1990-01-02", b"SYN-0001", b"SYN0001", b"syn 0001")


@pytest.mark.parametrize("by", [NAME, DOCUMENT], ids=lambda by: by["kind"])
async def test_g22_a_person_is_found_and_the_search_is_on_record(
    agencies: Agencies, by: Body
) -> None:
    person = await agencies.person()
    await agencies.person(2)
    answer = made(await agencies.sender.post(SEARCH, {"purpose": "identification", "by": by}))
    assert answer["persons"] == [person]
    assert answer["receipt"]["sequence"] == 2
    *_, searched = await agencies.log()
    assert isinstance(searched, PersonSearched)
    assert (searched.by, searched.persons) == (by["kind"], (person,))
    assert (searched.party, searched.office) == ("USA", "intake-agency")
    assert searched.purpose == "identification"
    *_, entry = await agencies.store.entries(0, 10)
    assert [text for text in PERSONAL if text in repr(entry).encode()] == []


async def test_a_search_that_finds_nobody_is_on_record_too(agencies: Agencies) -> None:
    body = {"purpose": "identification", "by": NAME}
    assert made(await agencies.sender.post(SEARCH, body))["persons"] == []
    (searched,) = await agencies.log()
    assert isinstance(searched, PersonSearched)


async def test_a_repeated_search_is_answered_as_before_and_recorded_once(
    agencies: Agencies,
) -> None:
    body = {"purpose": "identification", "by": NAME}
    first = made(await agencies.sender.post(SEARCH, body, key="once"))
    await agencies.person()
    assert made(await agencies.sender.post(SEARCH, body, key="once")) == first
    assert len(await agencies.log()) == 2


async def test_g22_an_old_key_is_no_way_to_read_again_without_an_entry(
    agencies: Agencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await agencies.person()
    path, why = f"/v1/persons/{person}:read", {"purpose": "transfer-proceedings"}
    first = made(await agencies.sender.post(path, why, key="once"))
    assert made(await agencies.sender.post(path, why, key="once")) == first
    monkeypatch.setattr(responses, "ASKED_AGAIN", timedelta(seconds=-1))
    refused(await agencies.sender.post(path, why, key="once"), 409, "answered-before")
    assert len(await agencies.log()) == 2


async def test_a_get_shows_nobody_and_records_nothing(agencies: Agencies) -> None:
    person = await agencies.person()
    answer = await agencies.sender.get(f"/v1/persons/{person}")
    assert answer.status_code == 200
    assert [text for text in PERSONAL if text in answer.content] == []
    assert len(await agencies.log()) == 1


async def test_g22_every_reading_is_an_entry_of_its_own(agencies: Agencies) -> None:
    path = f"/v1/persons/{await agencies.person()}:read"
    for purpose in ("transfer-proceedings", "correction"):
        shown = made(await agencies.sender.post(path, {"purpose": purpose}))
        assert shown["identity"]["name"] == "Synthetic Person 1"
    _, *reads = await agencies.log()
    assert [read.purpose for read in reads if isinstance(read, VaultRead)] == [
        "transfer-proceedings",
        "correction",
    ]


async def test_without_a_purpose_of_the_list_nothing_is_shown_and_nothing_recorded(
    agencies: Agencies,
) -> None:
    person = await agencies.person()
    for path, body in (
        (f"/v1/persons/{person}:read", {}),
        (f"/v1/persons/{person}:read", {"purpose": "curiosity"}),
        (SEARCH, {"by": NAME}),
        (SEARCH, {"purpose": "identification", "by": {"kind": "name"}}),
    ):
        answer = refused(await agencies.sender.post(path, body), 400)
        assert "Synthetic" not in repr(answer)
    assert len(await agencies.log()) == 1


async def test_only_who_registers_or_asserts_holds_searches(agencies: Agencies) -> None:
    body = {"purpose": "identification", "by": NAME}
    for party, office in (("XX", "monitor"), ("USA", "escort")):
        refused(await agencies.office(party, office, "body/a").post(SEARCH, body), 403)
    assert await agencies.log() == []
