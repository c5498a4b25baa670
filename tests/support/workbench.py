"""A workbench for sealers: one log, its witnesses, and as many sealers as a test wants."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Self

import httpx

from shared.ledger.machine import SystemClock
from shared.ledger.postgres import PostgresStore
from shared.sealing.errors import SealingStopped
from shared.sealing.finality import Finality
from shared.sealing.postgres import PostgresTree
from shared.sealing.sealer import Pace, Sealer
from shared.telemetry.status import Patience
from shared.transparency.checkpoint import parse_checkpoint
from shared.transparency.merkle import root_of
from shared.transparency.note import parse_note
from tests.support.sealing import LOG, append, leaves_of
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from shared.kernel.clock import Clock
    from shared.sealing.heads import Sizes
    from shared.sealing.store import TreeStore
    from shared.transparency.checkpoint import Checkpoint
    from tests.support.witnesses import World

QUICK = Pace(interval=0.01, poll=0.01, grace=0.05, answer=2.0)
SOON = Patience(first=0.01, longest=0.05, poll=0.01)


class Workbench:
    """One database with a log and its tree, and the witnesses of that log."""

    def __init__(self, url: str, world: World) -> None:
        """Name the database, which has the tables already."""
        self.world = world
        self.store = PostgresStore(url)
        self.tree = PostgresTree(url)
        self.client = httpx.AsyncClient(timeout=10)
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self.store.open()
        self._open.push_async_callback(self.store.close)
        await self.tree.open()
        self._open.push_async_callback(self.tree.close)
        await self._open.enter_async_context(self.client)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def sealer(
        self, tree: TreeStore | None = None, clock: Clock | None = None, pace: Pace = QUICK
    ) -> Sealer:
        """A sealer of this log, as a process that has just started has it."""
        used = tree or self.tree
        return Sealer(
            used,
            LOG,
            self.world.policy,
            self.client,
            clock or SystemClock(),
            appended=asyncio.Event(),
            told=Finality(used).told,
            pace=pace,
            patience=SOON,
        )

    async def append(self, count: int) -> None:
        """Record entries."""
        await append(self.store, count)

    async def until(self, **sizes: int) -> None:
        """Until the log is sealed, published or final as far as this."""

        async def reached() -> bool:
            now = await self.tree.sizes()
            return all(getattr(now, name) >= size for name, size in sizes.items())

        await until(reached)

    async def sizes(self) -> Sizes:
        """How far the log is."""
        return await self.tree.sizes()

    def sent(self) -> list[Checkpoint]:
        """Every checkpoint that ever left a process, in the order in which it arrived."""
        asked = [request for double in self.world.witnesses.values() for request in double.asked]
        return [parse_checkpoint(parse_note(request.note).text) for request in asked]

    async def assert_one_history(self) -> None:
        """All that was ever sent out, and all that was cosigned, is of the log's one history."""
        leaves = await leaves_of(self.store)
        for checkpoint in self.sent():
            assert checkpoint.size <= len(leaves)
            assert checkpoint.root == root_of(leaves[: checkpoint.size])


@asynccontextmanager
async def sealing(*sealers: Sealer) -> AsyncIterator[None]:
    """Run sealers as processes do, until the block ends; one may refuse to go on meanwhile."""
    tasks = [asyncio.create_task(sealer.run()) for sealer in sealers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, SealingStopped):
                await task
