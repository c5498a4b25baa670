"""The sample service behind a real server on a real socket."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from cli.keys.tokens import new_keys
from tests.unit.web.sample import START, Service

PATIENCE = 60.0


@dataclass(frozen=True)
class Served:
    """A service that answers at a port of this machine."""

    service: Service
    port: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sample service, served as a deployment serves it: uvloop and httptools."""
    keys: Path = tmp_path_factory.mktemp("keys")
    new_keys(keys, ["USA", "SLV", "XX"], now=START)
    service = Service(keys)
    config = uvicorn.Config(
        service.app, port=0, loop="uvloop", http="httptools", lifespan="on", log_config=None,
        access_log=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    yield Served(service, server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    thread.join(PATIENCE)
    assert not thread.is_alive()
