"""The stores that make the same promises: in memory and in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.ledger import long_folds, pages, snapshots
from shared.ledger.memory import MemoryStore
from shared.ledger.postgres import PostgresStore
from tests.support.databases import LEDGER, NewDatabase
from tests.support.ledgers import ORIGIN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from shared.ledger.store import Store


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """A fresh database with an empty log."""
    return new_database(LEDGER)


@pytest.fixture(params=["memory", "postgres"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield MemoryStore(ORIGIN)
        return
    url = request.getfixturevalue("database_url")
    opened = await PostgresStore.connect(url)
    yield opened
    await opened.close()


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten entries a page, each of which is saved."""
    monkeypatch.setattr(pages, "PAGE", 10)
    monkeypatch.setattr(long_folds, "EVERY", 10)
    monkeypatch.setattr(snapshots, "EVERY", 10)
