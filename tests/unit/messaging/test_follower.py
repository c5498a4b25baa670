"""The follower's rules: duplicates, gaps, refusals, waiting and recovery."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from shared.database.errors import Unavailable
from shared.kernel.ids import FacilityId
from shared.kernel.rejected import NotYet
from shared.ledger.positions import Position
from shared.messaging import follower
from shared.messaging.errors import BrokerUnavailable, EffectTooLarge
from shared.messaging.reaction import steps_because_of
from shared.transparency.merkle import Frontier, leaf_hash, root_of
from tests.support.entries import entries
from tests.support.ledgers import RESERVE, Reserve
from tests.support.waiting import until
from tests.unit.messaging.following import Follows, reserve_for_each

if TYPE_CHECKING:
    from shared.ledger.recorded import Recorded
    from shared.ledger.work import Step


async def test_entries_are_applied_in_order_with_the_position() -> None:
    log = entries(10)
    service = Follows(log)
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(10)
        assert await service.causes() == list(range(10))
        position = await service.position()
        assert (position.sequence, position.offset) == (10, 10)
        assert Frontier(10, position.peaks).root() == root_of([*map(leaf_hash, log)])


async def test_a_page_is_one_transaction() -> None:
    log = entries(200)
    service = Follows(log)
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(200)
    assert service.pages == [200]


async def test_a_transaction_takes_whole_entries_up_to_a_number_of_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(follower, "STEPS", 10)
    log = entries(9)
    steps_of = [3, 3, 3, 3, 0, 25, 0, 10, 1]

    def react(recorded: Recorded) -> tuple[Step, ...]:
        return reserve_for_each(recorded) * steps_of[recorded.sequence]

    service = Follows(log, react)
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(9)
        assert await service.causes() == [0, 1, 2, 3, 5, 7, 8]
    assert service.pages == [9, 3, 25, 10, 1]


async def test_duplicates_are_dropped() -> None:
    log = entries(6)
    service = Follows(log)
    await service.publish(*[(index, log[index]) for index in (0, 1, 2, 1, 2, 3, 0, 4, 5, 5)])
    async with service.running():
        await service.reaches(6)
        assert await service.causes() == [0, 1, 2, 3, 4, 5]
    assert service.origin.bundles_asked() == []


async def test_a_gap_is_filled_from_the_origin() -> None:
    log = entries(20)
    service = Follows(log)
    await service.publish(*[(index, log[index]) for index in (0, 1, 12, 13, 14, 19)])
    async with service.running():
        await service.reaches(20)
        assert await service.causes() == list(range(20))
        position = await service.position()
        assert (position.sequence, position.offset) == (20, 6)
    assert service.origin.bundles_asked() == ["tile/entries/000.p/20"] * 2


async def test_a_gap_stays_open_until_the_origin_answers() -> None:
    log = entries(5)
    service = Follows(log)
    await service.publish((4, log[4]))
    service.origin.failures = 1_000_000
    async with service.running():
        await service.becomes("waiting")
        assert "503" in service.follower.health().detail
        assert await service.follower.check() is None
        service.origin.failures = 0
        await service.reaches(5)
        await service.becomes("running")
        assert await service.follower.check() is None
        assert await service.causes() == [0, 1, 2, 3, 4]


async def test_entries_of_other_types_are_passed_over_unread() -> None:
    log = entries(3)
    log[1] = log[1].replace(b'"facility":"cecot"', b'"facility":12345')
    service = Follows(log)
    service.types = ()
    service.follower = service.restarted()
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(3)
        assert await service.store.entries(0, 10) == []


async def test_a_step_that_a_rule_refuses_does_not_stop_the_log() -> None:
    log = entries(5)
    service = Follows(log, lambda recorded: reserve_for_each(recorded, limit=2))
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(5)
        assert await service.causes() == [0, 1]
        assert await service.follower.check() is None


@pytest.mark.parametrize("early", range(6))
async def test_an_entry_that_builds_on_a_missing_fact_waits_and_what_comes_before_it_is_applied(
    early: int,
) -> None:
    log = entries(6)
    arrived = asyncio.Event()

    def react(recorded: Recorded) -> tuple[Step, ...]:
        if recorded.sequence == early and not arrived.is_set():
            raise NotYet("the place has not been offered")
        return reserve_for_each(recorded)

    service = Follows(log, react)
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(early)
        await service.becomes("waiting")
        assert f"entry {early} waits: the place" in service.follower.health().detail
        assert await service.causes() == list(range(early))
        arrived.set()
        await service.reaches(6)
        assert await service.causes() == list(range(6))
        await service.becomes("running")


async def test_a_failure_applies_nothing_and_is_tried_again() -> None:
    log = entries(8)
    service = Follows(log)
    left = [Unavailable("no database"), RuntimeError("a fault"), BrokerUnavailable("no broker")]

    def failing() -> None:
        if left:
            raise left.pop()

    service.failing = failing
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(8)
        assert await service.causes() == list(range(8))


async def test_a_failure_that_stays_makes_the_service_not_ready_until_it_goes() -> None:
    log = entries(4)
    service = Follows(log)
    broken = True

    def failing() -> None:
        if broken:
            raise RuntimeError("a fault in our own code")

    service.failing = failing
    await service.publish(*enumerate(log))
    async with service.running():
        await service.becomes("stuck")
        assert "a fault in our own code" in (await service.follower.check() or "")
        assert await service.position() == Position()
        broken = False
        await service.reaches(4)
        await service.becomes("running")


async def test_an_entry_whose_effects_no_entry_can_hold_stops_the_follower_and_loses_nothing() -> (
    None
):
    log = entries(9)
    too_much = True

    def react(recorded: Recorded) -> tuple[Step, ...]:
        if recorded.sequence != 5 or not too_much:
            return reserve_for_each(recorded)
        command = Reserve(FacilityId("x" * 70_000))
        return steps_because_of(recorded, "placement", (RESERVE, command))

    service = Follows(log, react)
    await service.publish(*enumerate(log))
    with pytest.raises(EffectTooLarge, match="at entry 5") as stopped:
        async with service.running() as running:
            await running
    assert stopped.value.index == 5
    assert service.follower.health().state == "stopped"
    assert "65535" in (await service.follower.check() or "")
    assert await service.causes() == [0, 1, 2, 3, 4]
    position = await service.position()
    assert (position.sequence, position.offset) == (5, 5)
    too_much = False  # whoever looked has made it smaller
    service.follower = service.restarted()
    async with service.running():
        await service.reaches(9)
        assert await service.causes() == list(range(9))


async def test_an_entry_that_arrives_again_after_its_position_was_lost_does_not_act_again() -> None:
    log = entries(5)
    service = Follows(log)
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(5)
        del service.store.rows["follower_positions"]
        again = asyncio.create_task(service.restarted().run())
        await service.reaches(5)
        again.cancel()
        await asyncio.gather(again, return_exceptions=True)
        assert await service.causes() == [0, 1, 2, 3, 4]


async def test_a_follower_tells_how_far_it_is_behind() -> None:
    log = entries(700)
    service = Follows(log)
    standing_by = service.follower.health()
    assert (standing_by.state, standing_by.idle_seconds) == ("standby", None)
    lags: list[int] = []
    service.failing = lambda: lags.append(service.follower.health().lag)
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(700)

        async def caught_up() -> bool:
            health = service.follower.health()
            return health.state == "running" and health.lag == 0

        await until(caught_up)
        health = service.follower.health()
        assert health.idle_seconds is not None
        assert health.idle_seconds < 60
    assert lags == [700]
    assert service.follower.health().state == "standby"
