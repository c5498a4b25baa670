"""Half-open periods, and the night rule of fees.md."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.dates import DatePeriod, local_date, month, month_of, stay_nights

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
