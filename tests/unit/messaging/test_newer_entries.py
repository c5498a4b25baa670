"""A follower that is older than the log it follows stops: nothing is passed over or misread."""

from __future__ import annotations

import pytest

from shared.contracts.hold import HoldAsserted
from shared.contracts.placement import PlaceReserved
from shared.messaging.errors import Stopped
from tests.support.entries import entries, entry
from tests.support.newer_entries import NEWER, at
from tests.unit.messaging.following import Follows


@pytest.mark.parametrize("what", NEWER)
async def test_what_a_later_version_added_stops_the_follower_before_it(what: str) -> None:
    log = [*entries(3), at(3, NEWER[what]), entry(4)]
    service = Follows(log)
    service.types = (PlaceReserved, HoldAsserted)
    service.follower = service.restarted()
    await service.publish(*enumerate(log))
    async with service.running() as task:
        with pytest.raises(Stopped, match="upgrade") as stopped:
            await task
        assert stopped.value.index == 3
        assert (await service.position()).sequence == 3
        assert len(await service.store.entries(0, 10)) == 3
    assert service.follower.health().state == "stopped"
