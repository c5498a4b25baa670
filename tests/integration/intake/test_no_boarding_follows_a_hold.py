"""Two intake processes on one database: holds are asserted, and agreements suspended, while dozens
of boardings run (G1, G23, T2).

What counts is the log: in it, no boarding follows what forbids it. The same rounds against a
boarding decision whose query was weakened on purpose show a violation, so the test can fail.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from services.intake.domain.clearance.state import Traveller
from shared.contracts.agreement_course import AgreementSuspended
from shared.contracts.hold import HoldAsserted
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
    """Board everybody, with an order about every third person, and in the midst of it one about the
    country or, in every second round, a suspension of the agreement.
    """
    asked: list[Awaitable[httpx.Response]] = []
    for index, traveller in enumerate(flight.travellers):
        here, there = index % 2, (index + 1) % 2
        delay = moment.uniform(0, 0.1)

        def board(
            traveller: Traveller = traveller, process: int = here
        ) -> Awaitable[httpx.Response]:
            return processes.board(flight, traveller, process)

        def hold(
            traveller: Traveller = traveller, process: int = there
        ) -> Awaitable[httpx.Response]:
            return processes.hold({"kind": "person", "person": traveller.person}, process)

        asked.append(after(delay, board))
        if index % 3 == 0:
            asked.append(after(max(0.0, delay + moment.uniform(-0.01, 0.01)), hold))

    def all_of_them() -> Awaitable[httpx.Response]:
        if flight.is_to_be_suspended:
            return processes.suspend(flight, 0)
        return processes.hold({"kind": "country", "country": flight.country}, 0)

    asked.append(after(moment.uniform(0.03, 0.08), all_of_them))
    for answer in await asyncio.gather(*asked):
        assert answer.status_code in {201, 422}, answer.text


def violations(events: list[Event], flights: list[Flight]) -> list[PersonBoarded]:
    """Boardings that follow an order which matches them, or a suspension; nothing is lifted."""
    country_of = {flight.manifest: flight.country for flight in flights}
    held: set[str] = set()
    found: list[PersonBoarded] = []
    for event in events:
        if isinstance(event, HoldAsserted):
            held |= {event.scope.named_person or "", event.scope.named_country or ""}
        elif isinstance(event, AgreementSuspended):
            held.add(event.agreement)
        elif isinstance(event, PersonBoarded):
            stops = {event.person, country_of[event.manifest], event.agreement}
            found.extend([event] if held & stops else [])
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
    boarded = [event for event in events if isinstance(event, PersonBoarded)]
    refused = [event for event in events if isinstance(event, BoardingRefused)]
    assert len(boarded) + len(refused) == ROUNDS * BOARDINGS
    assert {event.refusal.rule for event in refused} == {"G3", "G23"}
    mixed = {event.manifest for event in boarded} & {event.manifest for event in refused}
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
