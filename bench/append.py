"""How fast commands become durable entries, against pgbench and the `eventsourcing` library on one
PostgreSQL.

Every command reads its boundary, is decided, encoded and hashed, and writes an entry, three tags,
an idempotency row and a projection row; fsync is on.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from uuid import UUID

import asyncpg
import uvloop
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from bench.decider import TAKE_PLACE, TakePlace, project
from cli.stack.postgres import start_postgres, wheel_binary
from shared.kernel.ids import CustodyId, FacilityId, PersonId
from shared.ledger.clock import SystemClock
from shared.ledger.ids import new_id
from shared.ledger.postgres import PostgresStore
from shared.ledger.provenance import Idempotency
from shared.ledger.runner import CommandRunner
from shared.telemetry.garbage import look_seldom
from tests.support.ledgers import ledger_database, provenance

if TYPE_CHECKING:
    from cli.stack.postgres import PostgresServer

CLIENTS = 16
BATCHED = 512


@dataclass(frozen=True)
class Rates:
    """Commands a second."""

    own: float
    contended: float
    waiting_64: float
    pgbench: float
    eventsourcing: float


async def commands_per_second(url: str, count: int, waiting: int, *, contended: bool) -> float:
    """Run `count` commands with `waiting` of them in flight, all at one facility or each at its
    own.
    """
    store = await PostgresStore.connect(url)
    runner = CommandRunner(store, SystemClock(), project)
    await runner.start()
    numbers = iter(range(count))

    async def client() -> None:
        for number in numbers:
            facility = FacilityId("one" if contended else new_id())
            key = Idempotency(os.urandom(32), number.to_bytes(32, "big"))
            command = TakePlace(facility, CustodyId(new_id()), PersonId(new_id()))
            await runner.run(TAKE_PLACE, command, provenance(), key)

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(waiting)))
    elapsed = time.perf_counter() - started
    await runner.stop()
    await store.close()
    return count / elapsed


async def _rows_table(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "CREATE TABLE bench_rows (id bigserial PRIMARY KEY, n bigint, body text)"
    )
    await connection.close()


def pgbench_per_second(url: str, seconds: int) -> float:
    """Single-row INSERT transactions of pgbench with 16 clients, prepared statements."""
    asyncio.run(_rows_table(url))
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "insert.sql")
        script.write_text(
            "\\set n random(1, 1000000000)\n"
            "INSERT INTO bench_rows (n, body) VALUES (:n, repeat('x', 700));\n"
        )
        command = [
            wheel_binary("pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2",
            "-T", str(seconds), "-f", str(script), url,
        ]  # fmt: skip
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        message = f"pgbench printed no rate: {done.stdout}"
        raise RuntimeError(message)
    return float(found[1])


class Reservation(Aggregate):
    """One new aggregate a save: what `eventsourcing` is built for."""

    def __init__(self, facility: str, person: str) -> None:
        """Record the reservation as the aggregate's first event."""
        self.facility = facility
        self.person = person


def eventsourcing_per_second(url: str, count: int) -> float:
    """Saves of one new aggregate each, the best of one thread and of 16."""
    parts = urlsplit(url)
    application: Application[UUID] = Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.path.lstrip("/"),
            "POSTGRES_HOST": parts.hostname or "",
            "POSTGRES_PORT": str(parts.port),
            "POSTGRES_USER": parts.username or "",
            "POSTGRES_PASSWORD": unquote(parts.password or ""),
            "POSTGRES_POOL_SIZE": str(CLIENTS),
        }
    )
    best = 0.0
    for threads in (1, CLIENTS):
        with ThreadPoolExecutor(threads) as pool:
            started = time.perf_counter()
            saves = pool.map(
                lambda _: application.save(Reservation(facility=new_id(), person=new_id())),
                range(count),
            )
            done = sum(1 for _ in saves)
            best = max(best, done / (time.perf_counter() - started))
    application.close()
    return best


def measure(server: PostgresServer, commands: int) -> Rates:
    """Every rate, one after another, each in its own database."""

    def fresh(name: str) -> str:
        server.create_database(name)
        return server.url(name)

    def ours(waiting: int, *, contended: bool) -> float:
        url = fresh(f"ours_{waiting}_{contended}".lower())
        asyncio.run(ledger_database(url))
        return uvloop.run(commands_per_second(url, commands, waiting, contended=contended))

    return Rates(
        pgbench=pgbench_per_second(fresh("pgbench"), max(2, commands // 5_000)),
        waiting_64=ours(64, contended=False),
        own=ours(BATCHED, contended=False),
        contended=ours(BATCHED, contended=True),
        eventsourcing=eventsourcing_per_second(fresh("library"), max(50, commands // 50)),
    )


def run(*, smoke: bool) -> int:
    """Measure on a PostgreSQL of its own and print rates and ratios."""
    look_seldom()  # as every service does when it starts
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as another account where we are root
        server = start_postgres(Path(folder, "postgres"))
        try:
            rates = measure(server, 1_000 if smoke else 60_000)
        finally:
            server.stop()
    print(f"pgbench, single-row INSERT, {CLIENTS} clients: {rates.pgbench:,.0f}/s")
    print(f"eventsourcing, one new aggregate a save: {rates.eventsourcing:,.0f}/s")
    for name, rate in (
        ("64 waiting, each at its own facility", rates.waiting_64),
        (f"{BATCHED} waiting, each at its own facility", rates.own),
        (f"{BATCHED} waiting, all at one facility", rates.contended),
    ):
        print(
            f"{name}: {rate:,.0f} commands/s, {rate / rates.pgbench:.2f} x pgbench, "
            f"{rate / rates.eventsourcing:.1f} x eventsourcing"
        )
    print(f"contended / own: {rates.contended / rates.own:.2f}")
    return 0
