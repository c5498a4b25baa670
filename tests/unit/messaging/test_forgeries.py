"""What does not continue a log stops its follower, and nothing after it is applied."""

from __future__ import annotations

import pytest

from shared.ledger.positions import Position
from shared.messaging.errors import LogBroken
from tests.support.entries import entries, entry
from tests.unit.messaging.following import Follows

FORGERIES = {
    "another index": entry(7),
    "another log": entry(3, origin="accord.example/billing/0"),
    "no JSON": b"not an entry",
    "an attribute too many": entry(3).replace(b'{"specversion"', b'{"more":1,"specversion"'),
    "data that do not fit": entry(3).replace(b'"facility":"cecot"', b'"facility":12345'),
}


@pytest.mark.parametrize("what", FORGERIES)
async def test_a_forged_entry_stops_the_follower_and_nothing_after_it_is_applied(what: str) -> None:
    log = entries(6)
    service = Follows(log)
    forged = [log[0], log[1], log[2], FORGERIES[what], log[4], log[5]]
    await service.publish(*enumerate(forged))
    async with service.running() as task:
        with pytest.raises(LogBroken, match="at entry 3") as stopped:
            await task
        assert stopped.value.index == 3
        assert await service.causes() == [0, 1, 2]
        assert await service.position() == Position(3, 3)
    assert service.follower.health().state == "stopped"
    assert "entry 3" in (await service.follower.check() or "")


async def test_a_message_without_an_index_stops_the_follower() -> None:
    log = entries(2)
    service = Follows(log)
    await service.publish((0, log[0]), (-1, log[1]))
    async with service.running() as task:
        with pytest.raises(LogBroken, match="at entry 1: message 1 has no legible index"):
            await task
        assert (await service.position()).sequence == 1


async def test_a_message_from_beyond_the_end_of_its_log_stops_the_follower() -> None:
    log = entries(3)
    service = Follows(log)
    await service.publish((0, log[0]), (9, entry(9)))
    async with service.running() as task:
        with pytest.raises(LogBroken, match="at entry 3: the log ends here"):
            await task
        assert (await service.position()).sequence == 1


async def test_a_forged_entry_in_a_bundle_stops_the_follower() -> None:
    log = entries(9)
    service = Follows([*log[:6], entry(60), *log[7:]])
    await service.publish((8, log[8]))
    async with service.running() as task:
        with pytest.raises(LogBroken, match="at entry 6"):
            await task
        assert (await service.position()).sequence == 4
