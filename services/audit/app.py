"""An audit node put together: from settings to an app with its mirrors, its witness, its watch."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx

from services.audit.api import witness as witness_api
from services.audit.findings import Findings
from services.audit.mirror.log import MirroredLog
from services.audit.mirror.mirror import Mirror
from services.audit.mirror.origin import TiledLog
from services.audit.mirror.store import MirrorStore
from services.audit.queries import AuditReads
from services.audit.settings import LOGS, AuditSettings
from services.audit.witness.seen import Sightings
from services.audit.witness.witness import Witness
from shared.ledger.alone import alone
from shared.ledger.clock import SystemClock
from shared.ledger.connections import Connections
from shared.ledger.reads import Reads
from shared.messaging.broker import Broker
from shared.messaging.kafka import KafkaBroker
from shared.sealing.keyfiles import read_policy, read_witness_signers
from shared.telemetry.garbage import look_seldom
from shared.telemetry.logs import configure_logs
from shared.telemetry.metrics import Metrics
from shared.telemetry.status import measure
from shared.transparency.policy import Policy
from shared.web.app import App, build_app
from shared.web.identity import Verifier, load_keys

CONNECTIONS = 8


def create_app() -> App:
    """The node as its process runs it, by the environment."""
    configure_logs("audit")
    look_seldom()
    settings = AuditSettings.read(os.environ)
    return assemble(settings, KafkaBroker(settings.service.kafka_bootstrap))


def assemble(settings: AuditSettings, broker: Broker) -> App:
    """The node by these settings, which follows the logs' topics at `broker`."""
    told, clock, metrics = settings.service, SystemClock(), Metrics()
    url, policy = told.database_url, read_policy(settings.policy)
    connections, reads = Connections(url, CONNECTIONS), Reads.connect(url)
    client = httpx.AsyncClient(timeout=10)
    findings = Findings(connections, clock)
    mirrored = partial(_mirror, settings, policy, client)
    store = MirrorStore(connections)
    mirrors = {
        settings.service.origin(service): mirrored(
            service, broker=broker, store=store, findings=findings
        )
        for service in LOGS
    }
    signers = read_witness_signers(settings.witness_key)
    witness = Witness(signers, mirrors, Sightings(connections), clock)
    queries = AuditReads(reads)
    measure(metrics, [*mirrors.values(), *(one.reader for one in mirrors.values())])
    return build_app(
        title=f"Accord audit, {settings.party}",
        verifier=Verifier(load_keys(told.jwks), clock),
        routers=[witness_api.router(witness, queries)],
        checks={one.name: one.check for one in mirrors.values()},
        tasks={one.name: partial(alone, url, one.name, one.run) for one in mirrors.values()},
        resources=[partial(_open, connections, reads, client, mirrors)],
        metrics=metrics,
    )


def _mirror(
    settings: AuditSettings,
    policy: Policy,
    client: httpx.AsyncClient,
    service: str,
    *,
    broker: Broker,
    store: MirrorStore,
    findings: Findings,
) -> Mirror:
    """The mirror of a service's log."""
    origin = settings.service.origin(service)
    return Mirror(
        MirroredLog(origin, policy.log_keys(origin), settings.service.topic(service)),
        TiledLog(client, settings.log_url(service), origin),
        broker=broker,
        store=store,
        findings=findings,
        is_final=lambda signed: policy.judge(signed).satisfied,
    )


@asynccontextmanager
async def _open(
    connections: Connections, reads: Reads, client: httpx.AsyncClient, mirrors: Mapping[str, Mirror]
) -> AsyncIterator[None]:
    """What is open as long as the node runs, closed in the opposite order."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(client)
        stack.push_async_callback(reads.close)
        await connections.open()
        stack.push_async_callback(connections.close)
        for mirror in mirrors.values():
            await mirror.open()
        yield
