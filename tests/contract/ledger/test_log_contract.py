"""What every store promises about its log and its keys, in memory and in PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from shared.kernel.decider import Decider
from shared.kernel.ids import FacilityId
from shared.ledger.entry import decode
from shared.ledger.errors import EntryTooLarge, IdempotencyClash, RefusedOnRecord
from shared.ledger.log import Log
from shared.ledger.work import Outcome, Step
from shared.transparency.merkle import leaf_hash
from tests.support.ledgers import (
    ORIGIN,
    RESERVE,
    NoPlaceLeft,
    Places,
    Reserve,
    SteppingClock,
    key,
    provenance,
)
from tests.support.reserving import CECOT, REFUSE, log_of, reserve, running

if TYPE_CHECKING:
    from shared.kernel.event import Event
    from shared.ledger.store import Store


async def test_an_entry_is_what_the_receipt_says(store: Store) -> None:
    async with running(store) as runner:
        outcome = await reserve(runner, Reserve(CECOT))
    (entry,) = await store.entries(0, 10)
    (receipt,) = outcome.receipts
    assert receipt == await Log(store, ORIGIN).receipt(0)
    assert (receipt.origin, receipt.sequence, receipt.status) == (ORIGIN, 0, "recorded")
    assert receipt.leaf_hash == leaf_hash(entry).hex()
    assert decode(entry).event == outcome.events[0]


async def test_indices_are_dense_and_in_commit_order_with_two_processes_appending(
    store: Store,
) -> None:
    async with running(store) as one, running(store) as two:
        commands = [
            reserve(runner, Reserve(FacilityId(f"facility-{index % 7}")))
            for index in range(150)
            for runner in (one, two)
        ]
        outcomes = await asyncio.gather(*commands)
    recorded = await log_of(store)
    assert [entry.sequence for entry in recorded] == list(range(300))
    assert sorted(outcome.receipts[0].sequence for outcome in outcomes) == list(range(300))
    moments = [entry.recorded_at for entry in recorded]
    assert all(earlier < later for earlier, later in pairwise(moments))


async def test_a_reader_never_sees_an_index_before_the_one_below_it(store: Store) -> None:
    seen: list[int] = []

    async def read_along(log: Log) -> None:
        while len(seen) < 200:
            entries = await log.read(len(seen), 50)
            indices = [decode(entry).sequence for entry in entries]
            assert indices == list(range(len(seen), len(seen) + len(indices)))
            seen.extend(indices)
            await asyncio.sleep(0)

    async with running(store) as one, running(store) as two:
        reading = asyncio.create_task(read_along(Log(store, ORIGIN)))
        await asyncio.gather(
            *(reserve(runner, Reserve(CECOT)) for _ in range(100) for runner in (one, two))
        )
        await asyncio.wait_for(reading, 60)
    assert seen == list(range(200))


async def test_the_same_key_and_request_give_the_first_answer_again(store: Store) -> None:
    async with running(store) as runner:
        first = await reserve(runner, Reserve(CECOT), idempotency=key("k"))
        again = await reserve(runner, Reserve(CECOT), idempotency=key("k"))
    async with running(store) as another_process:
        later = await reserve(another_process, Reserve(CECOT), idempotency=key("k"))
    assert (again.events, again.receipts) == (first.events, first.receipts)
    assert (later.events, later.receipts) == (first.events, first.receipts)
    assert (first.repeated, again.repeated, later.repeated) == (False, True, True)
    assert len(await log_of(store)) == 1


async def test_a_used_key_gives_its_answer_though_the_command_would_now_be_refused_or_fail(
    store: Store,
) -> None:
    def fail(_command: Reserve, _state: Places) -> tuple[Event, ...]:
        raise RuntimeError("no decision")

    faulty: Decider[Reserve, Places] = Decider(RESERVE.boundary, fail)
    async with running(store) as runner:
        first = await reserve(runner, Reserve(CECOT, limit=1), idempotency=key("k"))
    async with running(store) as another_process:
        refused = await reserve(another_process, Reserve(CECOT, limit=1), idempotency=key("k"))
        failed = await another_process.run(faulty, Reserve(CECOT), provenance(), key("k"))
        with pytest.raises(NoPlaceLeft):
            await reserve(another_process, Reserve(CECOT, limit=1), idempotency=key("other"))
    assert (refused.receipts, refused.repeated) == (first.receipts, True)
    assert (failed.receipts, failed.repeated) == (first.receipts, True)
    assert len(await log_of(store)) == 1


async def test_the_same_key_twice_in_one_batch_is_recorded_once(store: Store) -> None:
    async with running(store) as runner:
        outcomes = await asyncio.gather(
            *(reserve(runner, Reserve(CECOT), idempotency=key("k")) for _ in range(20))
        )
    assert len({outcome.receipts[0].sequence for outcome in outcomes}) == 1
    assert len(await log_of(store)) == 1


async def test_the_same_key_with_another_request_is_a_clash(store: Store) -> None:
    async with running(store) as runner:
        await reserve(runner, Reserve(CECOT), idempotency=key("k"))
        with pytest.raises(IdempotencyClash, match="take a new one"):
            await reserve(runner, Reserve(CECOT), idempotency=key("k", "another request"))
    assert len(await log_of(store)) == 1


async def test_a_key_belongs_to_its_actor(store: Store) -> None:
    async with running(store) as runner:
        await reserve(runner, Reserve(CECOT), idempotency=key("k"))
        other = await runner.run(RESERVE, Reserve(CECOT), provenance("registry-2"), key("k"))
    assert not other.repeated
    assert len(await log_of(store)) == 2


async def test_recordedtime_increases_even_when_the_clock_steps_back(store: Store) -> None:
    clock = SteppingClock(datetime(2026, 1, 1, tzinfo=UTC))
    async with running(store, clock) as runner:
        for _ in range(3):
            await reserve(runner, Reserve(CECOT))
            clock.step(-timedelta(hours=1))
    moments = [entry.recorded_at for entry in await log_of(store)]
    assert moments == sorted(set(moments))


async def test_an_entry_over_65535_bytes_is_refused_alone(store: Store) -> None:
    async with running(store) as runner:
        results = await asyncio.gather(
            reserve(runner, Reserve(FacilityId("x" * 70_000))),
            reserve(runner, Reserve(CECOT)),
            return_exceptions=True,
        )
    assert isinstance(results[0], EntryTooLarge)
    assert isinstance(results[1], Outcome)
    assert len(await log_of(store)) == 1


async def test_steps_of_which_one_fits_into_no_entry_are_not_written_and_neither_are_their_rows(
    store: Store,
) -> None:
    good = Step(RESERVE, Reserve(CECOT), provenance())
    large = Step(RESERVE, Reserve(FacilityId("x" * 70_000)), provenance())
    async with running(store) as runner:
        with pytest.raises(EntryTooLarge):
            await runner.apply([good, large])
        assert await log_of(store) == []
        await runner.apply([good])
    assert len(await log_of(store)) == 1


async def test_steps_are_written_together_or_not_at_all(store: Store) -> None:
    def faulty(_command: Reserve, _state: Places) -> tuple[Event, ...]:
        message = "a fault in the decision"
        raise ZeroDivisionError(message)

    good = Step(RESERVE, Reserve(CECOT), provenance(), key("good"))
    bad = Step(Decider(RESERVE.boundary, faulty), Reserve(CECOT), provenance())
    async with running(store) as runner:
        with pytest.raises(ZeroDivisionError):
            await runner.apply([good, bad])
        assert await log_of(store) == []
        settled = await runner.apply([good, good])
    assert [type(outcome) for outcome in settled] == [Outcome, Outcome]
    assert len(await log_of(store)) == 1


async def test_a_refusal_that_matters_is_itself_an_entry(store: Store) -> None:
    async with running(store) as runner:
        with pytest.raises(RefusedOnRecord) as caught:
            await runner.run(REFUSE, Reserve(CECOT), provenance(), key("k"))
        with pytest.raises(RefusedOnRecord) as again:
            await runner.run(REFUSE, Reserve(CECOT), provenance(), key("k"))
    (recorded,) = await log_of(store)
    assert recorded.event == caught.value.event
    assert (caught.value.refusal.rule, caught.value.refusal.reason) == ("G19", "NoPlaceLeft")
    assert again.value.receipt == caught.value.receipt
