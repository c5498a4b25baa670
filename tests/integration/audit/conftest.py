"""An audit node's mirror and witness on a real database of each test's own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from cli.keys.tokens import new_keys
from services.audit import tables
from tests.integration.audit.faults import LossyBroker
from tests.integration.audit.network import NodeClient, World
from tests.integration.audit.node import Node
from tests.support.databases import NewDatabase, migrated

MIGRATED = migrated(Path(tables.__file__).parent / "migrations", "accord.example/audit/0")


@pytest.fixture
def migrated_database(new_database: NewDatabase) -> str:
    """A database with an audit node's tables."""
    return new_database(MIGRATED)


@pytest.fixture
async def node(migrated_database: str) -> AsyncIterator[Node]:
    """A node that mirrors one log, which is empty and in order; it runs when the test says so."""
    async with AsyncExitStack() as stack:
        yield await Node.open(migrated_database, stack, broker=LossyBroker())


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three empty logs, and a network to reach them."""
    return World(tmp_path)


@pytest.fixture
async def usa(world: World, migrated_database: str, tmp_path: Path) -> AsyncIterator[NodeClient]:
    """One government's node, running."""
    jwks = new_keys(tmp_path, ["USA", "SLV", "VEN", "XX"])
    async with world.node(world.settings("USA", migrated_database, jwks)) as running:
        yield running
