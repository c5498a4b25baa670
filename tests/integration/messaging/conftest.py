"""A log in a real database of each test's own."""

import pytest

from tests.support.databases import LEDGER, NewDatabase


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """A fresh database with an empty log."""
    return new_database(LEDGER)
