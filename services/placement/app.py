"""Placement put together: from settings to an app with its relay and its follower."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx
from fastapi import FastAPI

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
from shared.telemetry.logs import configure_logs
from shared.telemetry.metrics import Metrics
from shared.web.app import build_app
from shared.web.identity import Verifier, load_keys
from shared.web.log_endpoints import log_routers
from shared.web.settings import ServiceSettings


def create_app() -> FastAPI:
    """The service as its process runs it, by the environment."""
    settings = ServiceSettings.read(os.environ)
    configure_logs("placement")
    return assemble(settings, KafkaBroker(settings.kafka_bootstrap))


def assemble(settings: ServiceSettings, broker: Broker) -> FastAPI:
    """The service by these settings, with its log published to `broker`."""
    clock, url = SystemClock(), settings.database_url
    store, reads, metrics = PostgresStore(url, clock), Reads.connect(url), Metrics()
    runner = CommandRunner(store, clock, project)
    log = Log(store, settings.origin("placement"))
    queries = PlacementReads(reads)
    relay = Relay(log, broker, settings.topic("placement"), appended=runner.appended)
    client = httpx.AsyncClient()
    intake = Follower(
        OriginLog(client, settings.intake_url, settings.origin("intake")),
        settings.topic("intake"),
        Reaction(TYPES, react),
        broker=broker,
        runner=runner,
        positions=TablePositions(reads),
    )
    measure(metrics, (relay, intake))

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(client)
            stack.push_async_callback(reads.close)
            await store.open()
            stack.push_async_callback(store.close)
            await runner.start()
            stack.push_async_callback(runner.stop)
            yield

    return build_app(
        title="Accord placement",
        verifier=Verifier(load_keys(settings.jwks), clock),
        routers=[
            *log_routers(log),
            facilities.router(runner, queries),
            headcounts.router(runner),
            custodies.router(runner, queries),
            locator.router(queries),
            exceptions.router(queries),
        ],
        checks={"relay": relay.check, "follower": intake.check},
        tasks={one.name: partial(alone, url, one.name, one.run) for one in (relay, intake)},
        resources=[running],
        metrics=metrics,
    )
