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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

import asyncpg
import uvloop
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from bench.decider import TAKE_PLACE, TakePlace, project
from cli.local.servers import obtain_postgres
from cli.servers.postgres_programs import wheel_binary
from shared.kernel.ids import CustodyId, FacilityId, PersonId
from shared.ledger.machine import SystemClock, new_id
from shared.ledger.postgres import PostgresStore
from shared.ledger.recorded import Idempotency
from shared.ledger.runner import CommandRunner
from shared.telemetry.garbage import look_seldom
from tests.support.ledgers import ledger_database, provenance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cli.servers.postgres import PostgresServer
    from shared.ledger.recorded import Provenance

CLIENTS = 16
BATCHED = 512


@dataclass(frozen=True)
class Rates:
    """Commands a second, of one round."""

    pgbench: float
    library: float
    waiting_64: float
    own: float
    contended: float


async def commands_per_second(url: str, count: int, waiting: int, *, contended: bool) -> float:
    """Run `count` commands with `waiting` of them in flight, all at one facility or each at its
    own.

    What is asked is made before the clock starts: it is the load, as pgbench's script is, and not
    what the ledger does with it.
    """
    store = await PostgresStore.connect(url)
    runner = CommandRunner(store, SystemClock(), project)
    await runner.start()
    commands = iter([_asked(number, contended=contended) for number in range(count)])

    async def client() -> None:
        for command, origin, key in commands:
            await runner.run(TAKE_PLACE, command, origin, key)

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(waiting)))
    elapsed = time.perf_counter() - started
    await runner.stop()
    await store.close()
    return count / elapsed


def _asked(number: int, *, contended: bool) -> tuple[TakePlace, Provenance, Idempotency]:
    facility = FacilityId("one" if contended else new_id())
    command = TakePlace(facility, CustodyId(new_id()), PersonId(new_id()))
    return command, provenance(), Idempotency(os.urandom(32), number.to_bytes(32, "big"))


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
    rate = re.search(r"tps = ([0-9.]+)", done.stdout)
    if rate is None:
        message = f"pgbench printed no rate: {done.stdout}"
        raise RuntimeError(message)
    return float(rate[1])


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
            named = [(new_id(), new_id()) for _ in range(count)]
            started = time.perf_counter()
            saves = pool.map(
                lambda ids: application.save(Reservation(facility=ids[0], person=ids[1])), named
            )
            done = sum(1 for _ in saves)
            best = max(best, done / (time.perf_counter() - started))
    application.close()
    return best


@contextmanager
def measured_server() -> Iterator[PostgresServer]:
    """The PostgreSQL that was named, or one of its own for as long as this lasts."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as another account where we are root
        server = obtain_postgres(Path(folder, "postgres"))
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def fresh_database(server: PostgresServer) -> Iterator[str]:
    """An empty database of its own, which is gone afterwards: nobody tidies it up beside others."""
    name = f"bench_{uuid4().hex}"
    server.create_database(name)
    yield server.url(name)
    server.drop_database(name)


def measure(server: PostgresServer, commands: int) -> Rates:
    """The rates of one round, one after another."""

    def ours(waiting: int, *, contended: bool) -> float:
        with fresh_database(server) as url:
            asyncio.run(ledger_database(url))
            look_seldom()  # as every service does when it starts; nothing is left of the one before
            return uvloop.run(commands_per_second(url, commands, waiting, contended=contended))

    with fresh_database(server) as url:
        pgbench = pgbench_per_second(url, max(2, commands // 6_000))
    with fresh_database(server) as url:
        library = eventsourcing_per_second(url, max(50, commands // 80))
    return Rates(
        pgbench,
        library,
        waiting_64=ours(64, contended=False),
        own=ours(BATCHED, contended=False),
        contended=ours(BATCHED, contended=True),
    )


def run(*, smoke: bool) -> int:
    """Measure on one PostgreSQL and print rates and ratios.

    Every round measures everything, so that a machine that is slow for a while is slow for all; a
    ratio is the median of the rounds' own ratios.
    """
    commands, rounds = (1_000, 1) if smoke else (24_000, 9)
    with measured_server() as server:
        measured = [measure(server, commands) for _ in range(rounds)]
    _report(measured)
    return 0


def _report(measured: Sequence[Rates]) -> None:
    pgbench, library = (
        [rates.pgbench for rates in measured],
        [rates.library for rates in measured],
    )
    print(f"pgbench, single-row INSERT, {CLIENTS} clients: {_spread(pgbench)}/s")
    print(f"eventsourcing, one new aggregate a save: {_spread(library)}/s")
    for name, ours in (
        ("64 waiting, each at its own facility", [rates.waiting_64 for rates in measured]),
        (f"{BATCHED} waiting, each at its own facility", [rates.own for rates in measured]),
        (f"{BATCHED} waiting, all at one facility", [rates.contended for rates in measured]),
    ):
        print(
            f"{name}: {_spread(ours)} commands/s, {_ratios(ours, pgbench)} x pgbench, "
            f"{_ratios(ours, library)} x eventsourcing"
        )
    contended, own = ([rates.contended for rates in measured], [rates.own for rates in measured])
    print(f"contended / own: {_ratios(contended, own)}")


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def _ratios(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """The median of the rounds' ratios, and the lowest and highest."""
    ratios = [own / other for own, other in zip(ours, theirs, strict=True)]
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
