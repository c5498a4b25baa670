"""A moment has two times, and each leaves out what it is older than."""

from datetime import UTC, datetime

import pytest

from shared.kernel.moment import NOW, Moment


def day(number: int) -> datetime:
    return datetime(2025, 3, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "has"),
    [
        (NOW, True),
        (Moment(as_of=day(5)), True),
        (Moment(as_of=day(4)), False),
        (Moment(known_at=day(20)), True),
        (Moment(known_at=day(19)), False),
        (Moment(day(5), day(20)), True),
        (Moment(day(5), day(19)), False),
        (Moment(day(4), day(20)), False),
    ],
)
def test_what_happened_on_the_5th_and_was_recorded_on_the_20th(moment: Moment, has: bool) -> None:  # noqa: FBT001 - a column of the table
    assert moment.has(day(5), day(20)) is has


def test_without_a_time_it_is_now() -> None:
    assert NOW.is_now
    assert not Moment(as_of=day(1)).is_now
    assert not Moment(known_at=day(1)).is_now
