"""An audit node put together: from settings to an app with its mirrors, its witness, its watch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx

from services.audit.api import entries, findings, logs, policy, replays, witness
from services.audit.findings import Findings
from services.audit.mirror.log import MirroredLog, Pace
from services.audit.mirror.mirror import Mirror
from services.audit.mirror.store import MirrorStore
from services.audit.queries import AuditReads
from services.audit.settings import LOGS, AuditSettings, check_policy
from services.audit.watch.continuous_replay import ContinuousReplay
from services.audit.watch.peer import Peer
from services.audit.watch.replay_orders import ReplayOrders
from services.audit.witness.cosigned_heads import CosignedHeads
from services.audit.witness.rollback_check import Others, Recall
from services.audit.witness.served_log import ServedLog
from services.audit.witness.witness import Witness
from shared.database.connections import Connections
from shared.database.reads import Reads
from shared.kernel.clock import Clock
from shared.messaging.broker import Broker
from shared.messaging.tiled_log import TiledLog
from shared.sealing.keyfiles import read_agreement_keys, read_policy, read_witness_signers
from shared.service.program import Program, started
from shared.web.app import App, Router
from shared.web.endpoints.tree import tree_router

CONNECTIONS = 8
PACE = Pace()


def create_app() -> App:
    """The node as its process runs it, by the environment."""
    return started("audit", AuditSettings, assemble)


def assemble(
    settings: AuditSettings,
    broker: Broker,
    pace: Pace = PACE,
    transport: httpx.AsyncBaseTransport | None = None,
) -> App:
    """The node by these settings, which follows the logs' topics at `broker`.

    Others are reached by `transport`, or else over the network.
    """
    program = Program(f"audit-{settings.party.lower()}", settings)
    http = httpx.AsyncClient(timeout=10, transport=transport)
    node = _Node(settings, broker, http, program.clock, pace)
    program.opens(node.open)
    for mirror in node.mirrors.values():
        program.works(mirror)
    program.shows([*node.readers, node.auditor])
    program.alarms("histories", node.findings.check)
    node.findings.measure(program.metrics)
    program.needs("database", node.database)
    program.checks("cosignatures", node.recall.check)
    program.checks("replay", node.auditor.check)
    for work in (node.auditor, node.peer, node.replays):
        program.runs(work.name, work.run)
    return program.app(node.routers(settings.party))


class _Node:
    """Everything that a node is made of."""

    def __init__(
        self,
        settings: AuditSettings,
        broker: Broker,
        http: httpx.AsyncClient,
        clock: Clock,
        pace: Pace,
    ) -> None:
        self._clock, self._http, self._reads = clock, http, Reads.connect(settings.database_url)
        self._connections = Connections(settings.database_url, CONNECTIONS)
        self._store = MirrorStore(self._connections)
        self._sightings = CosignedHeads(self._connections)
        self.findings = Findings(self._connections, self._clock)
        signers = read_witness_signers(settings.witness_key)
        self._policy = read_policy(settings.policy)
        check_policy(settings, self._policy, signers.name)
        mirrors = [self._mirror(settings, service, broker, pace) for service in LOGS]
        self.mirrors = {mirror.log.origin: mirror for mirror in mirrors}
        self.readers = [mirror.reader for mirror in mirrors]
        others = self._others(settings, signers.name, pace)
        self.recall = Recall(
            signers.verifiers, others, sightings=self._sightings, findings=self.findings
        )
        self._witness = Witness(
            signers, self.mirrors, self._sightings, self._clock, recall=self.recall
        )
        self._signatures = read_agreement_keys(settings.jwks).fault
        self.auditor = self._auditor(pace)
        self.peer = self._watch(others, pace)
        self.replays = self._replays(pace)

    async def database(self) -> str | None:
        """That its database answers."""
        async with self._connections.one() as connection:
            await connection.execute("SELECT")
        return None

    def _mirror(self, settings: AuditSettings, service: str, broker: Broker, pace: Pace) -> Mirror:
        origin = settings.origin(service)
        keys, topic = self._policy.log_keys(origin), settings.topic(service)
        return Mirror(
            MirroredLog(origin, keys, topic),
            TiledLog(self._http, settings.log_url(service), origin),
            broker=broker,
            store=self._store,
            findings=self.findings,
            is_final=lambda signed: self._policy.judge(signed).satisfied,
            pace=pace,
        )

    def _others(self, settings: AuditSettings, own: str, pace: Pace) -> Others:
        names = [name for name in self._policy.witness_names if name != own]
        keys = [key for name in names for key in self._policy.witness_keys(name)]
        shown = {
            origin: TiledLog(self._http, f"{settings.peer_url}/{origin}", origin)
            for origin in self.mirrors
        }
        return Others(keys, shown, pace.alone)

    def _watch(self, others: Others, pace: Pace) -> Peer:
        return Peer(
            others.keys,
            self.mirrors,
            others.nodes,
            sightings=self._sightings,
            findings=self.findings,
            pace=pace,
        )

    def _auditor(self, pace: Pace) -> ContinuousReplay:
        return ContinuousReplay(
            self.mirrors, self._store, self.findings, signatures=self._signatures, pace=pace
        )

    def _replays(self, pace: Pace) -> ReplayOrders:
        return ReplayOrders(
            self._connections,
            self._store,
            tuple(self.mirrors),
            findings=self.findings,
            signatures=self._signatures,
            clock=self._clock,
            pace=pace,
        )

    def _lags(self) -> dict[str, int]:
        return {name: mirror.lag for name, mirror in self.mirrors.items()}

    def routers(self, party: str) -> list[Router]:
        """What the node answers: the logs and the witness to all, the rest to those who may."""
        reads = AuditReads(self._reads)
        served = [
            ServedLog(mirror, self._store, self._sightings) for mirror in self.mirrors.values()
        ]
        return [
            witness.router(self._witness),
            *(tree_router(log, prefix=f"/{log.origin}") for log in served),
            *(witness.cosigned_router(log) for log in served),
            policy.router(self._policy.encode()),
            logs.router(party, reads, self._lags),
            entries.router(party, reads),
            findings.router(party, reads),
            replays.router(party, self.replays.ask, reads),
        ]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """What is open as long as the node runs, closed in the opposite order."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._http)
            stack.push_async_callback(self._reads.close)
            await self._connections.open()
            stack.push_async_callback(self._connections.close)
            for mirror in self.mirrors.values():
                await mirror.open()
            yield
