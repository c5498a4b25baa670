"""The bed board looks ahead, and warns before a shortage forces anybody's hand (S10, G19)."""

from datetime import date, timedelta

import pytest

from services.placement.domain.bed_board import Places, Shortage, forecast

TODAY = date(2025, 3, 20)


def days(*ahead: int) -> list[date]:
    return [TODAY + timedelta(days=number) for number in ahead]


def test_s10_a_place_is_free_the_day_after_the_last_day_of_who_takes_it() -> None:
    """D4: a lawful end is a limit that ends with the last second of its day."""
    ahead = forecast(Places(10, 10, 0), {TODAY: 1, days(2)[0]: 2}, TODAY, 4)
    assert [day.day for day in ahead] == days(1, 2, 3, 4)
    assert [(day.leaving, day.free) for day in ahead] == [(1, 1), (1, 1), (3, 3), (3, 3)]


def test_g15_who_is_held_past_the_end_frees_nothing_by_that() -> None:
    """Going round it: a board on which whoever should have left has left."""
    ahead = forecast(Places(10, 10, 0), {days(-3)[0]: 4}, TODAY, 2)
    assert [day.free for day in ahead] == [0, 0]


def test_g19_free_places_are_never_below_zero() -> None:
    assert Places(10, 14, 0).free == 0
    assert Places(10, 14, 0).without(5).free == 1


@pytest.mark.parametrize(
    ("places", "warning"),
    [
        (Places(100, 50, 10), "none"),
        (Places(100, 85, 6), "near"),
        (Places(100, 90, 0), "none"),
        (Places(100, 91, 0), "near"),
        (Places(100, 95, 6), "short"),
        (Places(100, 100, 0), "short"),
    ],
)
def test_s10_a_shortage_is_said_before_it_is_there(places: Places, warning: Shortage) -> None:
    assert places.warning == warning


def test_nothing_is_said_of_the_days_ahead_unless_they_are_asked_for() -> None:
    assert forecast(Places(10, 0, 0), {}, TODAY, 0) == ()
