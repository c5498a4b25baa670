"""Admission: under more load than it can carry, a service takes fewer commands, the urgent first.

What is accepted must become final within two seconds. The measure is how long that takes now: since
when the oldest command waits to be decided, and since when the oldest entry waits to be final. From
`calm` on fewer commands are taken, from `full` on none but urgent ones.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import msgspec

from shared.telemetry.metrics import Metrics
from shared.web.problems import Refused, problem

ADMISSION_KEY = "accord.admission"
_DETAIL = (
    "More is asked of this service than it can make final in time. Nothing was recorded: send this"
    " again with the same Idempotency-Key, after the seconds that Retry-After says. Holds, returns"
    " and releases have room of their own."
)


class Limits(msgspec.Struct, frozen=True):
    """Up to where commands are taken."""

    calm: float = 0.4
    """Seconds: so late may what is accepted become final, and everything is taken."""
    full: float = 1.2
    """Seconds: from here on nothing is taken but urgent commands."""
    few: int = 8
    """As long as fewer are under way they are no load: who asks one by one is never refused."""
    commands: int = 1024
    """So many may be under way at once."""
    urgent: int = 4096
    """The same, of urgent ones and all others together."""
    pause: float = 0.1
    """Seconds: so long a command waits that is one of many in a request, and looks again."""
    tries: int = 300
    """So often it looks before it is refused."""

    def share(self, age: float) -> float:
        """Which share of commands is taken at this age: all, some evenly chosen, or none."""
        return min(1.0, max(0.0, (self.full - age) / (self.full - self.calm)))


class UnderWay:
    """A command that was let in: load until it is decided, however long it waits after that."""

    def __init__(self, begun: dict[UnderWay, float], now: float) -> None:
        """Count it among those that have `begun`."""
        self._begun = begun
        begun[self] = now

    def decided(self) -> None:
        """It has its entry, or its refusal: what it waits for now is finality."""
        self._begun.pop(self, None)


class Admission:
    """Lets commands in, or refuses them (503) before anything else is done for them."""

    def __init__(
        self,
        age: Callable[[], float],
        limits: Limits | None = None,
        metrics: Metrics | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask `age` how old the oldest entry is that is not final, in seconds."""
        self._age = age
        self._now = now
        self._deciding: dict[UnderWay, float] = {}
        self._limits = limits or Limits()
        self._under_way = 0
        self._credit = 1.0
        measured = metrics or Metrics()
        self._refused = measured.counter("commands_shed_total", "Commands shed", "urgent")
        measured.gauge("unfinal_age_seconds", "Age of the oldest unfinal entry").set_function(age)
        queue = measured.gauge("undecided_age_seconds", "Age of the oldest undecided command")
        queue.set_function(self.undecided_age)

    def undecided_age(self) -> float:
        """Seconds since the oldest command was let in that is not decided yet."""
        for begun in self._deciding.values():
            return self._now() - begun
        return 0.0

    @asynccontextmanager
    async def in_time(self, *, urgent: bool) -> AsyncIterator[UnderWay]:
        """The same of one among many: it waits until there is room, and is refused at last."""
        for _ in range(self._limits.tries):
            if self._may(urgent=urgent):
                break
            await asyncio.sleep(self._limits.pause)
        else:
            raise self._shed(urgent=urgent)
        with self._counted() as under_way:
            yield under_way

    @contextmanager
    def admitted(self, *, urgent: bool) -> Iterator[UnderWay]:
        """Count a command as under way for as long as the block lasts; `Refused` if it may not."""
        if not self._may(urgent=urgent):
            raise self._shed(urgent=urgent)
        with self._counted() as under_way:
            yield under_way

    @contextmanager
    def _counted(self) -> Iterator[UnderWay]:
        self._under_way += 1
        under_way = UnderWay(self._deciding, self._now())
        try:
            yield under_way
        finally:
            under_way.decided()
            self._under_way -= 1

    def _lateness(self) -> float:
        """How long what is accepted now takes to become final, by those before it, in seconds."""
        return self.undecided_age() + self._age()

    def _shed(self, *, urgent: bool) -> Refused:
        self._refused.labels(str(urgent).lower()).inc()
        after = str(max(1, round(self._lateness())))
        return Refused(problem(503, "Overloaded", _DETAIL), {"retry-after": after})

    def _may(self, *, urgent: bool) -> bool:
        return self._has_room(urgent=urgent) and (urgent or self._is_its_turn())

    def _has_room(self, *, urgent: bool) -> bool:
        return self._under_way < (self._limits.urgent if urgent else self._limits.commands)

    def _is_its_turn(self) -> bool:
        """Whether this one is among the share that is taken: with a half, every second one."""
        if self._under_way < self._limits.few:
            return True
        share = self._limits.share(self._lateness())
        self._credit = min(self._credit + share, 2.0)
        if share == 0 or self._credit < 1.0:
            return False
        self._credit -= 1.0
        return True
