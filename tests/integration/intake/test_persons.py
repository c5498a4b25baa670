"""Who a person is stays in the vault: not in the log, not in a problem, not in clear text."""

import asyncpg
import httpx

from services.intake.settings import IntakeSettings
from shared.contracts.intake import PersonRegistered
from shared.contracts.recorded_read import VaultRead
from tests.integration.intake.agencies import Agencies, made, refused

PERSONAL = (b"Synthetic", b"1990-01-02", b"SYN-0001")


async def test_the_registering_agency_reads_the_identity_and_nobody_else(
    agencies: Agencies,
) -> None:
    person = await agencies.person()
    path, why = f"/v1/persons/{person}:read", {"purpose": "transfer-proceedings"}
    shown = made(await agencies.sender.post(path, why))
    assert shown["identity"]["name"] == "Synthetic Person 1"
    assert shown["identity"]["documents"][0]["number"] == "SYN-0001"
    for party, office, status in (
        ("SLV", "intake-agency", 403),
        ("USA", "central-authority", 403),
        ("XX", "auditor", 403),
    ):
        other = agencies.office(party, office, "one")
        refused(await other.post(path, why), status)
    assert [type(event) for event in await agencies.log()] == [PersonRegistered, VaultRead]


async def test_no_entry_and_no_row_shows_who_it_is(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    await agencies.person()
    (registered,) = await agencies.log()
    assert isinstance(registered, PersonRegistered)
    connection = await asyncpg.connect(settings.database_url)
    try:
        tables = [
            row["relname"]
            for row in await connection.fetch("SELECT relname FROM pg_stat_user_tables")
        ]
        rows = [await connection.fetch(f'SELECT * FROM "{table}"') for table in tables]  # noqa: S608 - names from the catalogue
    finally:
        await connection.close()
    everything = repr(rows).encode()
    assert b"sealed_persons" in repr(tables).encode()
    assert registered.commitment.encode() in everything.replace(b"\\", b"")
    assert [text for text in PERSONAL if text in everything] == []


async def test_a_retry_seals_nobody_twice(agencies: Agencies, settings: IntakeSettings) -> None:
    body = {"name": "Synthetic Person 1", "birth_date": "1990-01-02", "sex": "female"}
    first = made(await agencies.sender.post("/v1/persons", body, key="once"))
    again = made(await agencies.sender.post("/v1/persons", body, key="once"))
    assert first == again
    connection = await asyncpg.connect(settings.database_url)
    try:
        sealed = await connection.fetch("SELECT person FROM sealed_persons")
    finally:
        await connection.close()
    assert [row["person"] for row in sealed] == [first["person"]]


async def test_a_destroyed_row_erases_the_person_and_leaves_the_entry(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    person = await agencies.person()
    before = await agencies.store.entries(0, 10)
    path, why = f"/v1/persons/{person}:read", {"purpose": "correction"}
    connection = await asyncpg.connect(settings.database_url)
    try:
        await connection.execute("DELETE FROM sealed_persons")
    finally:
        await connection.close()
    assert made(await agencies.sender.post(path, why))["identity"] is None
    assert (await agencies.store.entries(0, 10))[: len(before)] == before


async def test_a_problem_does_not_repeat_what_was_wrong_about_a_person(
    agencies: Agencies,
) -> None:
    body = {"name": "Synthetic Person 1", "birth_date": "1990-13-40 SYN-0001", "sex": "neither"}
    answer = await agencies.sender.post("/v1/persons", body)
    refused(answer, 400)
    assert [text for text in (*PERSONAL, b"1990-13") if text in answer.content] == []


async def test_without_a_token_there_is_nothing(client: httpx.AsyncClient) -> None:
    for path in ("persons", "cases", "holds", "agreements", "manifests"):
        refused(await client.post(f"/v1/{path}", json={}), 401)


async def test_the_service_is_ready(client: httpx.AsyncClient) -> None:
    checks = (await client.get("/status")).json()["checks"]
    assert {"database", "relay accord.example/intake/0"} <= set(checks)
