"""The main job on real processes: it ends equal, also when every service is killed on the way."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import asyncpg
import pytest

from cli.demo.command import play
from cli.local.stack import LocalStack
from cli.stack.readiness import answers_well

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.demo.replay import Verdict
    from cli.demo.stage import Story
    from cli.stack.postgres import PostgresServer

SERVICES = ("intake", "placement", "billing")
ROUNDS = 2
STOPPED = {
    ("person 01", "G7"),
    ("person 02", "G6"),
    ("person 03", "G3"),
    ("person 05", "G3"),
}
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def stack(
    postgres_server: PostgresServer, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalStack]:
    """The services as real processes, on the servers that the whole run shares."""
    monkeypatch.setenv("DATABASE_URL", postgres_server.url("postgres"))
    monkeypatch.setenv("KAFKA_BOOTSTRAP", kafka_bootstrap)
    with LocalStack(None, ports="free", say=lambda _: None) as running:
        yield running


def as_it_should_be(story: Story, verdict: Verdict) -> None:
    """The one result of the demo, whatever happened on the way."""
    assert {(one.who, one.rule) for one in story.refused} == STOPPED
    assert len(story.departed) == 38
    assert story.nights_attested == 1_128
    assert story.occupancy["in_custody"] == 37
    assert story.invoice["status"] == "certified"
    assert story.invoice["earned"] == {"amount": "61808.22", "currency": "USD"}
    assert story.invoice["due"] == {"amount": "0.00", "currency": "USD"}
    assert sum(line["nights"] for line in story.invoice["lines"]) == 1_128
    assert verdict.difference is None
    assert verdict.equal


async def test_the_main_job_ends_in_a_certified_invoice_and_an_equal_replay(
    stack: LocalStack,
) -> None:
    stage, verdict = await play(stack, lambda _: None)
    as_it_should_be(stage.story, verdict)
    assert stage.ask.asked_again == 0


async def test_kill_9_on_every_service_and_relay_on_the_way_ends_in_the_same_result(
    stack: LocalStack,
) -> None:
    killed: list[str] = []
    killer = asyncio.create_task(_kill_one_after_another(stack, killed))
    try:
        stage, verdict = await play(stack, lambda _: None)
    finally:
        killer.cancel()
        await asyncio.gather(killer, return_exceptions=True)
    as_it_should_be(stage.story, verdict)
    assert {*SERVICES, "relay of intake"} <= set(killed)
    assert all(stack.restarts(service) > 0 for service in SERVICES)


async def _kill_one_after_another(stack: LocalStack, killed: list[str]) -> None:
    for service in SERVICES * ROUNDS:
        await asyncio.sleep(1)
        ready = f"{stack.urls[service]}/readyz"
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
