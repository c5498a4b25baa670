"""Boundaries that read in steps: what is read decides what is read next, and all of it counts."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from shared.contracts.placement import PlaceReserved
from shared.kernel.decider import MOST_STEPS, Boundary, BoundaryTooDeep, Decider, Fold, together
from shared.kernel.ids import FacilityId
from shared.ledger.machine import SystemClock
from shared.ledger.runner import CommandRunner
from tests.support.ledgers import (
    RESERVE,
    NoPlaceLeft,
    Places,
    Reserve,
    places,
    provenance,
    reserve_events,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from shared.kernel.decider import Reading
    from shared.kernel.event import Event
    from shared.ledger.store import Ask, Store

FIRST = FacilityId("first")


class ReserveNext(msgspec.Struct, frozen=True):
    """Reserve at the annex that a facility's own count names, if it has room."""

    limit: int = 1_000_000


class NextPlace(msgspec.Struct, frozen=True):
    """The annex, and how many places of it are reserved."""

    annex: FacilityId
    places: Places


def annex_of(first: Places) -> FacilityId:
    return FacilityId(f"annex-{first.reserved}")


def _boundary(_command: ReserveNext) -> Reading[NextPlace]:
    annex = annex_of((yield from places(FIRST)))
    return NextPlace(annex, (yield from places(annex)))


def _decide(command: ReserveNext, state: NextPlace) -> tuple[Event, ...]:
    return reserve_events(Reserve(state.annex, command.limit), state.places)


RESERVE_NEXT: Decider[ReserveNext, NextPlace] = Decider(_boundary, _decide)


class Counted:
    """A store whose boundary reads are counted."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reads = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Any]]:
        self.reads += 1
        return await self._store.read(asks)


@asynccontextmanager
async def process(store: Store) -> AsyncIterator[CommandRunner]:
    """A process of the service: what it knows of the log is its own."""
    runner = CommandRunner(store, SystemClock(), lambda _recorded: ())
    await runner.start()
    yield runner
    await runner.stop()


async def reserved_at(runner: CommandRunner, command: ReserveNext | None = None) -> str:
    outcome = await runner.run(RESERVE_NEXT, command or ReserveNext(), provenance())
    (event,) = outcome.events
    assert isinstance(event, PlaceReserved)
    return event.facility


async def test_what_is_read_decides_what_is_read_next(store: Store) -> None:
    async with process(store) as runner:
        assert await reserved_at(runner) == "annex-0"
        await runner.run(RESERVE, Reserve(FIRST), provenance())
        assert await reserved_at(runner) == "annex-1"


async def test_a_step_that_changed_since_it_was_read_leads_where_it_leads_now(store: Store) -> None:
    async with process(store) as here, process(store) as there:
        assert await reserved_at(here) == "annex-0"
        await there.run(RESERVE, Reserve(FIRST), provenance())
        assert await reserved_at(here) == "annex-1"
        assert await reserved_at(there) == "annex-1"


async def test_what_a_later_step_reads_is_part_of_the_appends_condition(store: Store) -> None:
    async with process(store) as here, process(store) as there:
        racing = [
            runner.run(RESERVE_NEXT, ReserveNext(3), provenance())
            for runner in (here, there)
            for _ in range(5)
        ]
        results = await asyncio.gather(*racing, return_exceptions=True)
        refused = [result for result in results if isinstance(result, NoPlaceLeft)]
        assert len(refused) == len(results) - 3
        assert (await here.state(places(FacilityId("annex-0")))).reserved == 3


async def test_a_step_that_is_read_beforehand_lets_one_too_many_in(store: Store) -> None:
    """The twin that is weakened on purpose: it shows that the test above can fail."""
    async with process(store) as here, process(store) as there:
        seen = [await runner.state(places(FacilityId("annex-0"))) for runner in (here, there)]
        for runner, before in zip((here, there), seen, strict=True):

            def first_alone(_command: ReserveNext, before: Places = before) -> Boundary[NextPlace]:
                return Boundary((places(FIRST),), lambda first: NextPlace(annex_of(first), before))

            await runner.run(Decider(first_alone, _decide), ReserveNext(1), provenance())
        assert (await here.state(places(FacilityId("annex-0")))).reserved == 2


async def test_a_boundary_that_does_not_end_fails_by_itself_and_touches_no_neighbour(
    store: Store,
) -> None:
    def endless(_command: Reserve) -> Reading[Places]:
        for number in range(MOST_STEPS + 1):
            yield from places(FacilityId(f"step-{number}"))
        return Places()

    async with process(store) as runner:
        deep = runner.run(Decider(endless, reserve_events), Reserve(FIRST), provenance())
        near = runner.run(RESERVE, Reserve(FIRST), provenance())
        failed, outcome = await asyncio.gather(deep, near, return_exceptions=True)
        assert isinstance(failed, BoundaryTooDeep)
        assert not isinstance(outcome, BaseException)
        assert (await runner.state(places(FIRST))).reserved == 1


async def test_a_boundary_may_refuse_by_what_it_has_read(store: Store) -> None:
    def picky(_command: Reserve) -> Reading[Places]:
        first, other = yield from together(places(FIRST), places(FacilityId("other")))
        if first.reserved == other.reserved:
            raise NoPlaceLeft("neither is ahead")
        return first

    async with process(store) as runner:
        decider = Decider(picky, reserve_events)
        with pytest.raises(NoPlaceLeft, match="neither"):
            await runner.run(decider, Reserve(FIRST), provenance())
        await runner.run(RESERVE, Reserve(FIRST), provenance())
        await runner.run(decider, Reserve(FIRST), provenance())


async def test_steps_of_commands_that_wait_together_are_read_in_one_statement_each(
    store: Store,
) -> None:
    counted = Counted(store)
    async with process(counted) as runner:
        await asyncio.gather(*(reserved_at(runner) for _ in range(20)))
        assert counted.reads == 2
        await reserved_at(runner)
        assert counted.reads == 2, "what is in memory is not read again"


async def test_two_folds_of_one_name_are_a_fault_and_not_a_wrong_answer(store: Store) -> None:
    def twice(_command: Reserve) -> Reading[Places]:
        yield from places(FIRST)
        same: Fold[Places] = msgspec.structs.replace(
            places(FacilityId("other")), name=places(FIRST).name
        )
        return (yield from same)

    async with process(store) as runner:
        with pytest.raises(ValueError, match="names two folds"):
            await runner.run(Decider(twice, reserve_events), Reserve(FIRST), provenance())
