"""Deadlines for tests: a projection that says what is due, and the command that it then is."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.contracts.placement import PlaceReserved
from shared.kernel.ids import FacilityId
from shared.ledger.deadline_clock import DeadlineClock
from shared.ledger.deadlines import Deadline, MemoryDeadlines, TableDeadlines, deadline_row
from shared.ledger.memory import MemoryStore
from shared.ledger.runner import CommandRunner
from shared.telemetry.status import Patience
from tests.support.ledgers import RESERVE, Reserve, reservation_rows

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from shared.database.reads import Reads
    from shared.database.row_changes import RowChange
    from shared.kernel.clock import Clock
    from shared.kernel.decider import Decider
    from shared.ledger.deadline_clock import Applier, FallDue
    from shared.ledger.deadlines import Deadlines
    from shared.ledger.recorded import Recorded
    from shared.ledger.store import Store

NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)
QUICK = Patience(first=0.01, longest=0.02, poll=0.01)


def deadlines_of(store: Store, reads: Reads | None) -> Deadlines:
    """What is due by a store's rows."""
    if isinstance(store, MemoryStore):
        return MemoryDeadlines(store)
    assert reads is not None
    return TableDeadlines(reads)


def due_rows(recorded: Recorded) -> Iterator[RowChange]:
    """A reservation at `f@<hour>` is answered by one at `f`, due at that hour of the day."""
    yield from reservation_rows(recorded)
    if isinstance(recorded.event, PlaceReserved) and "@" in recorded.event.facility:
        facility, _, hours = recorded.event.facility.partition("@")
        yield deadline_row(Deadline(NOON + timedelta(hours=int(hours)), "reserve", facility))


def reserve_once(deadline: Deadline, _now: datetime) -> tuple[Decider[Any, Any], object]:
    """One reservation a facility: of a second one the reason is gone."""
    return RESERVE, Reserve(FacilityId(deadline.subject), limit=1)


def clock(
    runner: Applier, deadlines: Deadlines, now: Clock, fall_due: FallDue = reserve_once
) -> DeadlineClock:
    """A clock that looks again soon."""
    return DeadlineClock("placement", deadlines, fall_due, runner=runner, clock=now, patience=QUICK)


@asynccontextmanager
async def due_runner(store: Store, now: Clock) -> AsyncIterator[CommandRunner]:
    """A runner whose projection says what is due."""
    runner = CommandRunner(store, now, due_rows)
    await runner.start()
    try:
        yield runner
    finally:
        await runner.stop()


async def plan(runner: CommandRunner, deadlines: Iterable[Deadline]) -> None:
    """Put deadlines beside the log, as a projection would."""
    await runner.apply([], [deadline_row(deadline) for deadline in deadlines])
