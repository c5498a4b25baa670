"""Billing's real app between the two services that it follows; it may be stopped and started."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import msgspec

from cli.keys.tokens import mint
from services.billing import app as billing
from shared.database.reads import Reads
from shared.ledger.positions import TablePositions
from shared.messaging.memory import MemoryBroker
from tests.integration.billing.neighbours import Neighbours, Treasuries

if TYPE_CHECKING:
    from pathlib import Path

    from shared.service.settings import SealingSettings


@asynccontextmanager
async def around(
    settings: SealingSettings,
) -> AsyncIterator[tuple[SealingSettings, Neighbours, MemoryBroker]]:
    """Intake and placement as far as billing reads them, and settings that say where they are."""
    broker = MemoryBroker()
    async with AsyncExitStack() as stack:
        reads = Reads.connect(settings.database_url, connections=1)
        stack.push_async_callback(reads.close)
        neighbours = Neighbours(broker, TablePositions(reads))
        urls = {
            f"{name}_url": await stack.enter_async_context(neighbour.serving())
            for name, neighbour in neighbours.services.items()
        }
        yield msgspec.structs.replace(settings, **urls), neighbours, broker


@asynccontextmanager
async def served(
    settings: SealingSettings, broker: MemoryBroker, keys: Path
) -> AsyncIterator[Treasuries]:
    """The service while it runs, with those who use it."""
    app = billing.assemble(settings, broker)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://billing.example") as client,
    ):

        def token(party: str, office: str, subject: str) -> str:
            return mint(keys, party=party, office=office, subject=subject)

        yield Treasuries(client, token)
