"""A log and its tree in a real database, and both witnesses over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.databases import LEDGER, NewDatabase
from tests.support.ledgers import ORIGIN
from tests.support.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.support.witnesses import WitnessHost


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """A fresh database with an empty log."""
    return new_database(LEDGER)


@pytest.fixture
async def workbench(database_url: str, witness_host: WitnessHost) -> AsyncIterator[Workbench]:
    """An empty log, to be sealed."""
    async with Workbench(database_url, witness_host.world(ORIGIN)) as opened:
        yield opened
