"""G1: how far a clock may be off counts what asking cannot tell."""

from datetime import datetime, timedelta

import pytest

from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.ledger.machine import SystemClock
from shared.ledger.postgres import PostgresStore


class SlowAsking:
    """Makes the database's answer seem to take six seconds, of which `before` were before it."""

    def __init__(self, before: float) -> None:
        self._offsets = [timedelta(seconds=-before), timedelta(seconds=6 - before)]

    def now(self) -> datetime:
        return SystemClock().now() + self._offsets.pop(0)


@pytest.mark.parametrize("before", [0.0, 3.0, 6.0])
async def test_g1_an_answer_that_takes_too_long_hides_no_skew(
    database_url: str, before: float
) -> None:
    store = await PostgresStore.connect(database_url, SlowAsking(before))
    skew = await store.clock_skew()
    await store.close()
    assert abs(skew) > MAX_CLOCK_SKEW


async def test_g1_a_clock_in_step_is_within_what_is_allowed(database_url: str) -> None:
    store = await PostgresStore.connect(database_url)
    skew = await store.clock_skew()
    await store.close()
    assert abs(skew) < MAX_CLOCK_SKEW
