"""All services that keep a log are put together alike: the same checks, and nothing left open."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
import pytest

from cli.keys.tokens import mint, new_keys
from services.billing import app as billing
from services.billing import tables as billing_tables
from services.intake import app as intake
from services.intake import tables as intake_tables
from services.intake.settings import IntakeSettings
from services.intake.vault_keys import new_file
from services.placement import app as placement
from services.placement import tables as placement_tables
from shared.database.errors import Unavailable
from shared.database.migrations import upgrade
from shared.ledger.machine import new_id
from shared.messaging.memory import MemoryBroker
from shared.service.settings import SealingSettings
from tests.support.absent_broker import AbsentBroker
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

    from tests.support.witnesses import WitnessHost

SERVICES: dict[str, Any] = {
    "intake": (intake.assemble, IntakeSettings, intake_tables),
    "placement": (placement.assemble, SealingSettings, placement_tables),
    "billing": (billing.assemble, SealingSettings, billing_tables),
}
FOLLOWS = {
    "intake": {"placement", "billing"},
    "placement": {"intake"},
    "billing": {"intake", "placement"},
}


def told(service: str, url: str, folder: Path, host: WitnessHost) -> Any:  # noqa: ANN401 - settings of one of the services
    """What a service is told, with a vault's key for the one that has a vault."""
    vault_key = folder / "vault.key"
    vault_key.write_text(new_file())
    log_key, policy = host.world(f"accord.example/{service}/0").write(folder)
    _, settings, _ = SERVICES[service]
    return settings.read(
        {
            "ACCORD_DATABASE_URL": url,
            "ACCORD_KAFKA_BOOTSTRAP": "unused:1",
            "ACCORD_JWKS": str(new_keys(folder, ["USA", "SLV"])),
            "ACCORD_LOG_KEY": str(log_key),
            "ACCORD_POLICY": str(policy),
            "ACCORD_VAULT_KEY_FILE": str(vault_key),
        }
    )


@pytest.mark.parametrize("service", SERVICES)
async def test_each_checks_its_database_and_each_of_its_leader_tasks(
    service: str, database_url: str, tmp_path: Path, witness_host: WitnessHost
) -> None:
    assemble = SERVICES[service][0]
    migrations = Path(inspect.getfile(assemble)).parent / "migrations"
    await asyncio.to_thread(upgrade, migrations, database_url, f"accord.example/{service}/0")
    app = assemble(told(service, database_url, tmp_path, witness_host), MemoryBroker())
    async with served(app) as client:
        ready = await client.get("/status")
    own = f"accord.example/{service}/0"
    follows = {f"follower accord.example/{other}/0" for other in FOLLOWS[service]}
    further = {f"{service}-clock"} if service in ("placement", "intake") else set()
    expected = {
        "database",
        "views",
        "finality-lag",
        f"relay {own}",
        f"sealer {own}",
        *follows,
        *further,
    }
    assert set(ready.json()["checks"]) == expected


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app that runs."""
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service.example") as client,
    ):
        yield client


async def asserted(client: httpx.AsyncClient, keys: Path) -> str:
    """The id of an order that a court asserts."""
    token = mint(keys, party="USA", office="court", subject="district-court-9/clerk-1")
    order = {
        "scope": {"kind": "country", "country": "SLV"},
        "form": "oral",
        "reference": "25-cv-766",
        "received_at": "2025-03-15T22:45:00Z",
    }
    headers = {"authorization": f"Bearer {token}", "idempotency-key": new_id()}
    answer = await client.post("/v1/holds", json=order, headers=headers)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return str(answer.json()["hold"])


async def test_an_order_is_asserted_while_the_broker_is_away_and_published_once_it_is_back(
    database_url: str, tmp_path: Path, witness_host: WitnessHost
) -> None:
    """A load balancer asks `/readyz`, and intake can record; `/status` says what does not work."""
    migrations = Path(intake_tables.__file__).parent / "migrations"
    await asyncio.to_thread(upgrade, migrations, database_url, "accord.example/intake/0")
    broker = AbsentBroker()
    app = intake.assemble(told("intake", database_url, tmp_path, witness_host), broker)
    async with served(app) as client:

        async def works() -> bool:
            return (await client.get("/status")).is_success

        async def stuck() -> bool:
            status = await client.get("/status")
            return not status.is_success and "relay accord.example/intake/0" in status.text

        await until(stuck)
        hold = await asserted(client, tmp_path)
        ready = (await client.get("/readyz")).json()
        assert ready == {"status": "ready", "checks": {"database": "ok"}}
        assert await broker.last("accord.intake") is None
        broker.back = True
        await until(works)
        last = await broker.last("accord.intake")
    assert last is not None
    assert hold in last.record.value.decode()


@pytest.mark.parametrize("service", SERVICES)
async def test_one_that_cannot_start_leaves_no_connection_open(
    service: str, database_url: str, tmp_path: Path, witness_host: WitnessHost
) -> None:
    """Its database has no tables: the store opens, and the runner then finds no log."""
    assemble, _, _ = SERVICES[service]
    app = assemble(told(service, database_url, tmp_path, witness_host), MemoryBroker())
    with pytest.raises(Unavailable, match="accord migrate"):
        async with app.router.lifespan_context(app):
            pass
    asking = await asyncpg.connect(database_url)
    others = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    async def alone() -> bool:
        return bool(await asking.fetchval(others) == 0)

    await until(alone)
    await asking.close()
