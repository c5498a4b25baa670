"""The age of the oldest unfinal entry, by a clock of the test's own; a witness away is no load."""

from __future__ import annotations

import pytest

from shared.service.finality_lag import MOST_MARKS, STILL_SECONDS, FinalityLag


class Time:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def lag(time: Time) -> FinalityLag:
    """One of a log whose entries have become final before."""
    lag = FinalityLag(time)
    lag.begins(1)
    lag.recorded(2)
    lag.final(2)
    return lag


def test_where_nothing_has_become_final_yet_there_is_no_age(time: Time) -> None:
    lag = FinalityLag(time)
    lag.begins(5)
    lag.recorded(9)
    time.seconds += 2
    assert (lag.age(), lag.waiting) == (0, True)


def test_an_idle_log_has_no_age(lag: FinalityLag, time: Time) -> None:
    time.seconds += 50
    assert lag.age() == 0


def test_the_age_is_that_of_the_oldest_entry_that_is_not_final(
    lag: FinalityLag, time: Time
) -> None:
    lag.recorded(10)
    time.seconds += 0.5
    lag.recorded(20)
    time.seconds += 0.5
    assert lag.age() == pytest.approx(1.0)
    lag.final(9)
    assert lag.age() == pytest.approx(1.0)
    lag.final(10)
    assert lag.age() == pytest.approx(0.5)
    lag.final(20)
    assert (lag.age(), lag.waiting) == (0, False)


def test_late_but_moving_is_load_however_late(lag: FinalityLag, time: Time) -> None:
    for second in range(3, 22):
        lag.recorded(second * 100)
        lag.final(second)
        time.seconds += 1
    assert lag.age() > STILL_SECONDS


def test_what_stands_still_is_a_witness_away_and_no_load(lag: FinalityLag, time: Time) -> None:
    lag.recorded(10)
    lag.final(4)
    time.seconds += STILL_SECONDS
    assert lag.age() == pytest.approx(STILL_SECONDS)
    time.seconds += 0.1
    assert lag.age() == 0
    for size in range(11, 11 + 2 * MOST_MARKS):
        lag.recorded(size)
    lag.final(5)
    assert lag.age() > STILL_SECONDS
    lag.final(11 + 2 * MOST_MARKS)
    assert lag.age() == 0
