"""The fixtures that every kind of test may use: real servers, empty databases, fresh topics."""

import os
import uuid
from collections.abc import Iterator
from typing import Final

import coverage
import pytest
import structlog
from hypothesis import settings

from cli.servers.postgres import PostgresServer
from tests.support.databases import Databases, NewDatabase, Template
from tests.support.proof_vectors import which_vectors
from tests.support.servers import HOST_SOCKET, Kind, ServerHost, address, start_before_tests
from tests.support.witnesses import WitnessHost

NEEDS: Final[dict[str, Kind]] = {"postgres_server": "postgres", "kafka_bootstrap": "kafka"}
HOST: Final = pytest.StashKey[ServerHost]()


# A test says what is true, never how fast: examples have no deadline of their own.
settings.register_profile("accord", deadline=None)
settings.load_profile("accord")

# Drawn with every local variable of every frame, a logged exception takes some seconds.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):  # an xdist worker: the controller hosts
        return
    host = ServerHost()
    config.stash[HOST] = host
    os.environ[HOST_SOCKET] = host.socket


def pytest_report_header() -> str:
    return which_vectors()


@pytest.hookimpl(trylast=True)  # after pytest-randomly, whose order the others keep
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is given the most time goes first: begun last, it would keep one worker waiting."""
    items.sort(key=_time_given, reverse=True)


def _time_given(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    return marker.args[0] if marker else 0


def pytest_collection_finish(session: pytest.Session) -> None:
    if session.config.option.collectonly:
        return
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    start_before_tests([kind for fixture, kind in NEEDS.items() if fixture in wanted])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what a worker measured before it says that it is done: it is killed ten seconds later,
    and on a machine with other work that was sooner than it had written it at its end.
    """
    measured = coverage.Coverage.current()
    if measured is not None and hasattr(session.config, "workerinput"):
        measured.stop()
        measured.save()


def pytest_unconfigure(config: pytest.Config) -> None:
    if host := config.stash.get(HOST, None):
        host.stop()


@pytest.fixture(scope="session", autouse=True)
def children_are_not_measured() -> None:
    """What a test starts runs code that other tests run in this process: measured again, a service
    takes twice as long to start and half as long again for everything else.
    """
    for name in [name for name in os.environ if name.startswith("COVERAGE_PROCESS")]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def no_certificate_authorities(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test speaks to another machine. An HTTP client that loads the world's authorities first
    takes a hundred times as long to make, and a test of a service makes four.
    """
    os.environ.pop("SSL_CERT_FILE", None)
    os.environ["SSL_CERT_DIR"] = str(tmp_path_factory.mktemp("authorities"))


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """The PostgreSQL that the whole run shares."""
    return PostgresServer.at(address("postgres"))


@pytest.fixture(scope="session")
def databases(postgres_server: PostgresServer) -> Iterator[Databases]:
    """What this worker copies its tests' databases from."""
    made = Databases(postgres_server)
    yield made
    made.drop_templates()


@pytest.fixture
def new_database(databases: Databases) -> Iterator[NewDatabase]:
    """Makes fresh databases of this test's own, each a copy of a template."""
    made: list[str] = []

    def new(template: Template | None) -> str:
        made.append(databases.copy(template))
        return made[-1]

    yield new
    for url in made:
        databases.drop(url)


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """A fresh, empty database of this test's own."""
    return new_database(None)


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
