"""How many durable persons and cases a second one intake process takes over HTTP, tokens checked,
beside its load. Who is registered is sealed in the vault and looked for in its index (G9).

The service is the real one: its own process, its database with fsync on, its relay publishing to
Kafka.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import uvloop

from bench.wire import CREATED, Load, load, post
from cli.agreement.sign import read_terms, signature
from cli.demo.offices import SV_AUTHORITY, US_AUTHORITY, US_INTAKE
from cli.keys.tokens import agreement_key, mint
from cli.local.addresses import choose_ports
from cli.local.databases import Databases
from cli.local.folder import StackFolder
from cli.local.programs import environment, own_settings, separate, urls
from cli.servers.kafka import start_kafka
from cli.servers.postgres import start_postgres
from cli.servers.supervisor import Supervisor
from shared.ledger.machine import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECTIONS = 64
AGREEMENT = "usa-slv-2025"
WITHIN_THE_TERM = "2025-03-17T12:00:00Z"
"""When cases are proposed: on a day of the agreement that benchmarks use."""
TERMS = Path(__file__).parents[1] / "agreements" / f"{AGREEMENT}.yaml"
WARM_UP = 500
READY_SECONDS = 60


@dataclass(frozen=True)
class Intake:
    """A running intake: its port, its keys and its process."""

    port: int
    keys: Path
    pid: int

    def token(self, office: tuple[str, str, str]) -> str:
        """A token of an office."""
        party, name, subject = office
        return mint(self.keys, party=party, office=name, subject=subject)

    def request(self, office: tuple[str, str, str], path: str, body: bytes) -> bytes:
        """A POST in the name of an office, under a key of its own."""
        return post(f"127.0.0.1:{self.port}", path, self.token(office), new_id(), body)


def running_intake(until: ExitStack, fill: Callable[[str], None] | None = None) -> Intake:
    """Start PostgreSQL, Kafka and intake alone; all of it stops when `until` is left.

    `fill` is given the address of intake's database, as its owner's, before intake starts.
    """
    root = Path(until.enter_context(tempfile.TemporaryDirectory()))
    folder = StackFolder(root / "stack")
    folder.prepare()
    root.chmod(0o711)
    server = start_postgres(folder.root / "postgres")
    until.callback(server.stop)
    kafka = start_kafka(folder.root / "kafka")
    until.callback(kafka.stop)
    ports = choose_ports("free")
    own = {"intake": ports["intake"]}
    databases = Databases(server, own)
    databases.prepare()
    if fill is not None:
        fill(server.url("intake"))
    folder.log_keys.write_policy(urls(ports))
    env = environment(folder, ports, kafka.bootstrap, "bench")
    owned = {"intake": own_settings("intake", ports, folder, databases)}
    supervisor = Supervisor(separate(own, env, owned), folder.logs, say=lambda _: None)
    until.enter_context(supervisor)
    supervisor.wait_ready(READY_SECONDS)
    return Intake(ports["intake"], folder.keys, supervisor.pid("intake"))


async def prepare(intake: Intake, persons: int) -> list[str]:
    """Sign the agreement and register persons, however busy intake is; gives their ids."""
    yaml = intake.request(US_AUTHORITY, "/v1/agreements", TERMS.read_bytes())
    yaml = yaml.replace(b"application/json", b"application/yaml", 1)
    await load(intake.port, iter([yaml]), 1, again=True)
    document = read_terms(TERMS)
    path = f"/v1/agreements/{AGREEMENT}/signatures"
    signatures = [
        intake.request(
            signatory,
            path,
            msgspec.json.encode(
                {
                    "version": 1,
                    "signature": signature(document, agreement_key(intake.keys, signatory[0])),
                }
            ),
        )
        for signatory in (US_AUTHORITY, SV_AUTHORITY)
    ]
    await load(intake.port, iter(signatures), 1, again=True)
    return ids_of(await register(intake, range(persons)))


async def register(intake: Intake, numbers: range) -> Load:
    """Register a person of each number."""
    token, host = intake.token(US_INTAKE), f"127.0.0.1:{intake.port}"
    body = b'{"name":"Synthetic Person %d","birth_date":"1990-01-02","sex":"male"}'
    requests = (post(host, "/v1/persons", token, new_id(), body % number) for number in numbers)
    return await load(intake.port, requests, CONNECTIONS, again=True)


def ids_of(registered: Load) -> list[str]:
    """The pseudonyms of those who were registered."""
    return [msgspec.json.decode(answer)["person"] for answer in registered.bodies]


async def propose(intake: Intake, persons: list[str]) -> Load:
    """One case for each person."""
    token, host = intake.token(US_INTAKE), f"127.0.0.1:{intake.port}"
    bodies = (
        msgspec.json.encode(
            {
                "person": person,
                "agreement": AGREEMENT,
                "kind": "third-country",
                "proposed_at": WITHIN_THE_TERM,
            }
        )
        for person in persons
    )
    requests = (post(host, "/v1/cases", token, new_id(), body) for body in bodies)
    return await load(intake.port, requests, CONNECTIONS, again=True)


def resident_mib(pid: int) -> float:
    """The resident memory of a process, in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def measure(intake: Intake, cases: int) -> tuple[Load, Load]:
    """Warm up, then measure as many persons as cases, one after the other."""
    await propose(intake, await prepare(intake, WARM_UP))
    persons = await register(intake, range(WARM_UP, WARM_UP + cases))
    return persons, await propose(intake, ids_of(persons))


def run(*, smoke: bool) -> int:
    """Measure and print; 1 if any person or case was not recorded."""
    cases = 500 if smoke else 20_000
    with ExitStack() as until:
        intake = running_intake(until)
        loads = uvloop.run(measure(intake, cases))
        recorded = [
            _told(name, load) for name, load in zip(("persons", "cases"), loads, strict=True)
        ]
        persons, proposed = loads
        print(
            f"a person costs what {proposed.rate / persons.rate:.2f} cases cost: "
            f"{persons.rate / proposed.rate:.2f} times as many a second; "
            f"{resident_mib(intake.pid):.0f} MiB resident"
        )
    return 0 if recorded == [cases, cases] else 1


def _told(name: str, done: Load) -> int:
    """Say how fast it went; gives how many were recorded."""
    recorded = done.statuses.get(CREATED, 0)
    print(
        f"POST /v1/{name}, {CONNECTIONS} connections: {done.rate:,.0f} durable {name}/s, "
        f"p50 {done.percentile(0.5):.1f} ms, p99 {done.percentile(0.99):.1f} ms, "
        f"{recorded:,} recorded"
    )
    return recorded
