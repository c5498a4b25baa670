"""The stack as demo and tests use it, on servers that were named: it keeps going and cleans up."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import asyncpg
import httpx
import pytest

from cli.local.stack import LocalStack
from cli.output import CouldNot
from cli.servers.postgres import PostgresServer
from tests.support.processes import eventually, is_running

PATIENCE: Final = 240.0
ROLES: Final = "SELECT rolname FROM pg_roles WHERE rolname LIKE $1"
DATABASES: Final = "SELECT datname FROM pg_database WHERE datname LIKE $1"

pytestmark = pytest.mark.timeout(PATIENCE * 2)


@pytest.fixture
def stack(
    postgres_server: PostgresServer, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalStack]:
    monkeypatch.setenv("DATABASE_URL", postgres_server.url("postgres"))
    monkeypatch.setenv("KAFKA_BOOTSTRAP", kafka_bootstrap)
    with LocalStack(None, ports="free", say=quiet) as running:
        yield running


def quiet(_text: str) -> None:
    """Say nothing."""


def is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/status", timeout=30).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


async def test_a_stack_on_servers_that_it_was_named_keeps_going_and_leaves_nothing(
    stack: LocalStack, postgres_server: PostgresServer
) -> None:
    a_service_killed_at_any_moment_comes_back(stack)
    await a_service_cannot_change_an_entry_and_reads_its_own_database(stack)
    await stopped_it_leaves_nothing(stack, postgres_server)


def a_service_killed_at_any_moment_comes_back(stack: LocalStack) -> None:
    killed, url = stack.pid("placement"), stack.urls["placement"]
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: stack.restarts("placement") == 1, PATIENCE)
    assert eventually(lambda: is_ready(url), PATIENCE)
    assert stack.pid("placement") != killed
    assert (stack.restarts("intake"), stack.restarts("billing")) == (0, 0)
    header = {"Authorization": f"Bearer {stack.token('SLV', 'facility-registry', 'registry-1')}"}
    assert httpx.get(f"{url}/v1/exceptions", headers=header, timeout=30).is_success


async def a_service_cannot_change_an_entry_and_reads_its_own_database(stack: LocalStack) -> None:
    connection = await asyncpg.connect(stack.database_url("billing"))
    try:
        assert (
            await connection.fetchval("SELECT origin FROM log_head") == "accord.example/billing/0"
        )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM entries")
    finally:
        await connection.close()


async def stopped_it_leaves_nothing(stack: LocalStack, postgres_server: PostgresServer) -> None:
    mark, folder = f"accord\\_{stack.folder.name}\\_%", stack.folder.root
    pids = [stack.pid(service) for service in stack.urls]
    connection = await asyncpg.connect(postgres_server.url("postgres"))
    try:
        for question in (ROLES, DATABASES):
            assert len(await connection.fetch(question, mark)) == len(pids)
        stack.stop()
        for question in (ROLES, DATABASES):
            assert await connection.fetch(question, mark) == []
    finally:
        await connection.close()
    assert not folder.exists()
    assert not any(map(is_running, pids))


@pytest.mark.parametrize(
    "ask",
    [
        lambda stack: stack.folder,
        lambda stack: stack.pid("intake"),
        lambda stack: stack.database_url("intake"),
    ],
    ids=["folder", "pid", "database_url"],
)
def test_a_stack_that_was_not_started_says_so(
    ask: Callable[[LocalStack], object], tmp_path: Path
) -> None:
    with pytest.raises(CouldNot, match="has not been started"):
        ask(LocalStack(tmp_path))
