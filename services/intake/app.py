"""Intake put together: from settings to an app with its log, relay, sealer and follower."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx

from services.intake.api import (
    agreements,
    cases,
    facts,
    holds,
    legs,
    manifests,
    persons,
    who_is_who,
)
from services.intake.projections import VIEWS, project, vault_rows
from services.intake.queries import IntakeQueries
from services.intake.reactions import TYPES, react
from services.intake.settings import IntakeSettings
from services.intake.vault import Vault, read_key
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
from shared.sealing.sealer import Sealer
from shared.sealing.service import Sealing
from shared.telemetry.garbage import look_seldom
from shared.telemetry.logs import configure_logs
from shared.telemetry.metrics import Metrics
from shared.telemetry.status import measure
from shared.web.app import App, Router, build_app
from shared.web.identity import Verifier, load_keys
from shared.web.log_endpoints import log_routers
from shared.web.settings import ServiceSettings


def create_app() -> App:
    """The service as its process runs it, by the environment."""
    configure_logs("intake")
    look_seldom()
    settings = IntakeSettings.read(os.environ)
    return assemble(settings, KafkaBroker(settings.service.kafka_bootstrap))


def assemble(settings: IntakeSettings, broker: Broker) -> App:
    """The service by these settings, its log published to `broker`."""
    told, clock, url = settings.service, SystemClock(), settings.service.database_url
    store, reads = PostgresStore(url, clock), Reads.connect(url)
    runner, log = CommandRunner(store, clock, project), Log(store, told.origin("intake"))
    http, metrics = httpx.AsyncClient(timeout=10), Metrics()
    sealing = Sealing(log, told, clock, runner.appended)
    name = told.origin("placement")
    placement = OriginLog(http, told.placement_url, name, sealing.keys_of(name))
    work: dict[str, Relay | Follower | Sealer] = {
        "relay": _relay(log, broker, told.topic("intake"), runner, sealing),
        "sealer": sealing.sealer,
        "placement": _follow_placement(told, placement, broker, runner, TablePositions(reads)),
    }
    measure(metrics, work.values())
    sealing.measure(metrics)
    vault = Vault(read_key(settings.vault_key_file))
    return build_app(
        title="Accord intake",
        verifier=Verifier(load_keys(told.jwks), clock),
        routers=[*log_routers(sealing.log), *_routers(runner, IntakeQueries(reads), vault)],
        checks={
            "database": partial(_reachable, log),
            "views": ViewsCheck(reads, VIEWS).check,
            **{name: one.check for name, one in work.items()},
        },
        tasks={one.name: partial(alone, url, one.name, one.run) for one in work.values()},
        resources=[partial(_open, store, runner, reads, http), sealing.running],
        metrics=metrics,
        finality=sealing.finality,
    )


def _routers(runner: CommandRunner, queries: IntakeQueries, vault: Vault) -> tuple[Router, ...]:
    return (
        agreements.router(runner),
        persons.router(runner, queries, vault, vault_rows),
        who_is_who.router(runner),
        cases.router(runner, queries),
        facts.router(runner),
        holds.router(runner, queries),
        manifests.router(runner, queries),
        legs.router(runner),
    )


def _follow_placement(
    told: ServiceSettings,
    source: OriginLog,
    broker: Broker,
    runner: CommandRunner,
    positions: TablePositions,
) -> Follower:
    return Follower(
        source,
        told.topic("placement"),
        Reaction(TYPES, react),
        broker=broker,
        runner=runner,
        positions=positions,
    )


def _relay(log: Log, broker: Broker, topic: str, runner: CommandRunner, sealing: Sealing) -> Relay:
    published = sealing.finality.published
    return Relay(log, broker, topic, appended=runner.appended, published=published)


async def _reachable(log: Log) -> str | None:
    await log.size()
    return None


@asynccontextmanager
async def _open(
    store: PostgresStore, runner: CommandRunner, reads: Reads, http: httpx.AsyncClient
) -> AsyncIterator[None]:
    """Everything that has connections, for as long as the app runs."""
    async with http:
        await store.open()
        await runner.start()
        try:
            yield
        finally:
            await runner.stop()
            await reads.close()
            await store.close()
