"""Billing's real app on a real database of each test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cli.keys.tokens import new_keys
from services.billing import tables
from shared.service.settings import SealingSettings
from tests.integration.billing.neighbours import Neighbours, Treasuries
from tests.integration.billing.serving import around, served
from tests.support.databases import NewDatabase, migrated
from tests.support.witnesses import WitnessHost

MIGRATIONS = Path(tables.__file__).parent / "migrations"
ORIGIN = "accord.example/billing/0"
MIGRATED = migrated(MIGRATIONS, ORIGIN)


@pytest.fixture
def migrated_database(new_database: NewDatabase) -> str:
    """A database with billing's tables."""
    return new_database(MIGRATED)


@pytest.fixture
def settings(migrated_database: str, tmp_path: Path, witness_host: WitnessHost) -> SealingSettings:
    """Settings on that database, with keys of three states and of independent offices, and two
    witnesses.
    """
    keys = new_keys(tmp_path, ["USA", "SLV", "VEN", "XX"])
    log_key, policy = witness_host.world(ORIGIN).write(tmp_path)
    return SealingSettings(
        database_url=migrated_database,
        kafka_bootstrap="unused:1",
        jwks=keys,
        log_key=log_key,
        policy=policy,
    )


@pytest.fixture
async def running(
    settings: SealingSettings, tmp_path: Path
) -> AsyncIterator[tuple[Treasuries, Neighbours]]:
    """The service with those who use it, and with the two services that it follows."""
    async with (
        around(settings) as (followed, neighbours, broker),
        served(followed, broker, tmp_path) as treasuries,
    ):
        yield treasuries, neighbours


@pytest.fixture
def treasuries(running: tuple[Treasuries, Neighbours]) -> Treasuries:
    """Those who use billing over HTTP."""
    return running[0]


@pytest.fixture
def neighbours(running: tuple[Treasuries, Neighbours]) -> Neighbours:
    """Intake and placement, whose logs billing follows."""
    return running[1]
