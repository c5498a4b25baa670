"""Intake's real app on a real database of each test's own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import msgspec
import pytest

from cli.keys.tokens import new_keys
from services.intake import app as intake
from services.intake import tables
from services.intake.settings import IntakeSettings
from services.intake.vault_keys import new_file
from shared.ledger.postgres import PostgresStore
from shared.messaging.memory import MemoryBroker
from tests.integration.intake.agencies import Agencies
from tests.integration.intake.travel import Travel
from tests.support.databases import NewDatabase, migrated
from tests.support.neighbour import Neighbour
from tests.support.witnesses import WitnessHost

MIGRATIONS = Path(tables.__file__).parent / "migrations"
ORIGIN = "accord.example/intake/0"
MIGRATED = migrated(MIGRATIONS, ORIGIN)


@pytest.fixture
def migrated_database(new_database: NewDatabase) -> str:
    """A database with intake's tables."""
    return new_database(MIGRATED)


@pytest.fixture
def settings(migrated_database: str, tmp_path: Path, witness_host: WitnessHost) -> IntakeSettings:
    """Settings on that database, with keys of states and of independent offices, two witnesses."""
    vault_key = tmp_path / "vault.key"
    vault_key.write_text(new_file())
    keys = new_keys(tmp_path, ["USA", "SLV", "VEN", "GBR", "RWA", "XX"])
    log_key, policy = witness_host.world(ORIGIN).write(tmp_path)
    return IntakeSettings(
        database_url=migrated_database,
        kafka_bootstrap="unused:1",
        jwks=keys,
        log_key=log_key,
        policy=policy,
        vault_key_file=vault_key,
    )


@pytest.fixture
def broker() -> MemoryBroker:
    """The broker that the others' events come from."""
    return MemoryBroker()


@pytest.fixture
def placement(broker: MemoryBroker) -> Neighbour:
    """Placement, whose log intake follows."""
    return Neighbour("placement", broker)


@pytest.fixture
def billing(broker: MemoryBroker) -> Neighbour:
    """Billing, whose log intake follows too."""
    return Neighbour("billing", broker)


@pytest.fixture
async def client(
    settings: IntakeSettings, broker: MemoryBroker, placement: Neighbour, billing: Neighbour
) -> AsyncIterator[httpx.AsyncClient]:
    """The running service, without a token, following what placement and billing say."""
    async with AsyncExitStack() as stack:
        urls = {
            "placement_url": await stack.enter_async_context(placement.serving()),
            "billing_url": await stack.enter_async_context(billing.serving()),
        }
        app = intake.assemble(msgspec.structs.replace(settings, **urls), broker)
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(app)
        client = httpx.AsyncClient(transport=transport, base_url="http://intake.example")
        yield await stack.enter_async_context(client)


@pytest.fixture
async def agencies(
    client: httpx.AsyncClient, settings: IntakeSettings, tmp_path: Path
) -> AsyncIterator[Agencies]:
    """Everybody who uses intake."""
    store = await PostgresStore.connect(settings.database_url)
    yield Agencies(client, tmp_path, store)
    await store.close()


@pytest.fixture
def travel(agencies: Agencies, placement: Neighbour) -> Travel:
    """Everybody who has to do with a journey."""
    return Travel(agencies, placement)
