"""What every store promises about decisions and their states, in memory and in PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from shared.contracts.past import NotYetHappened
from shared.kernel.decider import Boundary, Decider, fold_all
from shared.kernel.ids import EntryRef, FacilityId
from shared.ledger import folds, pages, snapshots
from shared.ledger.errors import RefusedOnRecord
from shared.ledger.machine import SystemClock
from shared.ledger.recent_entries import RecentEntries
from shared.ledger.store import Snapshot
from shared.ledger.work import Outcome
from tests.support.ledgers import (
    RESERVE,
    NoPlaceLeft,
    Places,
    Reserve,
    key,
    places,
    provenance,
    reserve_events,
)
from tests.support.reserving import CECOT, REFUSE, log_of, reserve, running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.kernel.event import Event
    from shared.ledger.store import Store


async def test_a_refusal_does_not_touch_its_neighbours_in_the_batch(store: Store) -> None:
    async with running(store) as runner:
        results = await asyncio.gather(
            *(
                reserve(runner, Reserve(FacilityId(f"f-{index}"), limit=0 if index % 3 == 0 else 1))
                for index in range(30)
            ),
            return_exceptions=True,
        )
    refused = [index for index, result in enumerate(results) if isinstance(result, NoPlaceLeft)]
    assert refused == list(range(0, 30, 3))
    assert len(await log_of(store)) == 20


async def test_nothing_is_recorded_that_has_not_happened_but_a_refusal_now(store: Store) -> None:
    later = SystemClock().now() + timedelta(days=60_000)
    async with running(store) as runner:
        with pytest.raises(NotYetHappened, match="is in the future"):
            await runner.run(RESERVE, Reserve(CECOT), provenance(time=later))
        assert await log_of(store) == []
        with pytest.raises(RefusedOnRecord):
            await runner.run(REFUSE, Reserve(CECOT), provenance(time=later))
        (refusal,) = await log_of(store)
        assert refusal.time <= refusal.recorded_at
        caused = msgspec.structs.replace(provenance(time=later), causation=EntryRef("a/b/0#1"))
        await runner.run(RESERVE, Reserve(CECOT), caused)
    assert (await log_of(store))[1].time == later


async def test_of_two_contradictory_decisions_in_one_batch_the_second_is_decided_again(
    store: Store,
) -> None:
    calls: list[int] = []

    def counted(command: Reserve, state: Places) -> tuple[Event, ...]:
        calls.append(state.reserved)
        return reserve_events(command, state)

    decider = Decider(RESERVE.boundary, counted)
    async with running(store) as runner:
        first, second = await asyncio.gather(
            *(runner.run(decider, Reserve(CECOT, limit=1), provenance()) for _ in range(2)),
            return_exceptions=True,
        )
    assert isinstance(first, Outcome)
    assert isinstance(second, NoPlaceLeft)
    assert calls == [0, 1], "each was decided once, the second on top of the first, with no retry"


async def test_a_limit_holds_whoever_asks_at_the_same_moment(store: Store) -> None:
    async with running(store) as one, running(store) as two, running(store) as three:
        results = await asyncio.gather(
            *(
                reserve(runner, Reserve(CECOT, limit=25))
                for _ in range(40)
                for runner in (one, two, three)
            ),
            return_exceptions=True,
        )
    assert sum(isinstance(result, Outcome) for result in results) == 25
    assert sum(isinstance(result, NoPlaceLeft) for result in results) == 95
    assert len(await log_of(store)) == 25


async def test_a_fault_in_one_decision_does_not_touch_its_neighbours(store: Store) -> None:
    def faulty(_command: Reserve, _state: Places) -> tuple[Event, ...]:
        message = "a fault in the decision"
        raise ZeroDivisionError(message)

    async with running(store) as runner:
        before, fault, after = await asyncio.gather(
            reserve(runner, Reserve(CECOT)),
            runner.run(Decider(RESERVE.boundary, faulty), Reserve(CECOT), provenance()),
            reserve(runner, Reserve(CECOT)),
            return_exceptions=True,
        )
    assert isinstance(fault, ZeroDivisionError)
    assert isinstance(before, Outcome)
    assert isinstance(after, Outcome)
    assert [entry.sequence for entry in await log_of(store)] == [0, 1]


async def test_a_decision_without_events_is_a_fault_and_uses_no_key(store: Store) -> None:
    silent: Decider[Reserve, Places] = Decider(RESERVE.boundary, lambda _command, _state: ())
    async with running(store) as runner:
        with pytest.raises(ValueError, match="at least one event"):
            await runner.run(silent, Reserve(CECOT), provenance(), key("k"))
        outcome = await reserve(runner, Reserve(CECOT), idempotency=key("k"))
    assert not outcome.repeated
    assert len(await log_of(store)) == 1


async def test_a_fold_older_than_the_window_is_read_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget = RecentEntries.forget

    def forget_all(window: RecentEntries, needed: int) -> None:
        window._capacity = 0  # noqa: SLF001 - as if it were full all the time
        forget(window, needed)

    monkeypatch.setattr(RecentEntries, "forget", forget_all)
    async with running(store) as runner:
        for _ in range(3):
            await reserve(runner, Reserve(CECOT, limit=3))
            await reserve(runner, Reserve(FacilityId("elsewhere")))
        with pytest.raises(NoPlaceLeft):
            await reserve(runner, Reserve(CECOT, limit=3))


async def test_a_snapshot_gives_the_same_state_as_a_full_fold(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "EVERY", 10)
    monkeypatch.setattr(pages, "PAGE", 10)
    async with running(store) as runner:
        await asyncio.gather(*(reserve(runner, Reserve(CECOT)) for _ in range(12)))
        assert await runner.state(places(CECOT)) == Places(12)
        (snapshot,) = await store.snapshots([places(CECOT).name])
        await asyncio.gather(*(reserve(runner, Reserve(CECOT)) for _ in range(3)))
        from_snapshot = await runner.state(places(CECOT))
    events = [entry.event for entry in await log_of(store)]
    assert 9 <= snapshot.sequence <= 11
    assert from_snapshot == fold_all(places(CECOT), events) == Places(15)


async def test_a_fold_that_stays_in_memory_is_saved_as_it_grows_and_a_restart_reads_the_rest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "EVERY", 10)
    async with running(store) as runner:
        for _ in range(27):
            await reserve(runner, Reserve(CECOT))
            await reserve(runner, Reserve(FacilityId("elsewhere")))
    (saved,) = await store.snapshots([places(CECOT).name])
    restarted = (await folds.load(store, [places(CECOT)], 0))[places(CECOT).name]
    assert saved.sequence == 39, "its first twenty events, when the next one was decided"
    assert (restarted.state, restarted.unsaved) == (Places(27), 7)


async def test_many_commits_under_way_save_a_long_fold_no_oftener_than_it_grows(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[int] = []
    save = store.save

    async def counted(kept: Sequence[Snapshot]) -> None:
        saved.extend(snapshot.sequence for snapshot in kept)
        await save(kept)

    monkeypatch.setattr(snapshots, "EVERY", 50)
    monkeypatch.setattr(store, "save", counted)
    async with running(store) as runner:
        await asyncio.gather(*(reserve(runner, Reserve(CECOT)) for _ in range(600)))
    assert 1 <= len(saved) <= 12
    restarted = (await folds.load(store, [places(CECOT)], 0))[places(CECOT).name]
    assert restarted.state == Places(600)


async def test_a_snapshot_that_cannot_be_saved_stops_nobody(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_kept: Sequence[Snapshot]) -> None:
        message = "no room"
        raise OSError(message)

    monkeypatch.setattr(snapshots, "EVERY", 5)
    monkeypatch.setattr(store, "save", broken)
    async with running(store) as runner:
        for _ in range(12):
            assert isinstance(await reserve(runner, Reserve(CECOT)), Outcome)
    assert await store.snapshots([places(CECOT).name]) == []


async def test_a_slower_process_does_not_put_an_older_snapshot_in_place(store: Store) -> None:
    def snapshot(fingerprint: str, sequence: int) -> Snapshot:
        return Snapshot("places/one", fingerprint, sequence, b"{}")

    for saved, kept in (
        (snapshot("this code", 7), 7),
        (snapshot("this code", 3), 7),
        (snapshot("this code", 9), 9),
        (snapshot("other code", 5), 5),
    ):
        await store.save([saved])
        (found,) = await store.snapshots(["places/one"])
        assert found.sequence == kept


async def test_a_snapshot_of_another_shape_is_not_used(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "EVERY", 1)
    monkeypatch.setattr(pages, "PAGE", 1)
    async with running(store) as runner:
        await reserve(runner, Reserve(CECOT))
        await runner.state(places(CECOT))
        (saved,) = await store.snapshots([places(CECOT).name])
        wrong = type(saved)(saved.name, "another shape", 40, b'{"reserved": 99}')
        await store.save([wrong])
        assert await runner.state(places(CECOT)) == Places(1)


async def test_a_boundary_of_several_folds_holds_over_all_of_them(store: Store) -> None:
    def both(_command: Reserve) -> Boundary[Any]:
        return Boundary(
            (places(CECOT), places(FacilityId("annex"))),
            lambda own, other: Places(own.reserved + other.reserved),
        )

    decider = Decider(both, reserve_events)
    async with running(store) as one, running(store) as two:
        results = await asyncio.gather(
            *(
                runner.run(decider, Reserve(facility, limit=5), provenance())
                for _ in range(5)
                for runner, facility in ((one, CECOT), (two, FacilityId("annex")))
            ),
            return_exceptions=True,
        )
    assert sum(isinstance(result, Outcome) for result in results) == 5
