"""The sample service, started, with a client that holds a good token."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from cli.keys.tokens import new_keys
from tests.unit.web.sample import START, Service


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys for two states and the independent offices."""
    folder = tmp_path_factory.mktemp("keys")
    new_keys(folder, ["USA", "SLV", "XX"], now=START)
    return folder


@pytest.fixture
async def service(keys: Path) -> AsyncIterator[Service]:
    """The sample service."""
    sample = Service(keys)
    async with sample.running():
        yield sample


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an intake agency of the sending state."""
    async with service.client() as client:
        yield client
