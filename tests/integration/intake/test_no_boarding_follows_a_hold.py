"""Two intake processes on one database: holds are asserted while dozens of boardings run (G1, T2).

What counts is the log: in it, no boarding follows a hold that matches it. The same rounds against a
boarding decision whose query was weakened on purpose show a violation, so the test can fail.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from services.intake.domain.clearance.state import Traveller
from shared.contracts.hold import CountryScope, HoldAsserted
from shared.contracts.manifest import BoardingRefused, PersonBoarded
from shared.kernel.event import Event
from shared.ledger.postgres import PostgresStore
from tests.support.two_intakes import (
    BOARDINGS,
    Flight,
    TwoProcesses,
    prepare,
    recorded,
    two_processes,
)

ROUNDS = 16


async def after(delay: float, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Ask a moment later."""
    await asyncio.sleep(delay)
    return await ask()


async def race(processes: TwoProcesses, flight: Flight, moment: random.Random) -> None:
    """Board everybody, with an order about every third person and one about the country."""
    asked: list[Awaitable[httpx.Response]] = []
    for place, one in enumerate(flight.travellers):
        here, there = place % 2, (place + 1) % 2
        delay = moment.uniform(0, 0.1)

        def board(one: Traveller = one, process: int = here) -> Awaitable[httpx.Response]:
            return processes.board(flight, one, process)

        def hold(one: Traveller = one, process: int = there) -> Awaitable[httpx.Response]:
            return processes.hold({"kind": "person", "person": one.person}, process)

        asked.append(after(delay, board))
        if place % 3 == 0:
            asked.append(after(max(0.0, delay + moment.uniform(-0.01, 0.01)), hold))

    def country() -> Awaitable[httpx.Response]:
        return processes.hold({"kind": "country", "country": flight.country}, 0)

    asked.append(after(moment.uniform(0.03, 0.08), country))
    for answer in await asyncio.gather(*asked):
        assert answer.status_code in {201, 422}, answer.text


def violations(events: list[Event], flights: list[Flight]) -> list[PersonBoarded]:
    """Boardings that follow an order which matches them. Nothing is lifted in these rounds."""
    country_of = {flight.manifest: flight.country for flight in flights}
    held: set[str] = set()
    found: list[PersonBoarded] = []
    for one in events:
        if isinstance(one, HoldAsserted):
            scope = one.scope
            held.add(scope.country if isinstance(scope, CountryScope) else scope.person)
        elif isinstance(one, PersonBoarded) and held & {one.person, country_of[one.manifest]}:
            found.append(one)
    return found


@pytest.fixture
async def store(migrated_database: str) -> AsyncIterator[PostgresStore]:
    """The log that both processes share, as the test reads it."""
    store = await PostgresStore.connect(migrated_database)
    yield store
    await store.close()


async def test_no_boarding_follows_a_matching_hold_in_the_log_of_two_processes(
    migrated_database: str, store: PostgresStore, tmp_path: Path
) -> None:
    flights = [Flight.number(number) for number in range(ROUNDS)]
    await prepare(store, flights)
    moment = random.Random(1)
    async with two_processes("sound", migrated_database, tmp_path) as processes:
        for flight in flights:
            await race(processes, flight, moment)
    events = await recorded(store)
    assert violations(events, flights) == []
    boarded = [one for one in events if isinstance(one, PersonBoarded)]
    refused = [one for one in events if isinstance(one, BoardingRefused)]
    assert len(boarded) + len(refused) == ROUNDS * BOARDINGS
    assert {one.refusal.rule for one in refused} == {"G3"}
    mixed = {one.manifest for one in boarded} & {one.manifest for one in refused}
    assert len(mixed) > ROUNDS // 2, "the orders came too early or too late to say anything"


async def test_the_same_rounds_show_a_violation_when_the_boundarys_query_is_weakened(
    migrated_database: str, store: PostgresStore, tmp_path: Path
) -> None:
    flights = [Flight.number(number) for number in range(ROUNDS)]
    await prepare(store, flights)
    moment = random.Random(1)
    async with two_processes("weakened", migrated_database, tmp_path) as processes:
        for flight in flights:
            await race(processes, flight, moment)
            if violations(await recorded(store), flights):
                return
    pytest.fail("the weakened query was not seen: these rounds would miss a broken gate")
