"""Every question to the locator is on record, and none waits for it (G12, G22; ADR 0041)."""

from datetime import timedelta

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.placement.api import locator
from shared.contracts.recorded_read import PersonLocated
from shared.kernel.codes import Office
from shared.kernel.ids import PersonId
from shared.ledger.machine import new_id
from shared.service.settings import SealingSettings
from shared.web import responses
from tests.integration.placement.agencies import Agencies, Traveller
from tests.support.views import execute


async def test_g22_every_question_is_on_record_and_says_nothing_of_the_answer(
    agencies: Agencies,
) -> None:
    await agencies.facility(1)
    person = Traveller(new_id())
    await agencies.arrive(person)
    asking: tuple[tuple[Office, str], ...] = (
        ("counsel", "USA"),
        ("consulate", "VEN"),
        ("monitor", "XX"),
    )
    for office, party in asking:
        found = await agencies.locate(person.person, office=office, party=party)
        assert found.json()["receipt"]["sequence"] == len(await agencies.events()) - 1
    assert await agencies.events(PersonLocated) == [
        PersonLocated(
            asked_by=f"{party}:{office}:{party.lower()}-{office}",
            party=party,
            office=office,
            purpose="legal-representation",
            person=person.person,
        )
        for office, party in asking
    ]


async def test_who_may_not_ask_is_told_nothing_and_a_get_records_nothing(
    agencies: Agencies,
) -> None:
    path = f"/locator/{new_id()}"
    body = {"purpose": "legal-representation"}
    refused = await agencies.post(path, body, office="treasury", party="USA")
    assert refused.status_code == 403
    for wrong in ({}, {"purpose": "curiosity"}):
        assert (await agencies.post(path, wrong, office="counsel", party="USA")).status_code == 400
    assert (await agencies.get(path)).status_code == 405
    assert await agencies.events() == []


async def test_the_locator_answers_although_its_entry_cannot_be_written(
    agencies: Agencies, settings: SealingSettings
) -> None:
    """Nothing that stands in the way of an entry keeps anybody from being found (ADR 0041)."""
    await agencies.facility(1)
    person = Traveller(new_id())
    await agencies.arrive(person)
    before = len(await agencies.events())
    url = settings.database_url
    await execute(url, "ALTER TABLE log_head RENAME TO log_head_away")
    try:
        with capture_logs() as logged:
            found = await agencies.locate(person.person, key="once")
    finally:
        await execute(url, "ALTER TABLE log_head_away RENAME TO log_head")
    assert found.status_code == 200, found.text
    assert (found.json()["status"], found.json()["receipt"]) == ("in-custody", None)
    assert "same Idempotency-Key" in found.json()["on_record"]
    (line,) = [written for written in logged if written["event"] == "located without an entry"]
    assert (line["person"], line["actor"]) == (person.person, "USA:counsel:usa-counsel")
    metrics = (await agencies.client.get("/metrics")).text
    assert "accord_locator_unrecorded_total 1.0" in metrics
    later = await agencies.locate(person.person, key="once")
    assert later.status_code == 201
    assert len(await agencies.events(PersonLocated)) == 1
    assert len(await agencies.events()) > before


async def test_the_locator_answers_while_somebody_holds_the_log_s_lock(
    agencies: Agencies, settings: SealingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = PersonId(new_id())
    await agencies.locate(person)
    connection = await asyncpg.connect(settings.database_url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE log_head IN ACCESS EXCLUSIVE MODE")
            with monkeypatch.context() as impatient:
                impatient.setattr(locator, "RECORDING_SECONDS", 0.05)
                found = await agencies.locate(person, key="once")
            assert (found.status_code, found.json()["receipt"]) == (200, None)
    finally:
        await connection.close()
    assert (await agencies.locate(person, key="once")).status_code == 201
    assert len(await agencies.events(PersonLocated)) == 2


async def test_an_old_key_shows_nothing_new(
    agencies: Agencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever repeats a key for ever would look for ever, with one entry."""
    person = PersonId(new_id())
    await agencies.locate(person, key="once")
    monkeypatch.setattr(responses, "ASKED_AGAIN", timedelta(seconds=-1))
    refused = await agencies.locate(person, key="once")
    assert (refused.status_code, refused.json()["title"]) == (409, "Answered before")


async def test_a_repeated_question_is_recorded_once(agencies: Agencies) -> None:
    person = PersonId(new_id())
    first = await agencies.locate(person, key="once")
    assert (await agencies.locate(person, key="once")).json() == first.json()
    assert len(await agencies.events(PersonLocated)) == 1
