"""Placement put together: from settings to an app with its relay and its follower."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx

from services.placement.api import custodies, exceptions, facilities, headcounts, locator
from services.placement.projections import project
from services.placement.queries import PlacementReads
from services.placement.reactions import TYPES, react
from shared.ledger.alone import alone
from shared.ledger.clock import SystemClock
from shared.ledger.log import Log
from shared.ledger.positions import TablePositions
from shared.ledger.postgres import PostgresStore
from shared.ledger.reads import Reads
from shared.ledger.runner import CommandRunner
from shared.messaging.broker import Broker
from shared.messaging.follower import Follower, Reaction
from shared.messaging.kafka import KafkaBroker
from shared.messaging.origin import OriginLog
from shared.messaging.relay import Relay
from shared.messaging.status import measure
from shared.telemetry.garbage import look_seldom
from shared.telemetry.logs import configure_logs
from shared.telemetry.metrics import Metrics
from shared.web.app import App, Router, build_app
from shared.web.identity import Verifier, load_keys
from shared.web.log_endpoints import log_routers
from shared.web.settings import ServiceSettings


def create_app() -> App:
    """The service as its process runs it, by the environment."""
    settings = ServiceSettings.read(os.environ)
    configure_logs("placement")
    look_seldom()
    return assemble(settings, KafkaBroker(settings.kafka_bootstrap))


def assemble(settings: ServiceSettings, broker: Broker) -> App:
    """The service by these settings, with its log published to `broker`."""
    clock, url, metrics = SystemClock(), settings.database_url, Metrics()
    store, reads, client = (
        PostgresStore(url, clock),
        Reads.connect(url),
        httpx.AsyncClient(timeout=10),
    )
    runner = CommandRunner(store, clock, project)
    log = Log(store, settings.origin("placement"))
    relay = Relay(log, broker, settings.topic("placement"), appended=runner.appended)
    intake = Follower(
        OriginLog(client, settings.intake_url, settings.origin("intake")),
        settings.topic("intake"),
        Reaction(TYPES, react),
        broker=broker,
        runner=runner,
        positions=TablePositions(reads),
    )
    measure(metrics, (relay, intake))
    alone_here = {one.name: partial(alone, url, one.name, one.run) for one in (relay, intake)}
    return build_app(
        title="Accord placement",
        verifier=Verifier(load_keys(settings.jwks), clock),
        routers=[*log_routers(log), *_resources(runner, PlacementReads(reads))],
        checks={"database": partial(_reachable, log), "relay": relay.check, "intake": intake.check},
        tasks=alone_here,
        resources=[partial(_running, store, reads, client, runner)],
        metrics=metrics,
    )


def _resources(runner: CommandRunner, queries: PlacementReads) -> tuple[Router, ...]:
    return (
        facilities.router(runner, queries),
        headcounts.router(runner),
        custodies.router(runner, queries),
        locator.router(queries),
        exceptions.router(queries),
    )


async def _reachable(log: Log) -> str | None:
    await log.size()
    return None


@asynccontextmanager
async def _running(
    store: PostgresStore, reads: Reads, client: httpx.AsyncClient, runner: CommandRunner
) -> AsyncIterator[None]:
    """What is open as long as the service runs, closed in the opposite order."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(client)
        stack.push_async_callback(reads.close)
        await store.open()
        stack.push_async_callback(store.close)
        await runner.start()
        stack.push_async_callback(runner.stop)
        yield
