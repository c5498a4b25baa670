"""What every store promises about requests on trial, in memory and in PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import pytest

from shared.contracts.placement import PlaceReserved
from shared.kernel.decider import Decider
from shared.kernel.ids import FacilityId
from shared.ledger.errors import EntryTooLarge, IdempotencyClash, OnTrial
from tests.support.ledgers import (
    RESERVE,
    NoPlaceLeft,
    Places,
    Reserve,
    key,
    provenance,
    reserve_events,
)
from tests.support.reserving import CECOT, REFUSE, log_of, reserve, running

if TYPE_CHECKING:
    from shared.kernel.event import Event
    from shared.ledger.recorded import Idempotency
    from shared.ledger.runner import CommandRunner
    from shared.ledger.store import Store


def on_trial(text: str, request: str = "a request") -> Idempotency:
    return msgspec.structs.replace(key(text, request), on_trial=True)


async def tried(runner: CommandRunner, command: Reserve, text: str = "trial") -> OnTrial:
    with pytest.raises(OnTrial) as caught:
        await reserve(runner, command, on_trial(text))
    return caught.value


async def test_what_is_tried_says_what_it_would_record_and_records_nothing(store: Store) -> None:
    async with running(store) as runner:
        told = await tried(runner, Reserve(CECOT))
        assert [type(event) for event in told.events] == [PlaceReserved]
        assert told.receipts == ()
        assert await log_of(store) == []
        assert (await reserve(runner, Reserve(CECOT), key("trial"))).receipts[0].sequence == 0


async def test_trials_among_others_leave_no_gap_and_take_no_place(store: Store) -> None:
    async with running(store) as runner:
        results = await asyncio.gather(
            *(
                reserve(runner, Reserve(CECOT, limit=11), kind(f"{kind.__name__}-{n}"))
                for n in range(10)
                for kind in (key, on_trial)
            ),
            return_exceptions=True,
        )
        log = await log_of(store)
        assert [recorded.sequence for recorded in log] == [*range(10)]
        assert {type(result) for result in results[1::2]} == {OnTrial}
        with pytest.raises(NoPlaceLeft):
            await reserve(runner, Reserve(CECOT, limit=10), on_trial("late"))


async def test_a_trial_sees_what_another_process_recorded(store: Store) -> None:
    async with running(store) as here, running(store) as there:
        await tried(here, Reserve(CECOT, limit=1))
        await reserve(there, Reserve(CECOT, limit=1))
        with pytest.raises(NoPlaceLeft):
            await reserve(here, Reserve(CECOT, limit=1), on_trial("again"))


async def test_a_refusal_on_record_is_only_a_refusal_on_trial(store: Store) -> None:
    async with running(store) as runner:
        with pytest.raises(NoPlaceLeft):
            await runner.run(REFUSE, Reserve(CECOT), provenance(), on_trial("a"))
    assert await log_of(store) == []


async def test_a_key_that_was_used_says_where_it_was_recorded(store: Store) -> None:
    async with running(store) as runner, running(store) as other:
        done = await reserve(other, Reserve(CECOT), key("a"))
        told = await tried(runner, Reserve(CECOT), "a")
        assert (told.events, told.receipts) == (done.events, done.receipts)
        with pytest.raises(IdempotencyClash):
            await reserve(runner, Reserve(CECOT), on_trial("a", "another request"))
    assert len(await log_of(store)) == 1


async def test_what_would_not_fit_into_an_entry_is_found_on_trial(store: Store) -> None:
    def too_large(command: Reserve, state: Places) -> tuple[Event, ...]:
        (event,) = reserve_events(command, state)
        return (msgspec.structs.replace(event, manifest="x" * 70_000),)

    decider = Decider(RESERVE.boundary, too_large)
    async with running(store) as runner:
        with pytest.raises(EntryTooLarge):
            await runner.run(decider, Reserve(FacilityId("f")), provenance(), on_trial("a"))
        await reserve(runner, Reserve(CECOT))
    assert len(await log_of(store)) == 1
