"""Two intake processes on one database, which are asked for boardings and for what forbids them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from cli.keys.tokens import mint, new_keys
from cli.servers.process import Child, Program, free_port, spawn, tail
from services.intake.domain.clearance.state import Traveller
from services.intake.projections import project
from services.intake.vault_keys import new_file
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from shared.ledger.entry import decode
from shared.ledger.machine import SystemClock, new_id
from shared.ledger.postgres import PostgresStore
from shared.ledger.recorded import Provenance
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Step
from tests.support.flights import Flight
from tests.support.intake_log import (
    AUTHORITY,
    NOW,
    SENDER,
)
from tests.support.processes import ROOT
from tests.support.witnesses import World

PATIENCE = 60.0
SAY: Decider[tuple[Event, ...], None] = Decider(
    lambda _events: Boundary((), lambda: None), lambda events, _state: events
)


class TwoProcesses:
    """Two intake processes, and the log that they share."""

    def __init__(self, clients: tuple[httpx.AsyncClient, ...], keys: Path) -> None:
        """Ask as the sending state's escort and as an independent court."""
        self._clients = clients
        self._escort = mint(keys, party=SENDER, office="escort", subject="escort-1")
        self._court = mint(keys, party="XX", office="court", subject="clerk-1")
        self._agency = mint(keys, party=SENDER, office="intake-agency", subject="agency-1")

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

    async def depart(self, flight: Flight, process: int) -> httpx.Response:
        """Depart a flight that is ready."""
        path = f"/v1/manifests/{flight.manifest}/legs/1:depart"
        body = {"departed_at": datetime.now(UTC).isoformat().replace("+00:00", "Z")}
        headers = _headers(self._escort)
        return await self._clients[process].post(path, json=body, headers=headers)

    async def merge(self, person: PersonId, other: PersonId, process: int) -> httpx.Response:
        """Say that one pseudonym is another's person."""
        path, body = f"/v1/persons/{person}:same-as", {"person": other}
        headers = _headers(self._agency)
        return await self._clients[process].post(path, json=body, headers=headers)

    async def stop(self, flight: Flight, process: int) -> httpx.Response:
        """Record what is against everybody on a flight."""
        if flight.stop == "suspension":
            return await self.suspend(flight, process)
        return await self.hold(flight.scope, process)

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
    vault_key.write_text(new_file())
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
