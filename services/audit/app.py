"""An audit node put together: from settings to an app with its mirrors, its witness, its watch."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx

from services.audit.api import entries, findings, logs, policy, replays, witness
from services.audit.findings import Findings
from services.audit.mirror.log import MirroredLog, Pace
from services.audit.mirror.mirror import Mirror
from services.audit.mirror.store import MirrorStore
from services.audit.queries import AuditReads
from services.audit.settings import LOGS, AuditSettings, check_policy
from services.audit.watch.continuous_replay import Auditor
from services.audit.watch.peer import Peer
from services.audit.watch.replay_orders import Replays
from services.audit.witness.cosigned_heads import Sightings
from services.audit.witness.rollback_check import Others, Recall
from services.audit.witness.served_log import ServedLog
from services.audit.witness.witness import Witness
from shared.ledger.clock import SystemClock
from shared.ledger.connections import Connections
from shared.ledger.leader_lock import alone
from shared.ledger.reads import Reads
from shared.messaging.broker import Broker
from shared.messaging.kafka import KafkaBroker
from shared.messaging.tiled_log import TiledLog
from shared.sealing.keyfiles import read_policy, read_witness_signers
from shared.telemetry.garbage import look_seldom
from shared.telemetry.logs import configure_logs
from shared.telemetry.metrics import Metrics
from shared.telemetry.status import measure
from shared.web.app import App, Router, build_app
from shared.web.background import Run
from shared.web.identity import Verifier, load_keys
from shared.web.tree_endpoints import tree_router

CONNECTIONS = 8
PACE = Pace()


def create_app() -> App:
    """The node as its process runs it, by the environment."""
    configure_logs("audit")
    look_seldom()
    settings = AuditSettings.read(os.environ)
    return assemble(settings, KafkaBroker(settings.service.kafka_bootstrap))


def assemble(
    settings: AuditSettings,
    broker: Broker,
    pace: Pace = PACE,
    transport: httpx.AsyncBaseTransport | None = None,
) -> App:
    """The node by these settings, which follows the logs' topics at `broker`.

    Others are reached by `transport`, or else over the network.
    """
    http = httpx.AsyncClient(timeout=10, transport=transport)
    node = _Node(settings, broker, http, pace)
    url, clock, metrics = settings.service.database_url, node.clock, Metrics()
    measure(metrics, [*node.mirrors.values(), *node.readers, node.auditor])
    return build_app(
        title=f"Accord audit, {settings.party}",
        verifier=Verifier(load_keys(settings.service.jwks), clock),
        routers=node.routers(settings.party),
        checks={
            **{one.name: one.check for one in node.mirrors.values()},
            "histories": node.findings.check,
            "cosignatures": node.recall.check,
            "replay": node.auditor.check,
        },
        tasks={name: partial(alone, url, name, run) for name, run in node.runs().items()},
        resources=[node.open],
        metrics=metrics,
    )


class _Node:
    """Everything that a node is made of."""

    def __init__(
        self, settings: AuditSettings, broker: Broker, http: httpx.AsyncClient, pace: Pace
    ) -> None:
        self.clock = SystemClock()
        url = settings.service.database_url
        self._connections, self._reads = Connections(url, CONNECTIONS), Reads.connect(url)
        self._http = http
        self._store = MirrorStore(self._connections)
        self._sightings = Sightings(self._connections)
        self.findings = Findings(self._connections, self.clock)
        signers = read_witness_signers(settings.witness_key)
        self._policy = read_policy(settings.policy)
        check_policy(settings, self._policy, signers.name)
        self.mirrors: dict[str, Mirror] = {}
        for service in LOGS:
            mirror = self._mirror(settings, service, broker, pace)
            self.mirrors[mirror.log.origin] = mirror
        self.readers = [one.reader for one in self.mirrors.values()]
        others = self._others(settings, signers.name, pace)
        self.recall = Recall(
            signers.verifiers, others, sightings=self._sightings, findings=self.findings
        )
        self._witness = Witness(
            signers, self.mirrors, self._sightings, self.clock, recall=self.recall
        )
        self.auditor = Auditor(self.mirrors, self._store, self.findings, pace)
        self.peer = self._watch(others, pace)
        self.replays = self._replays(pace)

    def _mirror(self, settings: AuditSettings, service: str, broker: Broker, pace: Pace) -> Mirror:
        origin = settings.service.origin(service)
        keys, topic = self._policy.log_keys(origin), settings.service.topic(service)
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

    def _replays(self, pace: Pace) -> Replays:
        return Replays(
            self._connections,
            self._store,
            tuple(self.mirrors),
            findings=self.findings,
            clock=self.clock,
            pace=pace,
        )

    def runs(self) -> dict[str, Run]:
        """What runs in the background, each alone among the node's replicas."""
        return {
            **{one.name: one.run for one in self.mirrors.values()},
            self.auditor.name: self.auditor.run,
            self.peer.name: self.peer.run,
            self.replays.name: self.replays.run,
        }

    def _lags(self) -> dict[str, int]:
        return {name: one.lag for name, one in self.mirrors.items()}

    def routers(self, party: str) -> list[Router]:
        """What the node answers: the logs and the witness to all, the rest to those who may."""
        reads = AuditReads(self._reads)
        served = [ServedLog(one, self._store, self._sightings) for one in self.mirrors.values()]
        return [
            witness.router(self._witness),
            *(tree_router(one, prefix=f"/{one.origin}") for one in served),
            *(witness.cosigned_router(one) for one in served),
            policy.router(self._policy.encode()),
            logs.router(party, reads, self._lags),
            entries.router(party, reads),
            findings.router(party, reads),
            replays.router(party, self.replays, reads),
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
