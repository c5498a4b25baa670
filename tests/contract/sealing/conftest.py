"""The trees that make the same promises: in memory and in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.ledger.memory import MemoryStore
from shared.ledger.postgres import PostgresStore
from shared.sealing.memory import MemoryTree
from shared.sealing.postgres import PostgresTree
from tests.support.databases import LEDGER, NewDatabase
from tests.support.ledgers import ORIGIN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from shared.ledger.store import Store
    from shared.sealing.store import TreeStore


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """A fresh database with an empty log."""
    return new_database(LEDGER)


@pytest.fixture(params=["memory", "postgres"])
async def stored(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Store, TreeStore]]:
    """A log and its tree, both empty."""
    if request.param == "memory":
        log = MemoryStore(ORIGIN)
        yield log, MemoryTree(log)
        return
    url = request.getfixturevalue("database_url")
    opened, tree = await PostgresStore.connect(url), PostgresTree(url)
    await tree.open()
    yield opened, tree
    await tree.close()
    await opened.close()
