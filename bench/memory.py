"""How much memory each service keeps when its log, and the topic that it follows, are long.

Fills intake's log with registrations, lets the relay publish and the others follow all of it, and
reads the resident memory of the three processes before and after.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx
import uvloop

from bench.http import resident_mib
from cli.local.stack import LocalStack
from cli.servers.readiness import answers_well
from services.intake.domain.person import REGISTER_PERSON, RegisterPerson
from services.intake.projections import project
from shared.kernel.actor import Actor
from shared.kernel.ids import PersonId
from shared.ledger.machine import SystemClock, new_id
from shared.ledger.postgres import PostgresStore
from shared.ledger.recorded import Provenance
from shared.ledger.runner import CommandRunner

if TYPE_CHECKING:
    from collections.abc import Iterator

WAITING = 512
ACTOR = Actor("USA", "intake-agency", "bench")
PATIENCE_SECONDS = 900


async def fill(url: str, count: int) -> float:
    """Append `count` registrations beside the running service; gives entries a second."""
    store = await PostgresStore.connect(url)
    clock = SystemClock()
    runner = CommandRunner(store, clock, project)
    await runner.start()
    numbers = iter(range(count))
    started = time.perf_counter()
    await asyncio.gather(*(_client(runner, clock, numbers) for _ in range(WAITING)))
    elapsed = time.perf_counter() - started
    await runner.stop()
    await store.close()
    return count / elapsed


async def _client(runner: CommandRunner, clock: SystemClock, numbers: Iterator[int]) -> None:
    for number in numbers:
        command = RegisterPerson(
            person=PersonId(new_id()), commitment=f"{number:064x}", actor=ACTOR
        )
        provenance = Provenance(actor=ACTOR, time=clock.now(), correlation=command.person)
        await runner.run(REGISTER_PERSON, command, provenance)


def lag(url: str) -> float:
    """The largest lag, in entries, of a service's relay and followers."""
    lines = httpx.get(f"{url}/metrics", timeout=30).text.splitlines()
    values = [float(line.rsplit(" ", 1)[1]) for line in lines if "lag_entries{" in line]
    return max(values)


def await_everybody(stack: LocalStack, count: int) -> None:
    """Wait until the relay has published and the others have followed all of it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        size = httpx.get(f"{stack.urls['intake']}/v1/log", timeout=30).json()["size"]
        if size >= count and all(lag(url) == 0 for url in stack.urls.values()):
            return
        time.sleep(1)
    raise SystemExit("the followers did not catch up")


def run(*, smoke: bool) -> int:
    """Measure and print; 1 when a service is not ready in the end."""
    count = 4_000 if smoke else 1_000_000
    with LocalStack(None, ports="free", say=lambda _: None) as stack:
        before = {name: resident_mib(stack.pid(name)) for name in stack.urls}
        rate = uvloop.run(fill(stack.database_url("intake"), count))
        await_everybody(stack, count)
        for name, url in stack.urls.items():
            after = resident_mib(stack.pid(name))
            is_ready = answers_well(f"{url}/status")
            print(
                f"{name}: {before[name]:.0f} MiB at start, {after:.0f} MiB after {count:,} entries"
                f" in intake's log{'' if is_ready else ', NOT READY'}"
            )
        print(f"filled at {rate:,.0f} entries/s beside the running services")
        return 0 if all(answers_well(f"{url}/status") for url in stack.urls.values()) else 1
