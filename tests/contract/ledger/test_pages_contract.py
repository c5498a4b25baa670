"""Long folds are read in pages, in memory and in PostgreSQL: what comes of it is what one whole
read gives, and whoever is stopped on the way goes on from the last page that was saved.
"""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

import pytest

from shared.contracts.facility import CapacityApproved, FacilityRegistered
from shared.contracts.placement import PlaceReserved
from shared.kernel.decider import Fold, fold_all, on
from shared.kernel.ids import FacilityId
from shared.ledger import long_folds
from shared.ledger.folds import load
from shared.ledger.store import Ask
from tests.support.ledgers import Places, places, provenance
from tests.support.reserving import CECOT, log_of, running
from tests.support.watched_log import LENGTH, SAY, Watched, filled, reserved, unkept

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.kernel.event import Event
    from shared.kernel.query import Alternative
    from shared.ledger.recorded import Recorded
    from shared.ledger.store import Store

ANNEX = FacilityId("annex")
TIMES = 5
"""How many random logs and reads each store is asked about."""
pytestmark = pytest.mark.usefixtures("small_pages")


def drawn_events(random: Random) -> tuple[Event, ...]:
    """Facts of several types about several facilities, in any order."""
    facilities = [FacilityId(name) for name in ("one", "two", "three")]
    make: tuple[Callable[[FacilityId], Event], ...] = (
        reserved,
        lambda facility: FacilityRegistered(facility=facility, country="SLV", timezone="UTC"),
        lambda facility: CapacityApproved(facility=facility, places=random.randrange(1_000)),
    )
    return tuple(random.choice(make)(random.choice(facilities)) for _ in range(80))


def drawn_alternatives(random: Random) -> tuple[Alternative, ...]:
    """Some of the types with some of the tags: several may match one entry."""
    types: tuple[type[Event], ...] = (PlaceReserved, FacilityRegistered, CapacityApproved)
    several = [
        on(*random.sample(types, random.randint(1, 3)), facility=random.choice(("one", "two")))
        for _ in range(random.randint(1, 3))
    ]
    both = on(PlaceReserved, facility="one", agreement="usa-slv-2025")
    return (*several, both) if random.random() < 0.5 else tuple(several)


@pytest.mark.parametrize("seed", range(TIMES))
async def test_pages_one_after_another_are_one_whole_read_whatever_is_asked(
    store: Store, seed: int
) -> None:
    random = Random(seed)
    async with running(store) as runner:
        await runner.run(SAY, drawn_events(random), provenance())
    log = await log_of(store)
    for _ in range(TIMES):
        alternatives, most = drawn_alternatives(random), random.randint(1, 30)
        after = random.randint(-1, len(log))
        whole = [
            recorded
            for recorded in log[after + 1 :]
            if any(each.matches(recorded.event.TYPE, recorded.tags) for each in alternatives)
        ]
        paged: list[Recorded] = []
        page: Sequence[Recorded] = whole
        while len(page) in (most, len(whole)) and page:
            (page,) = await store.read([Ask(after, alternatives, most)])
            assert len(page) <= most
            paged += page
            after = page[-1].sequence if page else after
        assert paged == whole


@pytest.mark.parametrize("fold", [places(CECOT), unkept(CECOT)])
@pytest.mark.parametrize("length", [0, 9, 10, 11, 20, LENGTH])
async def test_a_fold_of_any_length_is_what_one_whole_fold_gives(
    store: Store, fold: Fold[Places], length: int
) -> None:
    async with running(store) as runner:
        await runner.run(
            SAY, (*(reserved(CECOT) for _ in range(length)), reserved(ANNEX)), provenance()
        )
    log = await log_of(store)
    for known_next in (0, len(log)):
        folded = (await load(store, [fold, places(ANNEX)], known_next))[fold.name]
        matching = [each for each in log if f"facility:{CECOT}" in each.tags]
        assert folded.state == fold_all(fold, (each.event for each in matching))
        assert folded.position == max(length - 1, known_next - 1)


async def test_whoever_is_killed_in_the_middle_goes_on_from_the_last_page_that_was_saved(
    store: Store,
) -> None:
    async def dies(number: int) -> None:
        if number == 4:
            raise asyncio.CancelledError

    await filled(store, CECOT)
    with pytest.raises(asyncio.CancelledError):
        await load(Watched(store, dies), [places(CECOT)], 0)
    next_process = Watched(store)
    folded = (await load(next_process, [places(CECOT)], 0))[places(CECOT).name]
    assert folded.state == Places(LENGTH)
    assert next_process.given == [10, 5], "the first thirty are in the snapshot"
    assert folded.unsaved < 10


async def test_a_fold_without_a_snapshot_form_is_read_in_pages_too_and_nothing_is_saved(
    store: Store,
) -> None:
    await filled(store, CECOT)
    watched = Watched(store)
    folded = (await load(watched, [unkept(CECOT)], 0))[unkept(CECOT).name]
    assert folded.state == Places(LENGTH)
    assert watched.given == [10, 10, 10, 10, 5]
    assert await store.snapshots([unkept(CECOT).name]) == []


async def test_a_heavy_snapshot_is_written_less_often(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As seldom that writing it costs no more than what was read since."""
    saved: list[int] = []

    async def count(_number: int) -> None:
        kept = await store.snapshots([places(CECOT).name])
        saved.append(kept[0].sequence if kept else -1)

    await filled(store, CECOT)
    monkeypatch.setattr(long_folds, "BYTES_AN_EVENT", len(b'{"reserved":10}') / 20)
    await load(Watched(store, count), [places(CECOT)], 0)
    assert saved == [-1, 9, 9, 29, 29]


async def test_entries_that_are_appended_between_two_pages_are_read_once(store: Store) -> None:
    async with running(store) as other:

        async def appends(number: int) -> None:
            if number <= 4:
                await other.run(SAY, (reserved(CECOT), reserved(ANNEX)), provenance())

        await filled(store, CECOT)
        watched = Watched(store, appends)
        folded = (await load(watched, [places(CECOT)], 0))[places(CECOT).name]
    assert sum(watched.given) == LENGTH + 4
    assert folded.state == Places(LENGTH + 4)
