"""A fixed amount a year, and a fund beside it: Norgerhaven, Tilburg and Gjilan to the cent.

Figures: Norway – Netherlands 2015 (F1), Belgium – Netherlands 2010 (F4), Denmark – Kosovo (F5).
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.dates import DatePeriod, month_of
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.money import Money, total
from shared.tariff.coverage import contradictions, unclear
from shared.tariff.earmarked_fund import EarmarkedFund
from shared.tariff.fact import MonthEnd, PersonNight
from shared.tariff.fixed import Fixed, PlacesPaid
from shared.tariff.installments import Proration
from shared.tariff.registry import Component
from shared.tariff.rounding import Rounding
from tests.support.signed_terms import reads_as_signed
from tests.unit.tariff.test_earmarked_fund import FUND, TEN_YEARS

CENT = Rounding("half-even", 2)
TERMS = EntryRef("o#7")
SIGNED = (
    '{"effective":{"end":"2018-09-01","start":"2015-09-01"},"id":"places","kind":"fixed",'
    '"places":242,"rounding":{"mode":"half-even","place":2},'
    '"yearly":{"amount":"25500000.00","currency":"EUR"}}'
)
THREE_YEARS = DatePeriod(date(2015, 9, 1), date(2018, 9, 1))
NORGERHAVEN = Fixed(
    id="places",
    rounding=CENT,
    yearly=Money("25500000.00", "EUR"),
    places=242,
    effective=THREE_YEARS,
)
TILBURG = Fixed(
    id="places",
    rounding=CENT,
    yearly=Money("30000000.00", "EUR"),
    places=500,
    effective=DatePeriod(date(2010, 2, 1), date(2011, 2, 1)),
)
RENT = Fixed(
    id="rent",
    rounding=CENT,
    yearly=Money("15000000.00", "EUR"),
    places=300,
    effective=TEN_YEARS,
)


def months(days: DatePeriod) -> list[str]:
    """Every month that has one of these days."""
    return sorted({month_of(day) for day in days.dates()})


def owed(terms: Component, periods: list[str]) -> list[Money]:
    """What each month's end adds, nothing where it adds nothing."""
    charges = (terms.close(MonthEnd(period, TERMS), terms.empty) for period in periods)
    return [charge.amount for charge in charges if charge is not None]


def night(day: date) -> PersonNight:
    """A night of somebody."""
    return PersonNight(CustodyId("c"), PersonId("p"), day, EntryRef("o#1"))


def test_its_terms_read_as_they_were_signed() -> None:
    assert reads_as_signed(SIGNED, NORGERHAVEN)


def test_f1_2125000_a_month_whatever_the_occupancy_and_76500000_in_36_months() -> None:
    every = owed(NORGERHAVEN, months(THREE_YEARS))

    assert every == [Money("2125000.00", "EUR")] * 36
    assert total(every, "EUR") == Money("76500000.00", "EUR")


def test_f4_a_year_is_30000000_and_no_price_of_a_day_is_ever_multiplied_back() -> None:
    assert total(owed(TILBURG, months(TILBURG.effective)), "EUR") == Money("30000000.00", "EUR")


def test_f5_210000000_in_ten_years_and_nothing_before_commencement() -> None:
    everything = owed(RENT, months(TEN_YEARS)) + owed(FUND, months(TEN_YEARS))

    assert total(everything, "EUR") == Money("210000000.00", "EUR")
    for terms in (RENT, FUND):
        assert owed(terms, ["2027-03", "2037-04"]) == []
        assert not terms.applies(MonthEnd("2027-03", TERMS))
    assert not RENT.applies(night(date(2027, 3, 31)))


def test_a_night_costs_nothing_more_and_says_how_much_of_the_places_was_used() -> None:
    """F14: empty places that are paid for are told."""
    tally: PlacesPaid = NORGERHAVEN.empty
    for day in range(30):
        charge = NORGERHAVEN.charge(night(date(2015, 9, 1) + timedelta(days=day)), tally)
        assert (charge.quantity, charge.amount.minor, charge.evidence) == (0, 0, ("o#1",))
        tally = charge.tally
    back = NORGERHAVEN.reverse(night(date(2015, 9, 30)), tally)
    assert (back.amount.minor, back.tally.nights) == (0, {"2015-09": 29})

    ended = NORGERHAVEN.close(MonthEnd("2015-09", TERMS), back.tally)
    assert ended is not None
    assert (ended.unit, ended.quantity, ended.reason) == ("place-month", 242, "guaranteed-places")
    told = NORGERHAVEN.statement(ended.tally)
    assert (told.used, told.shortfall) == (29, 242 * 30 - 29)
    assert told.earned == Money("2125000.00", "EUR")
    assert told.words == (
        "1 months of 242 places at EUR 25,500,000.00 a year: EUR 2,125,000.00;"
        " 29 of 7,260 place-nights used"
    )


def test_f14_nights_of_a_month_that_is_open_use_no_place_night_that_is_paid_for_yet() -> None:
    """F14: 'empty places that are paid for': paid and used are of the same months."""
    tally: PlacesPaid = NORGERHAVEN.empty
    for day in (date(2015, 9, 30), date(2015, 10, 1), date(2015, 10, 2)):
        tally = NORGERHAVEN.charge(night(day), tally).tally
    assert NORGERHAVEN.statement(tally).used == 0

    ended = NORGERHAVEN.close(MonthEnd("2015-09", TERMS), tally)
    assert ended is not None
    told = NORGERHAVEN.statement(ended.tally)
    assert (told.used, told.shortfall) == (1, 242 * 30 - 1)
    assert "1 of 7,260 place-nights used" in told.words


@pytest.mark.parametrize("terms", [NORGERHAVEN, FUND])
def test_whole_months_need_days_that_begin_and_end_with_one(terms: Fixed | EarmarkedFund) -> None:
    torn = {"effective": DatePeriod(date(2015, 9, 16), date(2016, 9, 16)), "beside": ()}
    whole: Component = changed(terms, torn)
    (said,) = contradictions([whole], "EUR")
    assert "let its days begin and end with one, or prorate it by-days" in said
    assert [*contradictions([changed(terms, {**torn, "proration": "by-days"})], "EUR")] == []
    assert [*contradictions([changed(terms, {"beside": ()})], "EUR")] == []


def changed(terms: Fixed | EarmarkedFund, fields: dict[str, object]) -> Component:
    """The same terms with other fields."""
    return msgspec.structs.replace(terms, **fields)


def test_by_days_a_month_bears_its_days_of_the_year_of_the_terms() -> None:
    torn = Fixed(
        id="places",
        rounding=CENT,
        yearly=Money("36500.00", "EUR"),
        places=1,
        effective=DatePeriod(date(2025, 3, 16), date(2027, 3, 16)),
        proration="by-days",
    )
    every = dict(zip(months(torn.effective), owed(torn, months(torn.effective)), strict=True))

    assert every["2025-03"] == Money("1600.00", "EUR")
    assert every["2026-03"] == Money("3100.00", "EUR")
    assert every["2027-03"] == Money("1500.00", "EUR")
    assert total(every.values(), "EUR") == Money("73000.00", "EUR")
    assert torn.statement(PlacesPaid(months=("2025-03",))).shortfall == 16


def test_two_amounts_for_the_same_month_are_refused_unless_the_terms_say_that_both_apply() -> None:
    alone = changed(FUND, {"beside": ()})
    (said,) = unclear([RENT, alone], TEN_YEARS)
    assert "'rent' and 'fund' both charge for a month" in said
    assert [*unclear([RENT, FUND], TEN_YEARS)] == []
    (gap,) = unclear([changed(FUND, {"beside": ()})], TEN_YEARS)
    assert "no component charges for a night" in gap


@given(
    yearly=st.integers(0, 10**12),
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    years=st.integers(1, 4),
    mode=st.sampled_from(("half-even", "half-up", "down", "up")),
    proration=st.sampled_from(("by-days", "whole-months")),
)
def test_every_year_of_the_terms_comes_to_exactly_its_amount(
    yearly: int, start: date, years: int, mode: str, proration: Proration
) -> None:
    first = start.replace(day=1) if proration == "whole-months" else start
    if (first.month, first.day) == (2, 29):
        first = first.replace(day=28)
    days = DatePeriod(first, first.replace(year=first.year + years))
    amount = Money.of(yearly, "EUR")
    terms = Fixed(
        id="places",
        rounding=Rounding(mode, 2),  # type: ignore[arg-type]  # drawn from the modes
        yearly=amount,
        places=1,
        effective=days,
        proration=proration,
    )
    every = owed(terms, months(days))

    assert total(every, "EUR").minor == years * yearly
    assert len(every) == len(months(days))


def test_a_year_of_the_terms_that_begins_on_29_february_begins_on_1_march_where_there_is_none() -> (
    None
):
    leap = Fixed(
        id="places",
        rounding=CENT,
        yearly=Money("366.00", "EUR"),
        places=1,
        effective=DatePeriod(date(2028, 2, 29), date(2029, 3, 1)),
        proration="by-days",
    )
    every = owed(leap, months(leap.effective))

    assert every[0] == Money("1.00", "EUR")
    assert total(every, "EUR") == Money("366.00", "EUR")
