"""Two intake processes on one database, and sealed flights whose boarding they are asked for."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec

from cli.keys.tokens import mint, new_keys
from cli.servers.process import Child, Program, free_port, spawn, tail
from services.intake.domain.clearance.state import Traveller
from services.intake.projections import project
from shared.contracts.agreement import AgreementDocument, Parties
from shared.contracts.intake import PersonRegistered
from shared.contracts.manifest import (
    ManifestOpened,
    ManifestSealed,
    PersonManifested,
    PlaceConfirmed,
)
from shared.kernel.dates import DatePeriod
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, CaseId, EntryRef, ManifestId, PersonId
from shared.kernel.reference.countries import COUNTRIES
from shared.ledger.entry import decode
from shared.ledger.machine import SystemClock, new_id
from shared.ledger.postgres import PostgresStore
from shared.ledger.recorded import Provenance
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
from tests.support.witnesses import World

ELSEWHERE = sorted(COUNTRIES.keys() - {SENDER})
"""Countries to go to: each round has one of its own."""

BOARDINGS = 24
PATIENCE = 60.0
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
    def number(number: int) -> Flight:
        """The flight of a round."""
        country = ELSEWHERE[number]
        document = msgspec.structs.replace(
            DOCUMENT,
            agreement=AgreementId(f"aaa-{country.lower()}"),
            effective=DatePeriod(date(2025, 3, 1), date(2096, 3, 1)),
            parties=Parties(SENDER, country),
        )
        people = tuple(Traveller(CaseId(new_id()), PersonId(new_id())) for _ in range(BOARDINGS))
        return Flight(ManifestId(new_id()), document, people)

    @property
    def country(self) -> str:
        """Where it goes."""
        return self.document.parties.receiving

    @property
    def is_to_be_suspended(self) -> bool:
        """Whether its agreement is suspended in its round; every second one is."""
        return ELSEWHERE.index(self.country) % 2 == 1

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
            cases=tuple(traveller.case for traveller in self.travellers),
        )
        people = tuple(self._person(traveller) for traveller in self.travellers)
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
            PersonManifested(**about, facility=FACILITY, sending=SENDER, receiving=self.country),
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

    async def suspend(self, flight: Flight, process: int) -> httpx.Response:
        """Suspend the agreement that a flight is under."""
        path, paper = (
            f"/v1/agreements/{flight.document.agreement}:suspend",
            {"reference": "order-2"},
        )
        headers = _headers(self._court)
        return await self._clients[process].post(path, json=paper, headers=headers)


def _headers(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "idempotency-key": new_id()}


@asynccontextmanager
async def two_processes(factory: str, database: str, folder: Path) -> AsyncIterator[TwoProcesses]:
    """Two processes of an app factory on one database."""
    environment = _environment(database, folder)
    async with AsyncExitStack() as stack:
        clients = []
        for number in range(2):
            port = free_port()
            log = folder / f"intake-{number}.log"
            child = spawn(_uvicorn(factory, port, log, environment))
            stack.callback(child.stop)
            client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)
            clients.append((await stack.enter_async_context(client), child))
        for client, child in clients:
            await _until_alive(client, child)
        yield TwoProcesses(tuple(client for client, _ in clients), folder)


def _environment(database: str, folder: Path) -> dict[str, str]:
    vault_key = folder / "vault.key"
    vault_key.write_text(base64.b64encode(os.urandom(32)).decode())
    # Witnesses that nobody is: boarding never depends on them.
    log_key, policy = World("http://127.0.0.1:9", "accord.example/intake/0").write(folder)
    return {
        **os.environ,
        "ACCORD_DATABASE_URL": database,
        "ACCORD_KAFKA_BOOTSTRAP": "unused:1",
        "ACCORD_JWKS": str(new_keys(folder, [SENDER, "XX"])),
        "ACCORD_VAULT_KEY_FILE": str(vault_key),
        "ACCORD_LOG_KEY": str(log_key),
        "ACCORD_POLICY": str(policy),
    }


def _uvicorn(factory: str, port: int, log: Path, environment: dict[str, str]) -> Program:
    argv = [
        *(sys.executable, "-m", "uvicorn", "--factory", f"tests.support.gate_service:{factory}"),
        *("--host", "127.0.0.1", "--port", str(port), "--app-dir", str(ROOT)),
        *("--no-access-log", "--log-level", "warning"),
    ]
    return Program(log.stem, argv, log, environment)


async def _until_alive(client: httpx.AsyncClient, child: Child) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            assert child.returncode is None, tail(child.program.log)
            try:
                answer = await client.get("/livez")
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
