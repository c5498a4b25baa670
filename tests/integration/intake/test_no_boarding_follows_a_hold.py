"""Two intake processes on one database: holds are asserted while dozens of boardings run (G1, T2).

What counts is the log: in it, no boarding follows a hold that matches it. The same rounds against a
boarding decision whose query was weakened on purpose show a violation, so the test can fail.
"""

import asyncio
import base64
import os
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from cli.stack.process import Child, Program, free_port, spawn, tail
from cli.tokens import mint, new_keys
from services.intake.domain.gate import Traveller
from services.intake.projections import project
from shared.contracts.agreement import AgreementDocument, Parties
from shared.contracts.intake import CountryScope, HoldAsserted, PersonRegistered
from shared.contracts.journey import (
    BoardingRefused,
    ManifestOpened,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
    PlaceConfirmed,
)
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, CaseId, EntryRef, ManifestId, PersonId
from shared.ledger.clock import SystemClock
from shared.ledger.entry import decode
from shared.ledger.ids import new_id
from shared.ledger.postgres import PostgresStore
from shared.ledger.provenance import Provenance
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Step
from tests.support.intake_log import (
    AUTHORITY,
    DOCUMENT,
    FACILITY,
    LEG,
    NOW,
    SENDER,
    SHA,
    agreement_events,
    case_events,
)
from tests.support.processes import ROOT

BOARDINGS = 24
ROUNDS = 16
PATIENCE = 15.0
SAY: Decider[tuple[Event, ...], None] = Decider(
    lambda _events: Boundary((), lambda: None), lambda events, _state: events
)


@dataclass(frozen=True)
class Flight:
    """A sealed journey to a country of its own, so that one round's order is no other's."""

    manifest: ManifestId
    document: AgreementDocument
    travellers: tuple[Traveller, ...]

    @staticmethod
    def number(number: int) -> "Flight":
        """The flight of a round."""
        country = f"R{chr(65 + number // 26)}{chr(65 + number % 26)}"
        document = msgspec.structs.replace(
            DOCUMENT,
            agreement=AgreementId(f"aaa-{country.lower()}"),
            parties=Parties(SENDER, country),
        )
        people = tuple(Traveller(CaseId(new_id()), PersonId(new_id())) for _ in range(BOARDINGS))
        return Flight(ManifestId(new_id()), document, people)

    @property
    def country(self) -> str:
        """Where it goes."""
        return self.document.parties.receiving

    def events(self) -> tuple[tuple[Event, ...], ...]:
        """Everything before the boarding, in portions of one decision each."""
        ref = self.document.ref
        opened = ManifestOpened(
            manifest=self.manifest,
            agreement=ref,
            facility=FACILITY,
            sending=SENDER,
            receiving=self.country,
            legs=(msgspec.structs.replace(LEG, destination=self.country),),
        )
        sealed = ManifestSealed(
            manifest=self.manifest,
            agreement=ref,
            cases=tuple(one.case for one in self.travellers),
        )
        people = tuple(self._person(one) for one in self.travellers)
        return ((*agreement_events(self.document), opened), *people, (sealed,))

    def _person(self, one: Traveller) -> tuple[Event, ...]:
        about: dict[str, Any] = {
            "manifest": self.manifest,
            "agreement": self.document.ref,
            "case": one.case,
            "person": one.person,
        }
        registered = PersonRegistered(person=one.person, registered_by=SENDER, commitment=SHA)
        return (
            registered,
            *case_events(one, self.document, valid_until=date(2199, 1, 1)),
            PersonManifested(**about, facility=FACILITY),
            PlaceConfirmed(**about, reservation=EntryRef("accord.example/placement/0#0")),
        )


class TwoProcesses:
    """Two intake processes, and the log that they share."""

    def __init__(self, clients: tuple[httpx.AsyncClient, ...], keys: Path) -> None:
        """Ask as the sending state's escort and as an independent court."""
        self._clients = clients
        self._escort = mint(keys, party=SENDER, office="escort", subject="escort-1")
        self._court = mint(keys, party="XX", office="court", subject="clerk-1")

    async def board(self, flight: Flight, one: Traveller, process: int) -> httpx.Response:
        """Board somebody."""
        path = f"/v1/manifests/{flight.manifest}/persons/{one.case}:board"
        return await self._clients[process].post(path, headers=_headers(self._escort))

    async def hold(self, scope: dict[str, str], process: int) -> httpx.Response:
        """Assert an oral order."""
        order = {
            "scope": scope,
            "form": "oral",
            "received_at": "2025-03-15T22:45:00Z",
            "reference": "order-1",
        }
        headers = _headers(self._court)
        return await self._clients[process].post("/v1/holds", json=order, headers=headers)


def _headers(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "idempotency-key": new_id()}


async def after(delay: float, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Ask a moment later."""
    await asyncio.sleep(delay)
    return await ask()


async def race(processes: TwoProcesses, flight: Flight, moment: random.Random) -> None:
    """Board everybody, with an order about every third person and one about the country."""
    asked: list[Awaitable[httpx.Response]] = []
    for place, one in enumerate(flight.travellers):
        here, there = place % 2, (place + 1) % 2
        delay = moment.uniform(0, 0.1)

        def board(one: Traveller = one, process: int = here) -> Awaitable[httpx.Response]:
            return processes.board(flight, one, process)

        def hold(one: Traveller = one, process: int = there) -> Awaitable[httpx.Response]:
            return processes.hold({"kind": "person", "person": one.person}, process)

        asked.append(after(delay, board))
        if place % 3 == 0:
            asked.append(after(max(0.0, delay + moment.uniform(-0.01, 0.01)), hold))

    def country() -> Awaitable[httpx.Response]:
        return processes.hold({"kind": "country", "country": flight.country}, 0)

    asked.append(after(moment.uniform(0.03, 0.08), country))
    for answer in await asyncio.gather(*asked):
        assert answer.status_code in {201, 422}, answer.text


def violations(events: list[Event], flights: list[Flight]) -> list[PersonBoarded]:
    """Boardings that follow an order which matches them. Nothing is lifted in these rounds."""
    country_of = {flight.manifest: flight.country for flight in flights}
    held: set[str] = set()
    found: list[PersonBoarded] = []
    for one in events:
        if isinstance(one, HoldAsserted):
            scope = one.scope
            held.add(scope.country if isinstance(scope, CountryScope) else scope.person)
        elif isinstance(one, PersonBoarded) and held & {one.person, country_of[one.manifest]}:
            found.append(one)
    return found


@asynccontextmanager
async def two_processes(factory: str, database: str, folder: Path) -> AsyncIterator[TwoProcesses]:
    """Two processes of an app factory on one database."""
    jwks = new_keys(folder, [SENDER, "XX"])
    vault_key = folder / "vault.key"
    vault_key.write_text(base64.b64encode(os.urandom(32)).decode())
    environment = {
        **os.environ,
        "ACCORD_DATABASE_URL": database,
        "ACCORD_KAFKA_BOOTSTRAP": "unused:1",
        "ACCORD_JWKS": str(jwks),
        "ACCORD_VAULT_KEY_FILE": str(vault_key),
    }
    async with AsyncExitStack() as stack:
        clients = []
        for number in range(2):
            port = free_port()
            program = Program(
                f"intake-{number}",
                [
                    *(sys.executable, "-m", "uvicorn", "--factory"),
                    f"tests.support.gate_service:{factory}",
                    *("--host", "127.0.0.1", "--port", str(port), "--app-dir", str(ROOT)),
                    *("--no-access-log", "--log-level", "warning"),
                ],
                folder / f"intake-{number}.log",
                environment,
            )
            child = spawn(program)
            stack.callback(child.stop)
            client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)
            clients.append((await stack.enter_async_context(client), child))
        for client, child in clients:
            await _until_alive(client, child)
        yield TwoProcesses(tuple(client for client, _ in clients), folder)


async def _until_alive(client: httpx.AsyncClient, child: Child) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            assert child.returncode is None, tail(child.program.log)
            try:
                answer = await client.get("/healthz")
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            assert answer.status_code == httpx.codes.OK, answer.text
            return


async def prepare(store: PostgresStore, flights: list[Flight]) -> None:
    """Record what comes before the boardings."""
    runner = CommandRunner(store, SystemClock(), project)
    await runner.start()
    provenance = Provenance(actor=AUTHORITY, time=NOW, correlation="rounds")
    try:
        for flight in flights:
            steps = [Step(SAY, events, provenance) for events in flight.events()]
            await runner.apply(steps)
    finally:
        await runner.stop()


async def recorded(store: PostgresStore) -> list[Event]:
    """The log, in its order."""
    return [decode(entry).event for entry in await store.entries(0, 1_000_000)]


@pytest.fixture
async def store(migrated_database: str) -> AsyncIterator[PostgresStore]:
    """The log that both processes share, as the test reads it."""
    store = await PostgresStore.connect(migrated_database)
    yield store
    await store.close()


async def test_no_boarding_follows_a_matching_hold_in_the_log_of_two_processes(
    migrated_database: str, store: PostgresStore, tmp_path: Path
) -> None:
    flights = [Flight.number(number) for number in range(ROUNDS)]
    await prepare(store, flights)
    moment = random.Random(1)
    async with two_processes("sound", migrated_database, tmp_path) as processes:
        for flight in flights:
            await race(processes, flight, moment)
    events = await recorded(store)
    assert violations(events, flights) == []
    boarded = [one for one in events if isinstance(one, PersonBoarded)]
    refused = [one for one in events if isinstance(one, BoardingRefused)]
    assert len(boarded) + len(refused) == ROUNDS * BOARDINGS
    assert {one.refusal.rule for one in refused} == {"G3"}
    mixed = {one.manifest for one in boarded} & {one.manifest for one in refused}
    assert len(mixed) > ROUNDS // 2, "the orders came too early or too late to say anything"


async def test_the_same_rounds_show_a_violation_when_the_boundarys_query_is_weakened(
    migrated_database: str, store: PostgresStore, tmp_path: Path
) -> None:
    flights = [Flight.number(number) for number in range(ROUNDS)]
    await prepare(store, flights)
    moment = random.Random(1)
    async with two_processes("weakened", migrated_database, tmp_path) as processes:
        for flight in flights:
            await race(processes, flight, moment)
            if violations(await recorded(store), flights):
                return
    pytest.fail("the weakened query was not seen: these rounds would miss a broken gate")
