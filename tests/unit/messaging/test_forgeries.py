"""Whoever can write to a topic can make its followers do nothing that the log has not signed."""

from __future__ import annotations

import httpx
import pytest

from shared.messaging import proved_topic
from shared.messaging.errors import AppliedUnsigned, LogBroken
from shared.transparency.bundle import encode_bundle
from tests.support.entries import entries, entry
from tests.support.waiting import until
from tests.unit.messaging.following import Follows

FORGERIES = {
    "made-up content": entry(3),
    "another index": entry(7),
    "another log": entry(3, origin="accord.example/billing/0"),
    "no JSON": b"not an entry",
    "an attribute too many": entry(3).replace(b'{"specversion"', b'{"more":1,"specversion"'),
    "data that do not fit": entry(3).replace(b'"facility":"cecot"', b'"facility":12345'),
}


@pytest.mark.parametrize("what", FORGERIES)
async def test_a_forged_record_is_a_finding_and_the_signed_entry_is_applied_instead(
    what: str,
) -> None:
    log = entries(6)
    service = Follows(log)
    await service.publish(*enumerate([*log[:3], FORGERIES[what], *log[4:]]))
    async with service.running():
        await service.reaches(6)
        assert await service.causes() == [0, 1, 2, 3, 4, 5]
    assert service.findings() == [(3, 3)]
    (row,) = service.store.rows["topic_findings"].values()
    assert row["record"] == FORGERIES[what]
    assert service.follower.health().ready


@pytest.mark.parametrize("what", FORGERIES)
async def test_a_forged_record_before_the_real_one_is_not_applied_though_it_came_first(
    what: str,
) -> None:
    log = entries(5)
    service = Follows(log)
    forged = FORGERIES[what]
    await service.publish(*enumerate(log[:3]), (3, forged), (3, log[3]), (4, log[4]))
    async with service.running():
        await service.reaches(5)
        assert await service.causes() == [0, 1, 2, 3, 4]
    assert service.findings() == [(3, 3)]
    assert service.origin.bundles_asked() == []


async def test_however_many_records_are_written_for_one_entry_memory_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(proved_topic, "DOUBLES", 2)
    log = entries(3)
    service = Follows(log)
    huge = b"x" * 70_000
    forged = [(1, entry(1)), (1, huge), (1, entry(1)), (1, entry(1)), (1, entry(1))]
    await service.publish((0, log[0]), (1, log[1]), *forged, (2, log[2]))
    async with service.running():
        await service.reaches(3)
        assert await service.causes() == [0, 1, 2]
        await service.notes((2, 1), (4, 1))
    assert service.findings() == [(2, 1), (4, 1)]


async def test_nothing_is_applied_before_the_log_has_signed_it() -> None:
    log = entries(6)
    service = Follows(log)
    service.origin.sealed = 2
    await service.publish(*enumerate(log))
    async with service.running():
        await service.reaches(2)
        await service.becomes("waiting")
        assert "no checkpoint" in service.follower.health().detail
        assert await service.causes() == [0, 1]
        service.origin.sealed = 6
        await service.reaches(6)
        assert await service.causes() == [0, 1, 2, 3, 4, 5]


async def test_a_record_that_the_log_never_signs_is_never_applied_and_holds_up_nothing() -> None:
    log = entries(4)
    service = Follows(log)
    await service.publish(*enumerate(log), (4, entry(4)), (30, entry(30)))
    async with service.running():
        await service.reaches(4)
        service.origin.held += entries(3, first=4)
        await service.reaches(7)
        assert await service.causes() == list(range(7))
    assert service.findings() == [(4, 4)]


async def test_what_the_broker_hides_comes_from_the_origin() -> None:
    log = entries(5)
    service = Follows(log)
    await service.publish(*enumerate(log[:2]))
    async with service.running():
        await service.reaches(5)
        assert await service.causes() == [0, 1, 2, 3, 4]


async def test_records_in_another_order_are_applied_in_the_logs() -> None:
    log = entries(8)
    service = Follows(log)
    await service.publish(*[(index, log[index]) for index in (7, 3, 0, 6, 1, 2, 5, 4)])
    async with service.running():
        await service.reaches(8)
        assert await service.causes() == list(range(8))


async def test_a_message_without_an_index_is_a_finding_and_passed_over() -> None:
    log = entries(2)
    service = Follows(log)
    await service.publish((0, log[0]), (-1, b"garbage"), (1, log[1]))
    async with service.running():
        await service.reaches(2)
    assert service.findings() == [(1, None)]


async def test_garbage_at_the_end_of_a_topic_needs_no_hand_and_no_restart() -> None:
    log = entries(3)
    service = Follows(log)
    await service.publish(*enumerate(log), (-1, b"garbage"), (9, b"garbage"))
    async with service.running():
        await service.reaches(3)
        service.origin.held += (more := entries(2, first=3))
        await service.publish(*enumerate(more, start=3))
        await service.reaches(5)
        assert await service.causes() == [0, 1, 2, 3, 4]
        assert await service.follower.check() is None


async def test_an_origin_that_gives_another_entry_than_it_has_signed_is_waited_for() -> None:
    log = entries(9)
    service = Follows(log)
    bundle = encode_bundle([*log[:6], entry(6), *log[7:]])
    path = "tile/entries/000.p/9"
    service.origin.instead[path] = httpx.Response(200, content=bundle)
    async with service.running():
        await service.becomes("waiting")

        async def named() -> bool:
            return "shows other entries than it has signed: 6" in service.follower.health().detail

        await until(named)
        assert (await service.position()).sequence == 0
        del service.origin.instead[path]
        await service.reaches(9)


async def test_what_was_applied_and_was_never_signed_stops_the_follower_and_is_named() -> None:
    log = entries(6)
    service = Follows(log)
    service.origin.held = [*log[:2], entry(2), *log[3:]]
    await service.publish(*enumerate(service.origin.held))
    async with service.running():
        await service.reaches(6)
    service.origin.held = [*log, *entries(2, first=6)]
    service.follower = service.restarted()
    async with service.running() as task:
        with pytest.raises(AppliedUnsigned, match="not what the log has signed at size 8"):
            await task
    assert service.follower.health().state == "stopped"


async def test_an_entry_that_the_log_has_signed_and_nobody_can_read_stops_the_follower() -> None:
    log = entries(6)
    log[3] = log[3].replace(b'"facility":"cecot"', b'"facility":12345')
    service = Follows(log)
    await service.publish(*enumerate(log))
    async with service.running() as task:
        with pytest.raises(LogBroken, match="at entry 3: what the log has signed cannot be read"):
            await task
        assert (await service.position()).sequence == 3
