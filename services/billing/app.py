"""Billing put together: from settings to an app with its relay, sealer and two followers."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

import httpx

from services.billing.api import (
    accounts,
    accruals,
    invoices,
    periods,
    prepayments,
    statements,
)
from services.billing.projections import VIEWS, project
from services.billing.queries import BillingReads
from services.billing.reactions import TO_INTAKE, TO_PLACEMENT
from services.billing.settings import Settings
from shared.ledger.clock import SystemClock
from shared.ledger.leader_lock import alone
from shared.ledger.log import Log
from shared.ledger.positions import TablePositions
from shared.ledger.postgres import PostgresStore
from shared.ledger.reads import Reads
from shared.ledger.runner import CommandRunner
from shared.ledger.views import ViewsCheck
from shared.messaging.broker import Broker
from shared.messaging.follower import Follower, Reaction
from shared.messaging.kafka import KafkaBroker
from shared.messaging.origin import OriginLog
from shared.messaging.relay import Relay
from shared.sealing.log import SealedLog
from shared.sealing.sealer import Sealer
from shared.sealing.service import Sealing
from shared.telemetry.garbage import look_seldom
from shared.telemetry.logs import configure_logs
from shared.telemetry.metrics import Metrics
from shared.telemetry.status import measure
from shared.web.app import App, Router, build_app
from shared.web.health import Check
from shared.web.identity import Verifier, load_keys
from shared.web.log_endpoints import log_routers

SERVICE = "billing"


def create_app() -> App:
    """The service as its process runs it, by the environment."""
    settings = Settings.read(os.environ)
    configure_logs(SERVICE)
    look_seldom()
    return assemble(settings, KafkaBroker(settings.kafka_bootstrap))


def assemble(settings: Settings, broker: Broker) -> App:
    """The service by these settings, its log published to `broker`."""
    clock, url = SystemClock(), settings.database_url
    store, reads, metrics = PostgresStore(url, clock), Reads.connect(url), Metrics()
    runner, log = CommandRunner(store, clock, project), Log(store, settings.origin(SERVICE))
    sealing = Sealing(log, settings, clock, runner.appended)
    client = httpx.AsyncClient(timeout=10)
    follower = partial(
        _follower, settings, broker=broker, runner=runner, positions=TablePositions(reads)
    )
    origin = partial(_origin, settings, client, sealing)
    work: dict[str, Relay | Follower | Sealer] = {
        "relay": _relay(log, broker, settings.topic(SERVICE), runner, sealing),
        "sealer": sealing.sealer,
        "intake-follower": follower("intake", origin("intake", settings.intake_url), TO_INTAKE),
        "placement-follower": follower(
            "placement", origin("placement", settings.placement_url), TO_PLACEMENT
        ),
    }
    measure(metrics, work.values())
    sealing.measure(metrics)
    return build_app(
        title="Accord billing",
        verifier=Verifier(load_keys(settings.jwks), clock),
        routers=_routers(runner, sealing.log, _reads(settings, reads, runner)),
        checks=_checks(ViewsCheck(reads, VIEWS), work),
        tasks={name: partial(alone, url, one.name, one.run) for name, one in work.items()},
        resources=[partial(_open, store, reads, runner, client), sealing.running],
        metrics=metrics,
        finality=sealing.finality,
    )


def _checks(views: ViewsCheck, work: Mapping[str, Relay | Follower | Sealer]) -> dict[str, Check]:
    return {"views": views.check, **{name: one.check for name, one in work.items()}}


def _origin(
    settings: Settings, client: httpx.AsyncClient, sealing: Sealing, service: str, base_url: str
) -> OriginLog:
    name = settings.origin(service)
    return OriginLog(client, base_url, name, sealing.keys_of(name))


def _follower(
    settings: Settings,
    service: str,
    source: OriginLog,
    reaction: Reaction,
    *,
    broker: Broker,
    runner: CommandRunner,
    positions: TablePositions,
) -> Follower:
    topic = settings.topic(service)
    return Follower(source, topic, reaction, broker=broker, runner=runner, positions=positions)


def _routers(runner: CommandRunner, log: SealedLog, reads: BillingReads) -> list[Router]:
    return [
        *log_routers(log),
        accounts.router(reads),
        accruals.router(reads),
        prepayments.router(runner),
        periods.router(runner),
        invoices.router(runner, reads),
        statements.router(reads),
    ]


def _relay(log: Log, broker: Broker, topic: str, runner: CommandRunner, sealing: Sealing) -> Relay:
    published = sealing.finality.published
    return Relay(log, broker, topic, appended=runner.appended, published=published)


def _reads(settings: Settings, reads: Reads, runner: CommandRunner) -> BillingReads:
    return BillingReads(reads, settings.origin(SERVICE), runner.state)


@asynccontextmanager
async def _open(
    store: PostgresStore, reads: Reads, runner: CommandRunner, client: httpx.AsyncClient
) -> AsyncIterator[None]:
    """Everything that is open while the service runs; closed in the opposite order."""
    await store.open()
    try:
        await runner.start()
        yield
    finally:
        await runner.stop()
        await client.aclose()
        await reads.close()
        await store.close()
