"""What it costs to clear a person, to board them and to forbid it, with a thousand cases and with a
million, and ten thousand orders.

The cases are open and fit the class whose departure is forbidden: an order on all of them costs
what one on a single person costs. Everything is timed as in `history`, warm and cold.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import uvloop

from bench.append import fresh_database, measured_server
from bench.history import Timed, print_curve
from bench.history_steps import COURT, NOW, SAY
from bench.long_logs import TERMS, asserted, case_events, fill, new_case
from bench.made_entries import AGENCY, ESCORT, origin
from bench.made_journeys import agreed, sealed
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.hold.assert_hold import ASSERT_HOLD, AssertHold
from services.intake.domain.hold.lift_hold import LIFT_HOLD, LiftHold
from services.intake.domain.manifest.board_person import BOARD_PERSON, BoardPerson
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import HoldLifted, HoldScope, PersonScope
from shared.kernel.actor import Actor
from shared.kernel.ids import HoldId, ManifestId, PersonId
from shared.ledger.machine import new_id
from shared.ledger.postgres import PostgresStore
from tests.support.ledgers import ledger_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bench.history import Milliseconds
    from bench.history_steps import Asked
    from shared.kernel.event import Event
    from shared.ledger.runner import CommandRunner

CASES = (1_000, 40_000, 100_000, 1_000_000)
ORDERS = 10_000
ROUNDS = 10
EVERY_TENTH = 10
CLERK = Actor(COURT.party, COURT.office, "bench/two")
EVERYBODY = ClassScope(case_kind="third-country", destination="SLV")
ON_A_PERSON, ON_A_CLASS = "forbid one person", "forbid a class of all"


def log(cases: int, orders: int) -> Iterator[Event]:
    """Orders on persons and, every tenth, on a class of its own; then open cases."""
    yield from agreed(TERMS)
    for number in range(orders):
        scope: HoldScope = PersonScope(PersonId(new_id()))
        if number % EVERY_TENTH == 0:
            scope = ClassScope(court=f"Court of case {number}", destination="SLV")
        about: dict[str, Any] = {"hold": HoldId(new_id()), "scope": scope}
        yield asserted(about)
        if number % EVERY_TENTH == 1:
            yield HoldLifted(**about, instrument="25-2", lifted_by=str(CLERK), lifted_at=NOW)
    for _ in range(cases):
        yield from islice(case_events(new_case()), 2)


async def steps(_runner: CommandRunner, _round: int) -> AsyncIterator[Asked]:
    """A person is cleared and boards, and an order forbids the departure of one and of all."""
    names = new_case()
    case, person = names
    flight = ManifestId(new_id())
    yield "", SAY, tuple(case_events(names)[:-1])
    yield "clear a case", CLEAR_CASE, ClearCase(case=case, now=NOW, actor=AGENCY, on=NOW.date())
    yield "", SAY, tuple(sealed(flight, TERMS.ref, [names]))
    boarding = BoardPerson(
        manifest=flight, case=case, clock_skew=timedelta(0), now=NOW, actor=ESCORT
    )
    yield "board a person", BOARD_PERSON, boarding
    yield ON_A_PERSON, ASSERT_HOLD, order(PersonScope(person))
    against_all = order(EVERYBODY)
    yield ON_A_CLASS, ASSERT_HOLD, against_all
    for clerk in (COURT, CLERK):
        lift = LiftHold(hold=against_all.hold, instrument="25-3", now=NOW, actor=clerk)
        yield "", LIFT_HOLD, lift


def order(scope: HoldScope) -> AssertHold:
    """A court's oral order."""
    return AssertHold(
        hold=HoldId(new_id()),
        scope=scope,
        form="oral",
        received_at=NOW,
        reference="25-1",
        now=NOW,
        actor=COURT,
    )


async def measure(url: str, cases: int, orders: int, rounds: int) -> Milliseconds:
    """Fill a log with so many cases and orders, and time what is asked then."""
    await ledger_database(url, origin=origin("intake"))
    await fill(url, origin("intake"), log(cases, orders))
    store = await PostgresStore.connect(url)
    try:
        return await Timed(steps, store, rounds).run()
    finally:
        await store.close()


def run(*, smoke: bool) -> int:
    """Measure and print the curve, and a class beside a person."""
    sizes, orders, rounds = ((100, 1_000), 100, 2) if smoke else (CASES, ORDERS, ROUNDS)
    by_command: dict[tuple[str, str], list[float]] = defaultdict(list)
    with measured_server() as server:
        for size in sizes:
            with fresh_database(server) as url:
                for name, took in uvloop.run(measure(url, size, orders, rounds)).items():
                    by_command[name].append(took)
    print_curve(f"open cases, {orders:,} orders", sizes, by_command)
    for state in ("warm", "cold"):
        pairs = zip(by_command[ON_A_CLASS, state], by_command[ON_A_PERSON, state], strict=True)
        ratios = ", ".join(f"{a_class / person:.2f}" for a_class, person in pairs)
        print(f"{ON_A_CLASS} / {ON_A_PERSON}, {state}: {ratios}")
    return 0
