"""What every store promises about states at a moment, in memory and in PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from shared.kernel.moment import NOW, Moment
from tests.support.ledgers import RESERVE, Reserve, SteppingClock, places, provenance
from tests.support.reserving import CECOT, running

if TYPE_CHECKING:
    from shared.ledger.store import Store

STORY = ((1, 1), (3, 3), (2, 20), (10, 21))
"""On which day of March each of four places was reserved, and on which it was recorded."""


def day(number: int) -> datetime:
    """Noon of a day of March."""
    return datetime(2025, 3, 1, 12, tzinfo=UTC) + timedelta(days=number - 1)


TABLE = [
    # as of, known at: how many places are reserved
    (None, None, 4),
    (0, None, 0),
    (1, None, 1),
    (2, None, 2),
    (3, None, 3),
    (9, None, 3),
    (10, None, 4),
    (2, 19, 1),
    (3, 19, 2),
    (3, 20, 3),
    (None, 2, 1),
    (None, 20, 3),
    (10, 20, 3),
    (None, 0, 0),
]


async def test_a_state_leaves_out_what_had_not_happened_and_what_was_not_recorded(
    store: Store,
) -> None:
    clock = SteppingClock(day(1))
    async with running(store, clock) as runner:
        for happened, recorded in STORY:
            clock.time = day(recorded) - timedelta(seconds=1)
            came_from = msgspec.structs.replace(provenance(), time=day(happened))
            await runner.run(RESERVE, Reserve(CECOT), came_from)
        answered = []
        for as_of, known_at, _ in TABLE:
            times = [None if number is None else day(number) for number in (as_of, known_at)]
            state = await runner.state(places(CECOT), Moment(*times))
            answered.append((as_of, known_at, state.reserved))
    assert answered == TABLE


@pytest.mark.parametrize("moment", [NOW, Moment(as_of=day(30)), Moment(known_at=day(30))])
async def test_a_moment_after_everything_is_now(store: Store, moment: Moment) -> None:
    async with running(store, SteppingClock(day(5))) as runner:
        came_from = msgspec.structs.replace(provenance(), time=day(4))
        await runner.run(RESERVE, Reserve(CECOT), came_from)
        assert (await runner.state(places(CECOT), moment)).reserved == 1
