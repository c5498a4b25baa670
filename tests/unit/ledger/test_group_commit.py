"""The group commit when its store is slow, fails or is away: every request gets its answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import structlog

from shared.database.errors import Unavailable, UnwritableBatch
from shared.database.row_changes import Insert
from shared.kernel.ids import FacilityId
from shared.ledger import group_commit
from shared.ledger.errors import LedgerError, RefusedOnRecord
from shared.ledger.memory import MemoryStore
from shared.ledger.recent_entries import RecentEntries
from shared.ledger.work import Outcome
from tests.support.ledgers import (
    ORIGIN,
    RESERVATIONS,
    RESERVE,
    NoPlaceLeft,
    Reserve,
    key,
    provenance,
)
from tests.support.reserving import CECOT, REFUSE, log_of, reserve, running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.ledger.recorded import Recorded
    from shared.ledger.store import Ask, Batch, Head

ANNEX = FacilityId("annex")
UNWRITABLE = FacilityId("unwritable")


class AwkwardStore(MemoryStore):
    """A log whose writes a test can hold up, and whose every answer it can make fail once."""

    def __init__(self) -> None:
        super().__init__(ORIGIN)
        self.open = asyncio.Event()
        self.open.set()
        self.writes = 0
        self.sizes: list[int] = []
        """How many entries each write was to hold."""
        self.failing: dict[str, Exception] = {}

    async def append(self, batch: Batch) -> bool:
        self.writes += 1
        self.sizes.append(len(batch.stored))
        await self.open.wait()
        self._fail("append")
        if any(f"facility:{UNWRITABLE}" in entry.recorded.tags for entry in batch.stored):
            raise UnwritableBatch("the database cannot hold it")
        return await super().append(batch)

    async def head(self) -> Head:
        self._fail("head")
        return await super().head()

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:
        self._fail("read")
        return await super().read(asks)

    async def entries(self, first: int, limit: int) -> list[bytes]:
        self._fail("entries")
        return await super().entries(first, limit)

    def _fail(self, what: str) -> None:
        if what in self.failing:
            raise self.failing.pop(what)

    async def is_written_to(self, times: int) -> None:
        async with asyncio.timeout(60):
            while self.writes < times:  # noqa: ASYNC110 - the store has no event of its own
                await asyncio.sleep(0)


@pytest.fixture
def store() -> AwkwardStore:
    return AwkwardStore()


async def test_what_arrives_while_one_is_written_is_decided_on_top_of_it(
    store: AwkwardStore,
) -> None:
    async with running(store) as runner:
        store.open.clear()
        first = asyncio.create_task(reserve(runner, Reserve(CECOT, limit=2)))
        await store.is_written_to(1)
        later = [asyncio.create_task(reserve(runner, Reserve(CECOT, limit=2))) for _ in range(3)]
        await asyncio.sleep(0)
        store.open.set()
        results = await asyncio.gather(first, *later, return_exceptions=True)
    assert [type(result) for result in results] == [Outcome, Outcome, NoPlaceLeft, NoPlaceLeft]
    assert len(await log_of(store)) == 2


async def test_of_what_waits_at_once_half_is_written_while_the_other_half_is_decided(
    store: AwkwardStore,
) -> None:
    async with running(store) as runner:
        await reserve(runner, Reserve(CECOT))  # what they read is in memory from here on
        store.open.clear()
        waiting = [asyncio.create_task(reserve(runner, Reserve(CECOT))) for _ in range(40)]
        await store.is_written_to(2)
        store.open.set()
        await asyncio.gather(*waiting)
    assert store.sizes == [1, 20, 20]


@pytest.mark.parametrize("fault", [Unavailable("gone"), RuntimeError("a fault of our own")])
async def test_a_write_that_fails_fails_its_own_requests_and_those_behind_it_are_decided_again(
    store: AwkwardStore, fault: Exception
) -> None:
    async with running(store) as runner:
        store.open.clear()
        first = asyncio.create_task(reserve(runner, Reserve(CECOT, limit=1)))
        await store.is_written_to(1)
        behind = asyncio.create_task(reserve(runner, Reserve(CECOT, limit=1)))
        await asyncio.sleep(0)
        store.failing["append"] = fault
        store.open.set()
        with pytest.raises(type(fault)):
            await first
        assert (await behind).receipts[0].sequence == 0
    assert len(await log_of(store)) == 1


async def test_what_the_store_cannot_hold_is_tried_alone_and_its_neighbours_are_recorded(
    store: AwkwardStore,
) -> None:
    async with running(store) as runner:
        store.open.clear()
        first = asyncio.create_task(reserve(runner, Reserve(CECOT)))
        await store.is_written_to(1)
        facilities = (CECOT, UNWRITABLE, CECOT)
        behind = [
            asyncio.create_task(reserve(runner, Reserve(facility))) for facility in facilities
        ]
        await asyncio.sleep(0)
        store.open.set()
        results = await asyncio.gather(first, *behind, return_exceptions=True)
    assert [type(result) for result in results] == [Outcome, Outcome, UnwritableBatch, Outcome]
    assert store.writes > len(results), "they were in one batch before each was tried alone"
    assert [entry.sequence for entry in await log_of(store)] == [0, 1, 2]


async def test_a_request_that_waits_when_the_process_stops_is_told_to_ask_again(
    store: AwkwardStore,
) -> None:
    async with running(store) as runner:
        store.open.clear()
        written = asyncio.create_task(reserve(runner, Reserve(CECOT)))
        await store.is_written_to(1)
        waiting = asyncio.create_task(reserve(runner, Reserve(ANNEX)))
        await asyncio.sleep(0)
    for task in (written, waiting):
        with pytest.raises(Unavailable):
            await task
    with pytest.raises(Unavailable, match="stopping"):
        await reserve(runner, Reserve(CECOT))


@pytest.mark.parametrize("fault", [LedgerError("not this log"), ValueError("a fault of our own")])
async def test_a_fault_between_two_transactions_fails_what_is_in_hand_and_writing_begins_anew(
    store: AwkwardStore, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [fault]
    forget = RecentEntries.forget

    def faulty(window: RecentEntries, needed: int) -> None:
        if faults:
            raise faults.pop()
        forget(window, needed)

    monkeypatch.setattr(group_commit, "_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(RecentEntries, "forget", faulty)
    with structlog.testing.capture_logs() as logs:
        async with running(store) as runner:
            with pytest.raises(type(fault)):
                await reserve(runner, Reserve(CECOT), key("k"))
            again = await reserve(runner, Reserve(CECOT), key("k"))
    assert again.repeated, "it was written, and the client who asks again is told so"
    assert [line["event"] for line in logs] == ["writing begins anew"]
    assert len(await log_of(store)) == 1


async def test_a_log_that_is_away_when_writing_begins_anew_is_asked_until_it_is_there(
    store: AwkwardStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "_PAUSE_SECONDS", 0.001)
    with structlog.testing.capture_logs() as logs:
        async with running(store) as runner:
            store.failing["head"] = Unavailable("not yet")
            assert (await reserve(runner, Reserve(CECOT))).receipts[0].sequence == 0
    assert [line["log_level"] for line in logs] == ["error"]


async def test_what_cannot_be_read_ahead_is_read_when_its_turn_comes(
    store: AwkwardStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        RecentEntries, "forget", lambda window, _needed: window.restart(window.next)
    )
    async with running(store) as runner:
        await reserve(runner, Reserve(ANNEX))
        await reserve(runner, Reserve(CECOT))
        store.open.clear()
        first = asyncio.create_task(reserve(runner, Reserve(CECOT)))
        await store.is_written_to(3)
        store.failing["read"] = Unavailable("not now")
        behind = asyncio.create_task(reserve(runner, Reserve(ANNEX, limit=2)))
        async with asyncio.timeout(60):
            while store.failing:  # noqa: ASYNC110 - the store has no event of its own
                await asyncio.sleep(0)
        store.open.set()
        sequences = [(await task).receipts[0].sequence for task in (first, behind)]
    assert sequences == [2, 3]
    assert len(await log_of(store)) == 4


async def test_an_answer_that_cannot_be_read_again_is_unavailable_and_not_another_entry(
    store: AwkwardStore,
) -> None:
    async with running(store) as runner:
        await reserve(runner, Reserve(CECOT), key("k"))
        store.failing["entries"] = Unavailable("not now")
        with pytest.raises(Unavailable, match="not now"):
            await reserve(runner, Reserve(CECOT), key("k"))
        assert (await reserve(runner, Reserve(CECOT), key("k"))).repeated
    assert len(await log_of(store)) == 1


async def test_the_rows_of_a_command_go_in_with_its_events_and_not_with_a_refusal_of_it() -> None:
    store = MemoryStore(ORIGIN)
    row = Insert(RESERVATIONS, {"custody": "c", "facility": "annex", "sequence": 0})
    async with running(store) as runner:
        with pytest.raises(RefusedOnRecord):
            await runner.run(REFUSE, Reserve(CECOT), provenance(), rows=[row])
        assert store.rows == {}
        await runner.run(RESERVE, Reserve(CECOT), provenance(), rows=[row])
        assert ("c",) in store.rows["reservations"]
