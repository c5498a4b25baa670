"""G22: who a person is goes in the transaction of the entry; every proof of the log stays valid."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from services.intake.settings import IntakeSettings
from shared.contracts.erasure import ErasureAsked, ErasureRefused, PersonErased
from shared.transparency.merkle import leaf_hash
from tests.integration.intake.agencies import PAPER, Agencies, made, refused

WHY = {"reason": "registered-in-error", "document": PAPER}
READ = {"purpose": "correction"}
NAME = {"kind": "name", "name": "Synthetic Person 1", "birth_date": "1990-01-02"}
VAULT = ("sealed_persons", "identity_keys")


async def kept(url: str) -> list[int]:
    """How many rows the vault has, and its index."""
    connection = await asyncpg.connect(url)
    try:
        return [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in VAULT]  # noqa: S608 - names of our own
    finally:
        await connection.close()


async def erase(agencies: Agencies, person: str) -> dict[str, Any]:
    """Both offices have a person erased."""
    path = f"/v1/persons/{person}:erase"
    assert made(await agencies.sender.post(path, WHY))["erased"] is False
    return made(await agencies.sending_authority.post(path, WHY))


async def test_g22_who_was_erased_is_in_no_row_and_every_answer_says_so(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    person = await agencies.person()
    url = settings.database_url
    before = await agencies.store.entries(0, 100)
    assert min(await kept(url)) > 0

    assert (await erase(agencies, person))["erased"] is True

    assert await kept(url) == [0, 0]
    entries = await agencies.store.entries(0, 100)
    assert [*map(leaf_hash, entries)][: len(before)] == [*map(leaf_hash, before)]
    asked, erased = (await agencies.log())[-2:]
    assert isinstance(asked, ErasureAsked)
    assert isinstance(erased, PersonErased)
    assert (erased.office, erased.reason) == ("central-authority", WHY["reason"])

    await is_nobody(agencies, person)


async def is_nobody(agencies: Agencies, person: str) -> None:
    """Every answer says that nobody knows who it was."""
    path = f"/v1/persons/{person}"
    refused(await agencies.sender.post(f"{path}:read", READ), 409, "person-is-erased")
    told = made(await agencies.sender.post(f"{path}:export", READ))
    assert (told["identity"], told["erased"]) == (None, True)
    assert [entry["type"] for entry in told["entries"]][-2:] == [
        "intake.PersonErased.v1",
        "intake.SubjectExported.v1",
    ]
    search = {"purpose": "identification", "by": NAME}
    assert made(await agencies.sender.post("/v1/persons:search", search))["persons"] == []
    shown = (await agencies.sender.get(path)).json()
    assert shown["erased"] == WHY
    listed = (await agencies.sender.get("/v1/persons")).json()["items"]
    assert [row["last_event"] for row in listed] == ["intake.PersonErased.v1"]
    await is_refused(agencies, person)
    assert await agencies.person() != person


async def is_refused(agencies: Agencies, person: str) -> None:
    """Nothing is done about nobody."""
    path = f"/v1/persons/{person}"
    document = {"kind": "national-id", "number": "SYN-ID-1", "issued_by": "VEN"}
    for do, body in ((":erase", WHY), ("/documents", document)):
        refused(await agencies.sender.post(path + do, body), 409, "person-is-erased")
    order = {"kind": "person", "person": person}
    hold = {"scope": order, "form": "oral", "received_at": "2025-03-15T22:45:00Z"}
    refused(
        await agencies.court.post("/v1/holds", {**hold, "reference": "25-cv-1"}),
        409,
        "person-is-erased",
    )
    missing = await agencies.sender.post(f"/v1/persons/{PERSON_OF_NOBODY}/documents", document)
    refused(missing, 404, "person-is-unknown")


PERSON_OF_NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


async def test_g12_whoever_is_under_an_order_is_not_erased_and_that_it_was_asked_is_on_record(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    person = await agencies.person()
    path = f"/v1/persons/{person}:erase"
    made(await agencies.sender.post(path, WHY))
    hold = await agencies.hold({"kind": "person", "person": person})
    problem = refused(await agencies.sending_authority.post(path, WHY), 422, "still-needed")
    assert [finding["evidence"] for finding in problem["findings"]] == [f"hold/{hold}"]
    *_, last = await agencies.log()
    assert isinstance(last, ErasureRefused)
    assert min(await kept(settings.database_url)) > 0


async def test_g22_an_old_key_or_a_trial_is_no_way_round_an_erasure(agencies: Agencies) -> None:
    """The key of an answer that was given before gives no identity any more, nor does a trial."""
    person = await agencies.person()
    read, export = f"/v1/persons/{person}:read", f"/v1/persons/{person}:export"
    for path in (read, export):
        first = made(await agencies.sender.post(path, READ, key=path))
        assert first["identity"]["name"] == "Synthetic Person 1"
        refused(await agencies.sender.post(f"{path}?dry-run=true", READ), 400)
    assert len(await agencies.log()) == 3
    await erase(agencies, person)
    for path in (read, export):
        again = await agencies.sender.post(path, READ, key=path)
        assert made(again)["identity"] is None
        assert "Synthetic" not in again.text


@pytest.mark.timeout(60)
async def test_g22_an_erasure_and_its_entry_are_one_whatever_comes_at_the_same_moment(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    """Documents are added while it is done: whichever comes first, nothing of the person stays."""
    person = await agencies.person()
    made(await agencies.sender.post(f"/v1/persons/{person}:erase", WHY))
    papers = (
        agencies.sender.post(
            f"/v1/persons/{person}/documents",
            {"kind": "national-id", "number": f"SYN-ID-{number}", "issued_by": "VEN"},
        )
        for number in range(6)
    )
    erasing = agencies.sending_authority.post(f"/v1/persons/{person}:erase", WHY)
    added = await asyncio.gather(*papers, erasing)
    assert added[-1].status_code == 201, added[-1].text
    assert {answer.status_code for answer in added} <= {201, 409, 503}
    assert await kept(settings.database_url) == [0, 0]


async def test_an_entry_that_cannot_be_written_leaves_who_it_was(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    """The vault's row and the entry are one statement: without the one there is not the other."""
    person = await agencies.person()
    path, url = f"/v1/persons/{person}:erase", settings.database_url
    made(await agencies.sender.post(path, WHY))
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE 'the disk is full' USING ERRCODE = '23514'; END $$;"
            " CREATE TRIGGER stuck BEFORE DELETE ON sealed_persons EXECUTE FUNCTION stuck()"
        )
        before = await agencies.store.entries(0, 100)
        answer = await agencies.sending_authority.post(path, WHY)
        assert answer.status_code >= 400
        assert await agencies.store.entries(0, 100) == before
        await connection.execute("DROP TRIGGER stuck ON sealed_persons")
    finally:
        await connection.close()
    assert min(await kept(url)) > 0
    made(await agencies.sending_authority.post(path, WHY))
    assert await kept(url) == [0, 0]
