"""Placement's real app on a real database of each test's own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import msgspec
import pytest

from cli.keys.tokens import mint, new_keys
from services.placement import app as placement
from shared.ledger.postgres import PostgresStore
from shared.messaging.memory import MemoryBroker
from shared.service.settings import SealingSettings
from tests.integration.placement.agencies import Agencies, Intake
from tests.support.databases import NewDatabase, migrated
from tests.support.witnesses import WitnessHost

MIGRATIONS = Path(placement.__file__).parent / "migrations"
ORIGIN = "accord.example/placement/0"
MIGRATED = migrated(MIGRATIONS, ORIGIN)


@pytest.fixture
def migrated_database(new_database: NewDatabase) -> str:
    """A database with placement's tables."""
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
async def agencies(settings: SealingSettings, tmp_path: Path) -> AsyncIterator[Agencies]:
    """Everybody who uses placement over HTTP, and intake, which it follows."""
    broker = MemoryBroker()
    async with AsyncExitStack() as stack:
        store = await PostgresStore.connect(settings.database_url)
        stack.push_async_callback(store.close)
        followed = Intake(broker)
        url = await stack.enter_async_context(followed.neighbour.serving())
        app = placement.assemble(msgspec.structs.replace(settings, intake_url=url), broker)
        await stack.enter_async_context(app.router.lifespan_context(app))
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://placement.example"
        )
        await stack.enter_async_context(client)

        def token(party: str, office: str, subject: str) -> str:
            return mint(tmp_path, party=party, office=office, subject=subject)

        yield Agencies(client, token, followed, store)
