"""How soon an order is in force while two hundred persons a second board.

The service is the real one, over HTTP. Orders come ten times a second: on a person who boards a
moment later, on one who boards in that very moment, and on classes. Each is answered once it is
recorded, and from that entry on nobody boards whom it is about: the log is read through for that.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import date
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import msgspec
import uvloop

from bench.final import Steady
from bench.http import Intake, running_intake
from bench.long_logs import BEGINS, TERMS, case_events, fill, new_case
from bench.made_entries import origin
from bench.made_journeys import agreed, sealed
from bench.wire import CREATED, OVERLOADED, Load, post
from cli.demo.offices import US_COURT, US_ESCORT
from shared.contracts.hold import HoldAsserted
from shared.contracts.manifest import BoardingRefused, PersonBoarded
from shared.kernel.dates import DatePeriod
from shared.kernel.ids import ManifestId
from shared.ledger.entry import decode
from shared.ledger.machine import new_id
from shared.ledger.postgres import PostgresStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.kernel.event import Event
    from shared.kernel.ids import CaseId, PersonId

BOARDINGS_PER_SECOND = 200
ORDERS_PER_SECOND = 10
SECONDS = 30
WARM_UP_SECONDS = 2
ON_A_FLIGHT = 100
AHEAD = 40
"""So many boardings after the one in hand does the next person board on whom an order comes."""
P99_MILLISECONDS = 50.0
PAGE = 20_000
LASTING = msgspec.structs.replace(TERMS, effective=DatePeriod(BEGINS, date(2199, 1, 1)))
FOR_GOOD: dict[str, Any] = {"valid_until": date(2198, 12, 31), "days_remaining": 36_500}
Seat = tuple[ManifestId, "CaseId", "PersonId"]


def flights(seats: list[Seat]) -> Iterator[Event]:
    """Terms that last, everybody's case cleared for good, and sealed lists of all of them."""
    yield from agreed(LASTING)
    for _, case, person in seats:
        for event in case_events((case, person)):
            lasting = FOR_GOOD.keys() & set(event.__struct_fields__)
            yield msgspec.structs.replace(event, **{name: FOR_GOOD[name] for name in lasting})
    journeys = dict.fromkeys(journey for journey, _, _ in seats)
    for number, journey in enumerate(journeys):
        passengers = seats[number * ON_A_FLIGHT : (number + 1) * ON_A_FLIGHT]
        people = [(case, person) for _, case, person in passengers]
        yield from sealed(journey, LASTING.ref, people)


def new_seats(number: int) -> list[Seat]:
    """So many passengers, flight after flight."""
    journeys = [ManifestId(new_id()) for _ in range(0, number, ON_A_FLIGHT)]
    return [(journeys[index // ON_A_FLIGHT], *new_case()) for index in range(number)]


def boardings(intake: Intake, seats: list[Seat]) -> list[bytes]:
    """Everybody boards, one after another."""
    paths = (f"/v1/manifests/{journey}/persons/{case}:board" for journey, case, _ in seats)
    return [intake.request(US_ESCORT, path, b"{}") for path in paths]


def orders(intake: Intake, seats: list[Seat]) -> Iterator[bytes]:
    """Orders on whoever boards then, on whoever boards soon, and on a class, in turn."""
    token, host = intake.token(US_COURT), f"127.0.0.1:{intake.port}"
    step = BOARDINGS_PER_SECOND // ORDERS_PER_SECOND
    for number in count():
        seat = seats[min(number * step + (AHEAD if number % 3 else 0), len(seats) - 1)]
        scope: dict[str, str] = {"kind": "person", "person": seat[2]}
        if number % 3 == 2:  # noqa: PLR2004 - every third of them
            scope = {"kind": "class", "court": f"Court of order {number}", "destination": "SLV"}
        order = {
            "scope": scope,
            "form": "oral",
            "received_at": "2025-03-15T22:45:00Z",
            "reference": f"order-{number}",
        }
        yield post(host, "/v1/holds", token, new_id(), msgspec.json.encode(order))


async def measure(intake: Intake, seats: list[Seat]) -> tuple[Load, Load]:
    """Warm up, then board everybody else while orders come."""
    warm_up = WARM_UP_SECONDS * BOARDINGS_PER_SECOND
    requests = boardings(intake, seats)
    await Steady(intake.port).run(requests[:warm_up], BOARDINGS_PER_SECOND)
    then = seats[warm_up:]
    few = [*islice(orders(intake, then), len(then) * ORDERS_PER_SECOND // BOARDINGS_PER_SECOND)]
    boarded, forbidden = await asyncio.gather(
        Steady(intake.port).run(requests[warm_up:], BOARDINGS_PER_SECOND),
        Steady(intake.port).run(few, ORDERS_PER_SECOND),
    )
    return boarded, forbidden


async def boarded_after_an_order(url: str, first: int) -> tuple[int, int]:
    """How many boarded after an order on them, and how many were refused, from an entry on."""
    store = await PostgresStore.connect(url)
    forbidden: set[str | None] = set()
    wrong = refused = 0
    try:
        while page := await store.entries(first, PAGE):
            first += len(page)
            for event in (decode(entry).event for entry in page):
                if isinstance(event, HoldAsserted):
                    forbidden.add(event.scope.named_person)
                elif isinstance(event, PersonBoarded):
                    wrong += event.person in forbidden
                refused += isinstance(event, BoardingRefused)
    finally:
        await store.close()
    return wrong, refused


def run(*, smoke: bool) -> int:
    """Measure and print; 1 if an order was refused or late, or somebody boarded against one."""
    seconds = (1 if smoke else SECONDS) + WARM_UP_SECONDS
    seats = new_seats(seconds * BOARDINGS_PER_SECOND)
    filled = [*flights(seats)]
    with ExitStack() as until:
        urls: list[str] = []

        def fill_in(url: str) -> None:
            urls.append(url)
            uvloop.run(fill(url, origin("intake"), iter(filled)))

        intake = running_intake(until, fill_in)
        boarded, forbidden = uvloop.run(measure(intake, seats))
        wrong, refused = uvloop.run(boarded_after_an_order(urls[0], len(filled)))
    p99 = forbidden.percentile(0.99)
    print(
        f"orders at {BOARDINGS_PER_SECOND} boardings/s: p50 {forbidden.percentile(0.5):.1f} ms, "
        f"p99 {p99:.1f} ms, {len(forbidden.took):,} of {len(forbidden.bodies):,} recorded"
    )
    print(
        f"boardings: {boarded.rate:,.0f}/s, p99 {boarded.percentile(0.99):.1f} ms, "
        f"{len(boarded.took):,} boarded, {refused:,} refused, {wrong} after an order on them, "
        f"{boarded.statuses.get(OVERLOADED, 0):,} asked to come again"
    )
    is_late = not smoke and p99 > P99_MILLISECONDS
    return 1 if wrong or is_late or forbidden.statuses.keys() != {CREATED} else 0
