"""What every program is made of: its clock, metrics, checks, leader tasks and open resources."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol, TypeVar

from shared.database.leader_lock import alone
from shared.ledger.machine import SystemClock
from shared.messaging.broker import Broker
from shared.sealing.finality import Finality
from shared.service.settings import ServiceSettings
from shared.telemetry.garbage import look_seldom
from shared.telemetry.logs import configure_logs
from shared.telemetry.metrics import Metrics
from shared.telemetry.status import Observed, measure
from shared.web.admission import Admission
from shared.web.app import App, Resource, Router, build_app
from shared.web.background import Run
from shared.web.endpoints.health import Check, Checks
from shared.web.identity.verifier import Verifier, load_keys

Told = TypeVar("Told", bound=ServiceSettings)


class Work(Observed, Protocol):
    """A leader's task: a relay, a sealer, a follower, whatever else must run alone."""

    async def run(self) -> None:
        """Work until cancelled."""
        ...

    async def check(self) -> str | None:
        """Why it is not ready, or nothing."""
        ...


class Program:
    """Collects what a program is made of, then makes its app, which opens and closes all of it."""

    def __init__(self, name: str, settings: ServiceSettings) -> None:
        """Begin with what all have; tokens are meant for `name`. Raises `KeysWrong` for unusable
        public keys.
        """
        self.title = f"Accord {name}"
        self.settings = settings
        self.clock = SystemClock()
        self.metrics = Metrics()
        rules = settings.token_rules(name)
        self._verifier = Verifier(load_keys(settings.jwks), self.clock, rules)
        self._needs: dict[str, Check] = {}
        self._works: dict[str, Check] = {}
        self._alarms: dict[str, Check] = {}
        self._tasks: dict[str, Run] = {}
        self._observed: list[Observed] = []
        self._resources: list[Resource] = []

    def opens(self, resource: Resource) -> None:
        """Open this when the program starts, after what came before, and close it before that."""
        self._resources.append(resource)

    def needs(self, name: str, check: Check) -> None:
        """Without this it can record nothing: `/readyz` asks for it, and `/status`."""
        self._needs[name] = check

    def checks(self, name: str, check: Check) -> None:
        """`/status` asks this too."""
        self._works[name] = check

    def alarms(self, name: str, alarm: Check) -> None:
        """`/status` tells this too, and stays as it is."""
        self._alarms[name] = alarm

    def runs(self, name: str, run: Run) -> None:
        """Run this in the background, alone among the program's replicas."""
        self._tasks[name] = partial(alone, self.settings.database_url, name, run)

    def runs_everywhere(self, name: str, run: Run) -> None:
        """Run this in the background, in every replica."""
        self._tasks[name] = run

    def shows(self, observed: Iterable[Observed]) -> None:
        """Show how these are doing in the metrics."""
        self._observed.extend(observed)

    def works(self, work: Work) -> None:
        """A leader's task: run alone, checked, and shown in the metrics, all under its name."""
        self.runs(work.name, work.run)
        self.checks(work.name, work.check)
        self.shows([work])

    def app(
        self,
        routers: Iterable[Router],
        finality: Finality | None = None,
        admission: Admission | None = None,
    ) -> App:
        """The app with these routers; `finality` is of the log that its commands append to, and
        `admission` says which of them are taken.
        """
        measure(self.metrics, self._observed)
        return build_app(
            title=self.title,
            verifier=self._verifier,
            routers=tuple(routers),
            checks=Checks(self._needs, self._works, self._alarms),
            tasks=self._tasks,
            resources=self._resources,
            metrics=self.metrics,
            finality=finality,
            admission=admission,
        )


def started(service: str, settings: type[Told], assemble: Callable[[Told, Broker], App]) -> App:
    """The service as its process runs it, by the environment."""
    configure_logs(service)
    look_seldom()
    told = settings.read(os.environ)
    return assemble(told, told.broker())
