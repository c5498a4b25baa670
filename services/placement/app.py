"""Placement put together: from settings to an app with its relay, sealer and follower."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx

from services.placement.api import custodies, exceptions, facilities, headcounts, locator
from services.placement.deadlines import fall_due
from services.placement.projections import VIEWS, project
from services.placement.queries import PlacementReads
from services.placement.reactions import TYPES, react
from shared.ledger.clock import SystemClock
from shared.ledger.deadline_clock import DeadlineClock
from shared.ledger.deadlines import TableDeadlines
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
from shared.web.settings import SealingSettings


def create_app() -> App:
    """The service as its process runs it, by the environment."""
    settings = SealingSettings.read(os.environ)
    configure_logs("placement")
    look_seldom()
    return assemble(settings, KafkaBroker(settings.kafka_bootstrap))


def assemble(settings: SealingSettings, broker: Broker) -> App:
    """The service by these settings, with its log published to `broker`."""
    clock, url, metrics = SystemClock(), settings.database_url, Metrics()
    store, reads = PostgresStore(url, clock), Reads.connect(url)
    runner, client = CommandRunner(store, clock, project), httpx.AsyncClient(timeout=10)
    log, topic = Log(store, settings.origin("placement")), settings.topic("placement")
    sealing = Sealing(log, settings, clock, runner.appended)
    name = settings.origin("intake")
    intake = OriginLog(client, settings.intake_url, name, sealing.keys_of(name))
    work: dict[str, Relay | Follower | Sealer | DeadlineClock] = {
        "relay": _relay(log, broker, topic, runner, sealing),
        "intake": _follow_intake(settings, intake, broker, runner, TablePositions(reads)),
        "sealer": sealing.sealer,
        "clock": _clock(TableDeadlines(reads), runner, clock),
    }
    measure(metrics, work.values())
    sealing.measure(metrics)
    return build_app(
        title="Accord placement",
        verifier=Verifier(load_keys(settings.jwks), clock),
        routers=[*log_routers(sealing.log), *_resources(runner, PlacementReads(reads))],
        checks={
            "database": partial(_reachable, log),
            "views": ViewsCheck(reads, VIEWS).check,
            **{name: one.check for name, one in work.items()},
        },
        tasks={one.name: partial(alone, url, one.name, one.run) for one in work.values()},
        resources=[partial(_running, store, reads, client, runner), sealing.running],
        metrics=metrics,
        finality=sealing.finality,
    )


def _relay(log: Log, broker: Broker, topic: str, runner: CommandRunner, sealing: Sealing) -> Relay:
    published = sealing.finality.published
    return Relay(log, broker, topic, appended=runner.appended, published=published)


def _clock(due: TableDeadlines, runner: CommandRunner, clock: SystemClock) -> DeadlineClock:
    return DeadlineClock("placement", due, fall_due, runner=runner, clock=clock)


def _follow_intake(
    settings: SealingSettings,
    source: OriginLog,
    broker: Broker,
    runner: CommandRunner,
    positions: TablePositions,
) -> Follower:
    return Follower(
        source,
        settings.topic("intake"),
        Reaction(TYPES, react),
        broker=broker,
        runner=runner,
        positions=positions,
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
