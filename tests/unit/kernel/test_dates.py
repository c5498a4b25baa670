"""Half-open periods, and the night rule (F10)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.dates import DatePeriod, last_second, local_date, month, month_of, stay_nights

DATES = st.dates(date(1990, 1, 1), date(2090, 1, 1))


def test_in_on_1_january_and_out_on_1_february_is_31_nights() -> None:
    assert stay_nights(date(2007, 1, 1), date(2007, 2, 1)).nights == 31


def test_in_and_out_on_one_day_is_one_night() -> None:
    assert stay_nights(date(2007, 1, 1), date(2007, 1, 1)).nights == 1


def test_a_departure_before_the_arrival_is_refused() -> None:
    with pytest.raises(ValueError, match="is empty"):
        stay_nights(date(2007, 1, 2), date(2007, 1, 1))


@given(DATES, DATES)
def test_the_day_of_arrival_counts_and_the_day_of_departure_does_not(one: date, two: date) -> None:
    arrived, departed = sorted((one, two))
    nights = stay_nights(arrived, departed)
    assert arrived in nights
    assert (departed in nights) == (arrived == departed)
    assert next(nights.dates()) == arrived


@given(DATES)
def test_every_date_is_in_its_month_and_in_no_other(day: date) -> None:
    own = month(month_of(day))
    assert day in own
    assert own.start not in month(month_of(own.end))
    assert own.end not in own


@pytest.mark.parametrize("text", ["2025-13", "2025-4", "2025", "2025-04-01", "April", "2025W14"])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="yyyy-mm"):
        month(text)


def test_a_period_has_every_date_from_its_start_up_to_its_end() -> None:
    period = DatePeriod(date(2025, 2, 27), date(2025, 3, 2))
    assert [day.day for day in period.dates()] == [27, 28, 1]
    assert period.nights == 3


def test_a_period_is_not_empty() -> None:
    with pytest.raises(ValueError, match="its end must be after its start"):
        DatePeriod(date(2025, 1, 1), date(2025, 1, 1))


def test_a_date_is_the_facilitys_own() -> None:
    instant = datetime(2025, 4, 2, 5, 59, tzinfo=UTC)
    assert local_date(instant, "America/El_Salvador") == date(2025, 4, 1)


@pytest.mark.parametrize(
    ("day", "zone", "ends"),
    [
        (date(2025, 3, 16), "UTC", "2025-03-16T23:59:59Z"),
        (date(2025, 3, 16), "America/El_Salvador", "2025-03-17T05:59:59Z"),
        (date(2025, 3, 16), "Pacific/Kiritimati", "2025-03-16T09:59:59Z"),
        (date(2025, 12, 31), "Europe/Amsterdam", "2025-12-31T22:59:59Z"),
        (date(2025, 3, 30), "Europe/Amsterdam", "2025-03-30T21:59:59Z"),
        (date(2018, 11, 3), "America/Sao_Paulo", "2018-11-04T02:59:59Z"),
        (date(2018, 2, 17), "America/Sao_Paulo", "2018-02-18T02:59:59Z"),
    ],
)
def test_a_date_as_a_limit_ends_with_its_last_second_in_the_zone_that_the_term_names(
    day: date, zone: str, ends: str
) -> None:
    """D4; in São Paulo the clocks were changed at midnight: that day has 23 hours, or 25."""
    assert last_second(day, zone) == datetime.fromisoformat(ends)


def test_without_a_zone_a_date_as_a_limit_ends_in_utc() -> None:
    """D4."""
    assert last_second(date(2025, 3, 16)) == datetime(2025, 3, 16, 23, 59, 59, tzinfo=UTC)


@given(DATES, st.sampled_from(["UTC", "America/El_Salvador", "Pacific/Apia", "Asia/Beirut"]))
def test_the_last_second_of_a_day_is_in_it_and_the_next_one_is_not(day: date, zone: str) -> None:
    ends = last_second(day, zone)
    following = local_date(ends + timedelta(seconds=1), zone)
    assert local_date(ends, zone) <= day < following
