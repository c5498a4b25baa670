"""What intake's integration tests stand on: its real app on a real database of the test's own."""

from pathlib import Path

import pytest

from services.intake import tables
from shared.ledger.migrations import upgrade


@pytest.fixture
def migrated_database(database_url: str) -> str:
    """A database with intake's tables."""
    upgrade(Path(tables.__file__).parent / "migrations", database_url, "accord.example/intake/0")
    return database_url
