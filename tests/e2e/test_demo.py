"""The main job on real processes: it ends equal, also when every service is killed on the way."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from typer.testing import CliRunner

from cli.demo.command import play
from cli.demo.proof import Proof, prove
from cli.demo.render import End, document
from cli.local.addresses import NODES, SERVICES, origin_of
from cli.local.stack import LocalStack
from cli.main import app
from cli.servers.readiness import answers_well

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cli.demo.claims import Claims
    from cli.servers.postgres import PostgresServer

ROUNDS = 2
STOPPED = {
    ("person 01", "G7"),
    ("person 02", "G6"),
    ("person 03", "G3"),
    ("person 05", "G3"),
}
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def shared_servers(
    postgres_server: PostgresServer, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    """The servers that the whole run shares are named in the environment."""
    monkeypatch.setenv("DATABASE_URL", postgres_server.url("postgres"))
    monkeypatch.setenv("KAFKA_BOOTSTRAP", kafka_bootstrap)
    return monkeypatch


@pytest.fixture
def stack(request: pytest.FixtureRequest) -> Iterator[LocalStack]:
    """The services as real processes."""
    request.getfixturevalue("shared_servers")
    with LocalStack(None, ports="free", say=lambda _: None) as running:
        yield running


def as_it_should_be(told: dict[str, Any]) -> None:
    """The one result of the demo, whatever happened on the way."""
    assert {(finding["who"], finding["rule"]) for finding in told["refused"]} == STOPPED
    assert (told["proposed"], told["departed"]) == (43, 38)
    assert told["person_nights_attested"] == 1_128
    assert told["custody"]["in_custody"] == 37
    invoice = told["invoice"]
    assert invoice["status"] == "settled"
    assert invoice["earned"] == {"amount": "61808.22", "currency": "USD"}
    assert invoice["due"] == {"amount": "0.00", "currency": "USD"}
    assert sum(line["quantity"] for line in invoice["lines"]) == 1_128
    both_governments_prove_it(told)


def both_governments_prove_it(told: dict[str, Any]) -> None:
    """Everything is final, and each node verifies it, replays it, and names what was changed."""
    proof = told["audit"]
    assert proof["good"], proof
    assert proof["final"].keys() == {origin_of(name) for name in SERVICES}
    for node, party in zip(proof["nodes"], ("USA", "SLV"), strict=True):
        assert node["party"] == party
        compared = node["comparison"]
        assert (compared["equal"], compared["difference"]) == (True, None)
        assert (compared["custodies"], compared["lines"]) == (40, 38)
        assert compared["entries"] == proof["final"]
        assert node["entries"] == sum(proof["final"].values())
        assert (node["verified"], node["replayed"], node["exported"]) == (True, True, True)
        assert ([*node["trouble"]], node["named"]) == ([], proof["flipped"])


@pytest.mark.usefixtures("shared_servers")
def test_accord_demo_ends_in_a_certified_invoice_and_two_equal_replays() -> None:
    done = CliRunner().invoke(app, ["demo", "--json"])
    assert (done.exit_code, done.exception) == (0, None), done.output
    told = json.loads(done.stdout)
    as_it_should_be(told)
    assert told["broker"] == os.environ["KAFKA_BOOTSTRAP"]


def test_accord_demo_without_java_says_so_and_shows_the_same_result(
    shared_servers: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shared_servers.delenv("KAFKA_BOOTSTRAP")
    shared_servers.delenv("JAVA_HOME", raising=False)
    shared_servers.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(app, ["demo"], terminal_width=200)
    assert (done.exit_code, done.exception) == (0, None), done.output
    assert "there is no `java`: install it" in done.stderr
    assert all(rule in done.stdout for _, rule in STOPPED)
    shown = re.sub(r"[^\w,.:()]+", " ", done.stdout)
    assert "person nights attested 1,128" in shown
    assert "2025 04, settled" in shown
    assert "earned USD 61,808.22" in shown
    for party in ("USA", "SLV"):
        assert f"replay by {party}: equal (40 custodies and 38 invoice lines" in shown
    assert "audit: good (final, cosigned by both governments" in shown


async def test_kill_9_on_every_service_and_relay_on_the_way_ends_in_the_same_result(
    stack: LocalStack,
) -> None:
    killed: list[str] = []
    killer = asyncio.create_task(_kill_one_after_another(stack, killed))
    try:
        story, claims = await play(stack, lambda _: None)
    finally:
        killer.cancel()
        await asyncio.gather(killer, return_exceptions=True)
    end = End(story, await proved(stack, claims))
    as_it_should_be(document(end, "kafka"))
    assert {*SERVICES, "relay of intake"} <= set(killed)
    assert all(stack.restarts(service) > 0 for service in SERVICES)


async def test_kill_9_on_either_audit_node_on_the_way_leaves_no_entry_unfinal(
    stack: LocalStack,
) -> None:
    killer = asyncio.create_task(_kill_nodes_in_turn(stack))
    try:
        story, claims = await play(stack, lambda _: None)
    finally:
        killer.cancel()
        await asyncio.gather(killer, return_exceptions=True)
    end = End(story, await proved(stack, claims))
    both_governments_prove_it(document(end, "kafka"))
    assert all(stack.restarts(node) > 0 for node in NODES)


async def proved(stack: LocalStack, claims: Claims) -> Proof:
    """What both nodes prove, once all programs that were killed are there again."""
    for url in stack.urls.values():
        while not await asyncio.to_thread(answers_well, f"{url}/status"):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)
    return await prove(stack, claims, lambda _: None)


async def _kill_nodes_in_turn(stack: LocalStack) -> None:
    """Each time one is ready again, the other one is killed; while one is away nothing is final."""
    for node in (*NODES,) * ROUNDS:
        ready = f"{stack.urls[node]}/status"
        while not await asyncio.to_thread(answers_well, ready):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)
        os.kill(stack.pid(node), signal.SIGKILL)
        await asyncio.sleep(2)


async def _kill_one_after_another(stack: LocalStack, killed: list[str]) -> None:
    for service in SERVICES * ROUNDS:
        await asyncio.sleep(1)
        ready = f"{stack.urls[service]}/status"
        while not await asyncio.to_thread(answers_well, ready):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)
        killed.append(f"relay of {service}")
        await _take_the_locks_from(stack.database_url(service))
        await asyncio.sleep(1)
        os.kill(stack.pid(service), signal.SIGKILL)
        killed.append(service)


async def _take_the_locks_from(url: str) -> None:
    """End the connections that hold a relay's or a follower's lock: the task stops where it is."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    finally:
        await connection.close()
