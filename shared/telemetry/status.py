"""How a background task is doing: for readiness, for metrics, for whoever is woken up."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Literal, NoReturn, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from shared.telemetry.metrics import Metrics

State = Literal["standby", "running", "waiting", "failing", "stuck", "stopped"]
NOT_READY: frozenset[State] = frozenset({"stuck", "stopped"})


class Patience(msgspec.Struct, frozen=True):
    """How long, in seconds, and how often something is tried again."""

    first: float = 0.1
    longest: float = 5.0
    failures: int = 5
    """So many in a row are more than a hiccup: readiness says stuck."""
    not_yet: float = 0.25
    """How long to wait for a fact that another log has."""
    poll: float = 0.2
    """How often to look for what nobody told us of."""
    proof: float = 0.03
    """How often to ask for a signed checkpoint while entries wait to be proved."""
    late: float = 0.5
    """How long after it was signed an entry may come from the topic; then it is fetched."""
    look: float = 1.0
    """How often to ask a log itself whose topic is silent."""

    def after(self, failures: int) -> float:
        """How long to wait after so many failures in a row."""
        return float(min(self.first * 2 ** (failures - 1), self.longest))


class Health(msgspec.Struct, frozen=True):
    """How a task is doing at one moment."""

    name: str
    state: State
    lag: int
    """How many entries are there to publish or to apply, as far as it is known."""
    idle_seconds: float | None
    """Since it last had success, be it that there was nothing to do."""
    detail: str = ""

    @property
    def ready(self) -> bool:
        """Whether nobody needs to look. One that stands by is ready: another does the work."""
        return self.state not in NOT_READY


class Observed(Protocol):
    """Something that tells how it is doing: a relay, a follower."""

    @property
    def name(self) -> str:
        """What it is called, e.g. `relay accord.example/intake/0`."""
        ...

    def health(self) -> Health:
        """How it is doing now."""
        ...


class Status:
    """What a task notes about itself."""

    def __init__(self, name: str, patience: Patience) -> None:
        """Stand by."""
        self._name = name
        self._patience = patience
        self._state: State = "standby"
        self._detail = ""
        self._succeeded: float | None = None
        self._failures = 0
        self.lag = 0

    def stand_by(self) -> None:
        """Note that the task does not run here."""
        self._state, self._detail = "standby", ""

    def succeeded(self, lag: int) -> None:
        """Note progress, or that there is nothing to do."""
        self._state, self._detail, self._failures = "running", "", 0
        self._succeeded = time.monotonic()
        self.lag = lag

    def waits(self, why: str) -> None:
        """Note what is waited for, which comes by itself: nothing is wrong here."""
        self._state, self._detail = "waiting", why

    def stopped(self, why: str) -> None:
        """Note that trying again is no use."""
        self._state, self._detail = "stopped", why

    def failed(self, why: str) -> float:
        """Note a failure; gives the seconds to wait before trying again."""
        self._failures += 1
        stuck = self._failures >= self._patience.failures
        self._state, self._detail = ("stuck" if stuck else "failing"), why
        return self._patience.after(self._failures)

    async def keep_going(
        self,
        attempt: Callable[[], Awaitable[object]],
        told: Callable[[Exception, float], None],
        *,
        final: type[Exception] | tuple[type[Exception], ...] = (),
    ) -> NoReturn:
        """Attempt a task again and again until it is cancelled, with a pause after each failure.

        `told` is called with the failure and the seconds until the next attempt. What is `final` is
        raised: trying again is no use.
        """
        while True:
            try:
                await attempt()
            except asyncio.CancelledError:
                self.stand_by()
                raise
            except Exception as error:
                if isinstance(error, final):
                    self.stopped(str(error))
                    raise
                pause = self.failed(f"{type(error).__name__}: {error}")
                told(error, pause)
                await asyncio.sleep(pause)

    def health(self) -> Health:
        """All of it, now."""
        since = None if self._succeeded is None else time.monotonic() - self._succeeded
        return Health(self._name, self._state, self.lag, since, self._detail)

    async def check(self) -> str | None:
        """Why this is not ready, or nothing: a check for `/status`."""
        health = self.health()
        return None if health.ready else f"{health.state}: {health.detail}"


def measure(metrics: Metrics, observed: Iterable[Observed]) -> None:
    """Show background tasks as gauges, read whenever the metrics are."""
    lag = metrics.gauge("task_lag_entries", "Entries to publish or to apply", "task")
    idle = metrics.gauge("task_idle_seconds", "Since the task last had success", "task")
    ready = metrics.gauge("task_ready", "1 unless the task is stuck or stopped", "task")
    for task in observed:
        lag.labels(task.name).set_function(_read(task, lambda health: health.lag))
        idle.labels(task.name).set_function(_read(task, lambda health: health.idle_seconds or 0.0))
        ready.labels(task.name).set_function(_read(task, lambda health: health.ready))


def _read(task: Observed, value: Callable[[Health], float]) -> Callable[[], float]:
    return lambda: float(value(task.health()))
