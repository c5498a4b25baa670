"""A service that keeps a log: store, reads, runner, relay, sealer and followers, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import httpx

from shared.database.reads import Reads
from shared.ledger.deadline_clock import DeadlineClock
from shared.ledger.deadlines import TableDeadlines
from shared.ledger.log import Log
from shared.ledger.positions import TablePositions
from shared.ledger.postgres import PostgresStore
from shared.ledger.runner import CommandRunner
from shared.messaging.broker import Broker
from shared.messaging.follower import Follower, Reaction
from shared.messaging.origin import OriginLog
from shared.messaging.relay import Relay
from shared.sealing.service import Sealing
from shared.service.finality_lag import FinalityLag
from shared.service.program import Program
from shared.service.settings import SealingSettings
from shared.views.definition import ViewsCheck
from shared.web.admission import Admission
from shared.web.app import App, Router
from shared.web.endpoints.log import log_routers

if TYPE_CHECKING:
    from shared.ledger.deadline_clock import FallDue
    from shared.views.definition import Views

ANSWER_SECONDS = 10
"""How long another service's log may take to answer a request of a follower."""


class LogService:
    """What intake, placement and billing have in common; an `app.py` adds what is its own.

    `follow` other services, say what a deadline is, add further leader tasks with
    `program.works`, then make the `app`.
    """

    def __init__(self, name: str, settings: SealingSettings, broker: Broker, views: Views) -> None:
        """Make it of its settings; its log is published to `broker`, and its views filled."""
        self.name = name
        self.settings = settings
        self.broker = broker
        self.program = Program(name, settings)
        clock, url = self.program.clock, settings.database_url
        self.store, self.reads = PostgresStore(url, clock), Reads.connect(url)
        self.runner = CommandRunner(self.store, clock, views.project)
        self.log = Log(self.store, settings.origin(name))
        self.http = httpx.AsyncClient(timeout=ANSWER_SECONDS)
        self.sealing = Sealing(self.log, settings, clock, self.runner.appended)
        self.program.opens(self._open)
        self.program.opens(self.sealing.running)
        self.program.needs("database", self._database)
        self.program.checks("views", ViewsCheck(self.reads, views).check)
        self.program.works(self._relay())
        self.program.works(self.sealing.sealer)
        self.sealing.measure(self.program.metrics)
        self._findings = self.program.metrics.gauge(
            "topic_findings", "Records in a followed topic that are not the log's", "origin"
        )
        self._lag = FinalityLag()
        self.program.runs_everywhere(self._lag.name, self._watch_lag)

    def follow(self, service: str, reaction: Reaction) -> None:
        """React to another service's entries. Raises `KeyFileWrong` if the policy lacks its log."""
        origin, url = self.settings.origin(service), self.settings.log_url(service)
        follower = Follower(
            OriginLog(self.http, url, origin, self.sealing.keys_of(origin)),
            self.settings.topic(service),
            reaction,
            broker=self.broker,
            runner=self.runner,
            positions=TablePositions(self.reads),
        )
        self.program.works(follower)
        self._findings.labels(origin).set_function(lambda: follower.found)

    def keeps_deadlines(self, fall_due: FallDue) -> None:
        """Work off what is due, each as the command that `fall_due` makes of it."""
        due = TableDeadlines(self.reads)
        self.program.works(
            DeadlineClock(self.name, due, fall_due, runner=self.runner, clock=self.program.clock)
        )

    def _relay(self) -> Relay:
        return Relay(
            self.log,
            self.broker,
            self.settings.topic(self.name),
            appended=self.runner.appended,
            published=self.sealing.finality.published,
        )

    def app(self, *routers: Router) -> App:
        """The app with its log, and these routers."""
        routes = (*log_routers(self.sealing.log), *routers)
        admission = Admission(self._lag.age, metrics=self.program.metrics)
        return self.program.app(routes, self.sealing.finality, admission)

    async def _watch_lag(self) -> None:
        await self._lag.watch(lambda: self.runner.size, self.sealing.finality)

    async def _database(self) -> str | None:
        await self.log.size()
        return None

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[None]:
        """What has connections, closed in the opposite order, also when a later one fails."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.http)
            stack.push_async_callback(self.reads.close)
            await self.store.open()
            stack.push_async_callback(self.store.close)
            await self.runner.start()
            stack.push_async_callback(self.runner.stop)
            yield
