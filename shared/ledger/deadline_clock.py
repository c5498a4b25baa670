"""The clock of a service: works off what is due, in the order of the instants."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Protocol

from shared.database.errors import Unavailable
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.ledger.deadlines import settlement_row
from shared.ledger.errors import LedgerError
from shared.ledger.recorded import Idempotency, Provenance
from shared.ledger.work import Step
from shared.telemetry.logs import logger
from shared.telemetry.status import Patience, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from shared.database.row_changes import RowChange
    from shared.kernel.clock import Clock
    from shared.kernel.decider import Decider
    from shared.ledger.deadlines import Deadline, Deadlines
    from shared.ledger.work import Settled
    from shared.telemetry.status import Health

    FallDue = Callable[[Deadline, datetime], tuple[Decider[Any, Any], object]]
    """The command that a deadline is, given the present instant: a pure mapping."""

OFFICE = "ops"
PAGE = 1_000
_log = logger("deadlines")


class ClockSkewed(LedgerError):
    """This process's clock is not the log's: nobody can say what is due (G1)."""


class DeadlineFault(LedgerError):
    """Something that is due could not be decided; the rest was worked off."""


class Applier(Protocol):
    """Takes steps and rows in one transaction, and knows the log's clock: `CommandRunner`."""

    async def apply(self, steps: Sequence[Step], rows: Sequence[RowChange] = ()) -> list[Settled]:
        """Write all of it or nothing."""
        ...

    async def clock_skew(self) -> timedelta:
        """How far this process's clock is ahead of the log's own."""
        ...


def clock_of(service: str) -> Actor:
    """Who acts when something falls due: the service's own clock, for neither state."""
    return Actor(INDEPENDENT, OFFICE, f"{service}-clock")


class DeadlineClock:
    """Works off deadlines. Run it alone among the replicas: `alone(url, clock.name, clock.run)`.

    Each is an ordinary command, decided on the log: where a rule refuses, its reason is gone and
    nothing is recorded. It is settled in the same transaction. Should two clocks run at once all
    the same, the idempotency key of kind, subject and instant has every deadline act once.
    """

    def __init__(
        self,
        service: str,
        deadlines: Deadlines,
        fall_due: FallDue,
        *,
        runner: Applier,
        clock: Clock,
        patience: Patience | None = None,
    ) -> None:
        """Work off `deadlines` of a service, each as the command that `fall_due` makes of it."""
        self.name = f"{service}-clock"
        self._actor = clock_of(service)
        self._deadlines = deadlines
        self._fall_due = fall_due
        self._runner = runner
        self._clock = clock
        self._patience = patience or Patience(poll=1.0)
        self._status = Status(self.name, self._patience)
        self.check = self._status.check

    def health(self) -> Health:
        """How it is doing now."""
        return self._status.health()

    async def run(self) -> None:
        """Work off what is due, and look again, until cancelled."""
        try:
            while True:
                pause = await self._round()
                await asyncio.sleep(pause)
        finally:
            self._status.stand_by()

    async def _round(self) -> float:
        """Work off what is due; gives the seconds until the next look."""
        try:
            await self.work_off()
        except Exception as error:  # noqa: BLE001 - whatever it was, what stands is tried again
            pause = self._status.failed(f"{type(error).__name__}: {error}")
            _log.warning("deadlines are late", why=repr(error), retry_in=pause)
            return pause
        self._status.succeeded(0)
        return self._patience.poll

    async def work_off(self) -> None:
        """Work off everything that is due now, the earliest first.

        What follows from one deadline may be due already: it is next, before any later instant.
        Raises `ClockSkewed` and `Unavailable`, and `DeadlineFault` when all else is done.
        """
        await self._require_true_clock()
        now, after, faults = self._clock.now(), None, list[str]()
        while rows := await self._deadlines.due(now, PAGE, after):
            together = [*takewhile(lambda row: row.due_at == rows[0].due_at, rows)]
            wrong = await self._settle(together, now)
            if wrong:  # they stand still: go on beyond them
                after = together[-1]
            faults += wrong
        if faults:
            raise DeadlineFault(f"{len(faults)} could not be decided, the first: {faults[0]}")

    async def _require_true_clock(self) -> None:
        skew = await self._runner.clock_skew()
        if abs(skew) > MAX_CLOCK_SKEW:
            raise ClockSkewed(
                f"this clock is {skew.total_seconds():+.1f} s from the log's, so nothing falls due"
                " here: set it right"
            )

    async def _settle(self, deadlines: Sequence[Deadline], now: datetime) -> list[str]:
        """Decide all of one instant, each in its own transaction; gives what went wrong."""
        works = [self._decide(deadline, now) for deadline in deadlines]
        results = await asyncio.gather(*works, return_exceptions=True)
        wrong: list[str] = []
        for deadline, result in zip(deadlines, results, strict=True):
            if isinstance(result, Unavailable):
                raise result
            if isinstance(result, BaseException):
                _log.error("a deadline cannot be decided", deadline=deadline, why=repr(result))
                wrong.append(f"{deadline.kind} of {deadline.subject}: {result!r}")
        return wrong

    async def _decide(self, deadline: Deadline, now: datetime) -> None:
        decider, command = self._fall_due(deadline, now)
        what = f"{deadline.kind}/{deadline.subject}"
        provenance = Provenance(actor=self._actor, time=deadline.due_at, correlation=what)
        step = Step(decider, command, provenance, _idempotency(deadline))
        await self._runner.apply([step], [settlement_row(deadline, now)])


def _idempotency(deadline: Deadline) -> Idempotency:
    """One digest for key and request: a deadline acts once, however the service maps it later."""
    instant = deadline.due_at.astimezone(UTC)
    name = f"{deadline.kind}\x1f{deadline.subject}\x1f{instant.isoformat()}"
    digest = hashlib.sha256(name.encode()).digest()
    return Idempotency(digest, digest)
