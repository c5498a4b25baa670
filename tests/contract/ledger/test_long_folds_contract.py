"""Commands whose folds are long: nobody else waits for them, and no read is longer than a page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from shared.database.errors import Unavailable
from shared.kernel.decider import Boundary, Decider, Fold
from shared.kernel.ids import FacilityId
from shared.kernel.moment import Moment
from shared.ledger import group_commit
from tests.support.ledgers import Places, Reserve, places, provenance, reserve_events
from tests.support.reserving import CECOT, reserve, running
from tests.support.waiting import until
from tests.support.watched_log import LENGTH, SAY, Watched, filled, reserved, unkept

if TYPE_CHECKING:
    from shared.ledger.store import Store

ANNEX = FacilityId("annex")
pytestmark = pytest.mark.usefixtures("small_pages")


@pytest.mark.parametrize("fold", [places(CECOT), unkept(CECOT)])
async def test_no_read_gives_more_than_a_page_whoever_asks(
    store: Store, fold: Fold[Places]
) -> None:
    await filled(store, CECOT, ANNEX)
    watched = Watched(store)
    decider: Decider[Reserve, Places] = Decider(
        lambda _command: Boundary((fold,), lambda state: state), reserve_events
    )
    async with running(watched) as runner:
        assert await runner.state(fold) == Places(LENGTH)
        assert await runner.state(fold, Moment(known_at=provenance().time)) == Places(0)
        found = [each.sequence async for each in runner.entries(fold.alternatives)]
        assert found == list(range(0, 2 * LENGTH, 2))
        outcome = await runner.run(decider, Reserve(CECOT, LENGTH + 1), provenance())
        assert outcome.receipts[0].sequence == 2 * LENGTH
    assert max(watched.given) == 10


async def test_a_short_fold_does_not_wait_for_a_long_one_and_who_waits_shares_one_reading(
    store: Store,
) -> None:
    await filled(store, CECOT)
    go_on = asyncio.Event()

    async def waits(number: int) -> None:
        if number == 2:
            await go_on.wait()

    watched = Watched(store, waits)

    async def asked_twice() -> bool:
        return watched.asked == 2

    async with running(watched) as runner:
        long = [asyncio.create_task(reserve(runner, Reserve(CECOT)))]
        await until(asked_twice)
        long.append(asyncio.create_task(reserve(runner, Reserve(CECOT))))
        short = asyncio.create_task(reserve(runner, Reserve(ANNEX)))
        assert (await short).receipts[0].sequence == LENGTH
        assert not any(task.done() for task in long)
        go_on.set()
        outcomes = await asyncio.gather(*long)
        assert sorted(each.receipts[0].sequence for each in outcomes) == [LENGTH + 1, LENGTH + 2]
        assert (await runner.state(places(CECOT))).reserved == LENGTH + 2


async def test_who_waits_for_a_long_fold_is_told_when_it_cannot_be_read_and_when_all_stops(
    store: Store,
) -> None:
    await filled(store, CECOT)

    async def fails(number: int) -> None:
        if number == 3:
            raise Unavailable("not now")

    async with running(Watched(store, fails)) as runner:
        with pytest.raises(Unavailable, match="not now"):
            await reserve(runner, Reserve(CECOT))

    await filled(store, ANNEX)
    never = asyncio.Event()

    async def stands_still(number: int) -> None:
        if number == 2:
            await never.wait()

    watched = Watched(store, stands_still)

    async def asked_twice() -> bool:
        return watched.asked == 2

    async with running(watched) as runner:
        waiting = asyncio.create_task(reserve(runner, Reserve(ANNEX)))
        await until(asked_twice)
    with pytest.raises(Unavailable, match="ask again"):
        await waiting


async def test_a_process_that_is_far_behind_reads_its_folds_again_and_not_the_log(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "CAPACITY", 12)
    async with running(store) as here, running(store) as there:
        await reserve(here, Reserve(CECOT))
        for length in (1 + LENGTH, 2 + 2 * LENGTH):
            events = tuple(reserved(CECOT) for _ in range(LENGTH))
            await there.run(SAY, events, provenance())
            outcome = await reserve(here, Reserve(CECOT))
            assert outcome.receipts[0].sequence == length
        assert (await here.state(places(CECOT))).reserved == 2 * LENGTH + 3
        with pytest.raises(Exception, match="reserved already"):
            await reserve(here, Reserve(CECOT, limit=2 * LENGTH + 3))
