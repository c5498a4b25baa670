"""Many commands in one request, against intake itself: persons, cases, facts, manifests, holds."""

from __future__ import annotations

import asyncio
import gzip
import os
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest

from cli.keys.tokens import mint
from cli.servers.process import free_port
from shared.contracts.intake import PersonRegistered
from shared.ledger.entry import decode
from shared.ledger.postgres import PostgresStore
from shared.ledger.recorded import Recorded
from tests.integration.intake.agencies import PAPER, Agencies, Office
from tests.support.processes import ROOT
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from services.intake.settings import IntakeSettings

PERSONS = 600
"""Of which some are recorded, and some not, when the process is killed."""


def person(number: int) -> dict[str, Any]:
    return {
        "idempotency_key": f"person-{number}",
        "body": {
            "name": f"Synthetic Person {number}",
            "birth_date": "1990-01-02",
            "sex": "male",
            "documents": [{"kind": "passport", "number": f"SYN-{number:04}", "issued_by": "VEN"}],
        },
    }


def packed(lines: list[dict[str, Any]]) -> bytes:
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


async def sent(office: Office, path: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    response = await office.batch(path, gzip.compress(packed(lines)))
    assert response.status_code == 200, response.text
    return [msgspec.json.decode(line) for line in response.content.splitlines()]


async def test_persons_become_cases_with_facts_on_a_manifest_by_five_requests(
    agencies: Agencies,
) -> None:
    await agencies.agreement_in_force()
    registered = await sent(agencies.sender, "/v1/persons:batch", [person(n) for n in range(30)])
    assert {answer["status"] for answer in registered} == {201}
    proposals = [
        {
            "idempotency_key": f"case-{number}",
            "body": {
                "person": answer["answer"]["person"],
                "agreement": "usa-slv-2025",
                "kind": "third-country",
            },
        }
        for number, answer in enumerate(registered)
    ]
    cases = await sent(agencies.sender, "/v1/cases:batch", proposals)
    assert {case["status"] for case in cases} == {201}
    names = [case["answer"]["case"] for case in cases]
    notice = {"kind": "notice", "language": "es", "served_on": "2025-02-01"}
    fact = {"document": PAPER, "fact": notice}
    notices = [
        {"idempotency_key": f"notice-{name}", "path": {"case": name}, "body": fact}
        for name in names
    ]
    facts = await sent(agencies.sender, "/v1/cases/-/facts:batch", notices)
    assert [answer["answer"]["case"] for answer in facts] == names
    other = await sent(agencies.court, "/v1/cases/-/facts:batch", notices)
    assert {answer["status"] for answer in other} == {403}, "each line asks for itself who may"


async def test_a_registration_cannot_be_tried_as_that_would_be_an_unrecorded_search(
    agencies: Agencies,
) -> None:
    await agencies.person()
    body = person(1)["body"]
    refused = await agencies.sender.post("/v1/persons?dry-run=true", body)
    assert refused.status_code == 400
    assert "near_matches" not in refused.text


async def test_a_hold_that_is_tried_blocks_nobody_and_is_not_there(agencies: Agencies) -> None:
    order = {
        "scope": {"kind": "country", "country": "VEN"},
        "form": "oral",
        "received_at": "2025-03-15T22:45:00Z",
        "reference": "25-cv-766",
    }
    tried = await agencies.court.post("/v1/holds?dry-run=true", order)
    assert (tried.status_code, tried.json()["dry_run"]) == (200, True)
    assert await agencies.log() == []


@asynccontextmanager
async def process(settings: IntakeSettings, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Intake as a process of its own, which answers at a port; killed at the end."""
    paths = {"JWKS": settings.jwks, "LOG_KEY": settings.log_key, "POLICY": settings.policy}
    told = {f"ACCORD_{name}": str(path) for name, path in paths.items()} | {
        "ACCORD_DATABASE_URL": settings.database_url,
        "ACCORD_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "ACCORD_VAULT_KEY_FILE": str(settings.vault_key_file),
    }
    app = ("services.intake.app:create_app", "--factory", "--port", str(port))
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "uvicorn", *app, env={**os.environ, **told}, cwd=ROOT,
        stdout=DEVNULL, stderr=DEVNULL,
    )  # fmt: skip
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

        async def answers() -> bool:
            with suppress(httpx.TransportError):
                return (await client.get("/livez")).is_success
            return False

        await until(answers)
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):
            started.kill()
        await started.wait()


async def test_a_process_killed_in_the_middle_has_recorded_what_it_has(
    settings: IntakeSettings, tmp_path: Path
) -> None:
    port = free_port()
    token = mint(tmp_path, party="USA", office="intake-agency", subject="desk-1")
    store = await PostgresStore.connect(settings.database_url)
    lines = [person(number) for number in range(PERSONS)]

    async def some_are_recorded() -> bool:
        return (await store.head()).next_index > 50

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        office = Office(client, token)
        async with process(settings, port) as first:
            asking = asyncio.create_task(office.batch("/v1/persons:batch", packed(lines)))
            await until(some_are_recorded)
            first.kill()
            with pytest.raises(httpx.TransportError):
                await asking
        recorded = [decode(entry) for entry in await store.entries(0, 10_000)]
        assert 50 < len(recorded) < 2 * PERSONS
        async with process(settings, port):
            answers = await sent(office, "/v1/persons:batch", lines)
            again = await sent(office, "/v1/persons:batch", lines)
    assert [answer["status"] for answer in answers] == [201] * PERSONS
    assert again == answers
    told = {answer["answer"]["receipt"]["entry_id"] for answer in answers}
    assert registered(recorded) <= told, "what was recorded is what they are told"
    assert registered([decode(entry) for entry in await store.entries(0, 10_000)]) == told
    await store.close()


def registered(entries: list[Recorded]) -> set[str]:
    return {entry.entry_id for entry in entries if isinstance(entry.event, PersonRegistered)}
