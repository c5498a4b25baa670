"""What boarding costs: its round trips to the database, and the 300th passenger beside the first.

One flight of 300 cleared passengers has its list sealed. They board one after another in a process
that has just started, each as the service does it: the clocks are compared, the boundary is read,
the decision is written.
"""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import asyncpg.connection
import uvloop

from bench.append import fresh_database, measured_server
from bench.history_steps import NOW
from bench.long_logs import TERMS, case_events, fill, new_case
from bench.made_entries import ESCORT, origin
from bench.made_journeys import agreed, sealed
from services.intake.domain.manifest.board_person import BOARD_PERSON, BoardPerson
from shared.kernel.ids import CaseId, ManifestId, PersonId
from shared.ledger.machine import SystemClock, new_id
from shared.ledger.postgres import BOUNDARY, PostgresStore
from shared.ledger.recorded import Provenance
from shared.ledger.runner import CommandRunner
from tests.support.ledgers import ledger_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cli.servers.postgres import PostgresServer
    from shared.kernel.event import Event

PASSENGERS = 300
COMPARED = 30
"""The first and the last so many passengers are held against each other."""
ROUNDS = 5
READS_BEFORE = 4
"""One after another, when each thing that the gate looks at was read by itself."""
_FLIGHT = ManifestId(new_id())


class Counted(PostgresStore):
    """A store that counts the statements that it sends: each is a round trip."""

    def __init__(self, url: str) -> None:
        """Name the database, as `PostgresStore` does."""
        super().__init__(url)
        self.statements = self.reads = 0
        uncounted = self._connection

        @asynccontextmanager
        async def counted() -> AsyncIterator[Any]:
            async with uncounted() as connection:
                with connection.query_logger(self._count):
                    yield connection

        self._connection = counted

    def _count(self, sent: asyncpg.connection.LoggedQuery) -> None:
        self.statements += 1
        self.reads += sent.query == BOUNDARY


def flight(people: list[tuple[CaseId, PersonId]]) -> Iterator[Event]:
    """Signed terms, cleared cases, and a sealed list of all of them, each with a place."""
    yield from agreed(TERMS)
    for names in people:
        yield from case_events(names)
    yield from sealed(_FLIGHT, TERMS.ref, people)


class Passed(NamedTuple):
    """How long one passenger took, in seconds, and how many statements and reads among them."""

    seconds: float
    statements: int
    reads: int


class Boarding(list[Passed]):
    """What each passenger took, in their order."""

    @property
    def late_to_early(self) -> float:
        """The time of the last passengers as a multiple of that of the first, at the medians.

        The very first finds nothing in memory, and is one of many that are.
        """
        early, late = self[:COMPARED], self[-COMPARED:]
        return median(each.seconds for each in late) / median(each.seconds for each in early)


async def measure(url: str, passengers: int) -> Boarding:
    """Make the flight and let everybody on board."""
    people = [new_case() for _ in range(passengers)]
    await ledger_database(url, origin=origin("intake"))
    await fill(url, origin("intake"), flight(people))
    store = Counted(url)
    await store.open()
    runner = CommandRunner(store, SystemClock(), lambda _recorded: ())
    await runner.start()
    boarding = Boarding()
    for case, _ in people:
        store.statements = store.reads = 0
        began = time.perf_counter()
        command = BoardPerson(
            manifest=_FLIGHT,
            case=case,
            clock_skew=await runner.clock_skew(),
            now=NOW,
            actor=ESCORT,
        )
        provenance = Provenance(actor=ESCORT, time=NOW, correlation=case)
        await runner.run(BOARD_PERSON, command, provenance)
        took = time.perf_counter() - began
        boarding.append(Passed(took, store.statements, store.reads))
    await runner.stop()
    await store.close()
    return boarding


def _measured(server: PostgresServer, rounds: int, passengers: int) -> Iterator[Boarding]:
    for _ in range(rounds):
        with fresh_database(server) as url:
            yield uvloop.run(measure(url, passengers))


def run(*, smoke: bool) -> int:
    """Measure and print round trips and the last against the first."""
    rounds, passengers = (1, 3 * COMPARED) if smoke else (ROUNDS, PASSENGERS)
    with measured_server() as server:
        flights = [*_measured(server, rounds, passengers)]
    later = [passed for boarding in flights for passed in boarding[1:]]
    print(
        f"a boarding reads {max(each.reads for each in later)} times (before the redesign: "
        f"{READS_BEFORE}), with clocks and append {max(each.statements for each in later)} round "
        f"trips; the first after a start {max(boarding[0].statements for boarding in flights)}"
    )
    took = [1_000 * each.seconds for each in later]
    ratios = sorted(boarding.late_to_early for boarding in flights)
    print(
        f"{passengers} passengers, {median(took):.1f} ms each: the last {COMPARED} take "
        f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) times what the first "
        f"{COMPARED} take"
    )
    return 0
