"""One government's node as far as a single log goes: mirror and witness, without its web."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncpg
import httpx

from services.audit.findings import Findings
from services.audit.mirror.log import MirroredLog, Pace
from services.audit.mirror.mirror import Mirror
from services.audit.mirror.store import MirrorStore
from services.audit.witness.cosigned_heads import CosignedHeads
from services.audit.witness.rollback_check import Others, Recall
from services.audit.witness.witness import Answer, Cosigned, NotHeld, Witness
from shared.database.connections import Connections
from shared.messaging.memory import MemoryBroker
from shared.messaging.tiled_log import TiledLog
from shared.telemetry.status import Patience
from tests.support.ledgers import SteppingClock
from tests.support.mirrored_logs import NOWHERE, LogDouble
from tests.support.sealing import NOON
from tests.support.signers import POLICY, SLV, USA
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from shared.messaging.broker import Broker

ORIGIN = "accord.example/intake/0"
TOPIC = "accord.intake"
QUICK = Patience(first=0.001, longest=0.01, failures=3, not_yet=0.001, poll=0.01)
PACE = Pace(late=0.02, poll=0.02, doubt=0.2, tries=QUICK)


@dataclass
class Node:
    """The node, the log that it mirrors, and what carries one to the other."""

    url: str
    stack: AsyncExitStack
    log: LogDouble
    broker: Broker
    connections: Connections
    mirror: Mirror
    witness: Witness
    findings: Findings
    client: httpx.AsyncClient
    clock: SteppingClock = field(default_factory=lambda: SteppingClock(NOON))

    @staticmethod
    async def open(
        url: str,
        stack: AsyncExitStack,
        *,
        log: LogDouble | None = None,
        broker: Broker | None = None,
        topic: str = TOPIC,
        patience: float = 10.0,
    ) -> Node:
        """A node on a migrated database; a second one on the same is the node started again."""
        log, broker = log or LogDouble(ORIGIN), broker or MemoryBroker()
        connections = Connections(url, 4)
        await connections.open()
        stack.push_async_callback(connections.close)
        client = httpx.AsyncClient(
            mounts={
                "all://slv.example": httpx.MockTransport(lambda _request: NOWHERE),
                "all://": httpx.MockTransport(log.answer),
            }
        )
        await stack.enter_async_context(client)
        node = _composed(url, stack, log, broker, client, connections, patience, topic)
        await node.mirror.open()
        return node

    async def again(self) -> Node:
        """The same node started again, on what it had stored."""
        return await Node.open(self.url, self.stack, log=self.log, broker=self.broker)

    def with_connections(self, connections: Connections, patience: float = 10.0) -> Node:
        """The same node, started again on connections that may be in trouble; open its mirror."""
        return _composed(
            self.url, self.stack, self.log, self.broker, self.client, connections, patience
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """Mirror as long as the block lasts."""
        task = asyncio.create_task(self.mirror.run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def carry(self, count: int) -> None:
        """The log grows, and its relay publishes what is new."""
        await self.log.publish(self.broker, TOPIC, self.log.grow(count))

    async def cosigned(self, old: int) -> int:
        """Have the log's newest checkpoint cosigned, however often it takes; gives its size."""
        answer = await self.ask(old)
        while isinstance(answer, NotHeld):
            answer = await self.ask(old)
        assert isinstance(answer, Cosigned), answer
        return self.log.size

    async def ask(self, old: int) -> Answer:
        """Ask for a cosignature of the log's newest checkpoint."""
        return await self.witness.add_checkpoint(self.log.request(old).encode())

    async def holds(self, size: int) -> None:
        """Wait until so much is held."""

        async def so() -> bool:
            return self.mirror.history.size >= size

        await until(so)

    async def found(self, kind: str) -> list[asyncpg.Record]:
        """The findings of a kind, with how they were settled."""
        return await self.rows(
            "SELECT f.*, f.document->'finding'->>'found' AS found, s.how FROM findings f "
            "LEFT JOIN findings_settled s USING (finding) WHERE kind = $1 ORDER BY finding",
            kind,
        )

    async def finds(self, kind: str, count: int = 1) -> list[asyncpg.Record]:
        """Wait until so many findings of a kind are there."""

        async def so() -> bool:
            return len(await self.found(kind)) >= count

        await until(so)
        return await self.found(kind)

    async def all_found(self) -> list[tuple[str, int | None]]:
        """Kind and index of every finding."""
        rows = await self.rows("SELECT kind, sequence FROM findings ORDER BY finding")
        return [(row["kind"], row["sequence"]) for row in rows]

    async def rows(self, query: str, *given: object) -> list[asyncpg.Record]:
        """Ask the node's database."""
        async with self.connections.one() as connection:
            found: list[asyncpg.Record] = await connection.fetch(query, *given)
        return found


def _composed(  # noqa: PLR0917 - what a composition root would know
    url: str,
    stack: AsyncExitStack,
    log: LogDouble,
    broker: Broker,
    client: httpx.AsyncClient,
    connections: Connections,
    patience: float,
    topic: str = TOPIC,
) -> Node:
    clock = SteppingClock(NOON)
    findings = Findings(connections, clock)
    mirror = Mirror(
        MirroredLog(log.origin, log.signers.verifiers, topic),
        TiledLog(client, "http://intake.example", log.origin),
        broker=broker,
        store=MirrorStore(connections),
        findings=findings,
        is_final=lambda signed: POLICY.judge(signed).satisfied,
        pace=PACE,
    )
    sightings = CosignedHeads(connections)
    nodes = {log.origin: TiledLog(client, "http://slv.example", log.origin)}
    others = Others(SLV.verifiers, nodes, alone=0)
    recall = Recall(USA.verifiers, others, sightings=sightings, findings=findings)
    mirrors = {log.origin: mirror}
    witness = Witness(USA, mirrors, sightings, clock, recall=recall, patience=patience)
    return Node(url, stack, log, broker, connections, mirror, witness, findings, client, clock)
