"""The fixtures that every kind of test may use: real servers, empty databases, fresh topics."""

import os
import uuid
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import settings

from cli.servers.postgres import PostgresServer
from tests.support.proof_vectors import which_vectors
from tests.support.servers import HOST_SOCKET, Kind, ServerHost, address, start_before_tests
from tests.support.witnesses import WitnessHost

NEEDS: Final[dict[str, Kind]] = {"postgres_server": "postgres", "kafka_bootstrap": "kafka"}
HOST: Final = pytest.StashKey[ServerHost]()


# A test says what is true, never how fast: examples have no deadline of their own.
settings.register_profile("accord", deadline=None)
settings.load_profile("accord")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):  # an xdist worker: the controller hosts
        return
    host = ServerHost()
    config.stash[HOST] = host
    os.environ[HOST_SOCKET] = host.socket


def pytest_report_header() -> str:
    return which_vectors()


def pytest_collection_finish(session: pytest.Session) -> None:
    if session.config.option.collectonly:
        return
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    start_before_tests([kind for fixture, kind in NEEDS.items() if fixture in wanted])


def pytest_unconfigure(config: pytest.Config) -> None:
    if host := config.stash.get(HOST, None):
        host.stop()


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """The PostgreSQL that the whole run shares."""
    return PostgresServer.at(address("postgres"))


@pytest.fixture
def database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh, empty database of this test's own."""
    name = f"test_{uuid.uuid4().hex}"
    postgres_server.create_database(name)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def kafka_bootstrap() -> str:
    """The address of the Kafka that the whole run shares."""
    return address("kafka")


@pytest.fixture
def topic_prefix() -> str:
    """A beginning of topic names that no other test uses."""
    return f"test-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def witness_host() -> Iterator[WitnessHost]:
    """Where the witnesses of this worker's tests answer."""
    host = WitnessHost()
    yield host
    host.stop()
