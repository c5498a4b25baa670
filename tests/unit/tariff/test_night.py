"""Which component prices a night, and how the reported agreements come out (fees.md)."""

from datetime import date

from shared.contracts.agreement import Component, PerNight, Prepaid, Tariff
from shared.kernel.dates import DatePeriod, stay_nights
from shared.kernel.money import Money
from shared.tariff import per_night
from shared.tariff.night import cost, price_night

YEAR = DatePeriod(date(2025, 3, 16), date(2026, 3, 16))
PLACES = Prepaid(id="places", amount=Money("100.00", "USD"), persons=1, nights=3, period=YEAR)
OVERFLOW = PerNight(id="overflow", rate=Money("65.00", "USD"))
NIGHT = date(2025, 4, 1)


def prices(
    tariff: tuple[Component, ...], night: date = NIGHT, **attested: int
) -> list[tuple[str, int, str]]:
    """The prices of one more night as (component, ordinal, amount)."""
    found = price_night(Tariff("USD", tariff), night, lambda one: attested.get(one.id, 0))
    return [(one.component.id, one.ordinal, one.amount.amount) for one in found]


def test_prepaid_comes_first_while_it_lasts() -> None:
    assert prices((OVERFLOW, PLACES)) == [("places", 1, "33.33")]
    assert prices((OVERFLOW, PLACES), places=1) == [("places", 2, "33.34")]
    assert prices((OVERFLOW, PLACES), places=3, overflow=7) == [("overflow", 8, "65.00")]


def test_a_night_before_the_prepaid_period_is_charged_by_the_night() -> None:
    assert prices((PLACES, OVERFLOW), date(2025, 3, 15)) == [("overflow", 1, "65.00")]


def test_a_night_that_nothing_prices_is_unpriced_and_never_free() -> None:
    assert prices((PLACES,), places=3) == []
    assert prices((PLACES,), date(2026, 3, 16)) == []
    assert prices(()) == []


def test_every_price_by_the_night_applies() -> None:
    food = PerNight(id="food", rate=Money("4.10", "USD"))

    assert prices((OVERFLOW, food)) == [("overflow", 1, "65.00"), ("food", 1, "4.10")]


def test_f12_a_convention_without_a_fee_costs_zero() -> None:
    free = PerNight(id="no-fee", rate=Money("0.00", "USD"))

    assert prices((free,)) == [("no-fee", 1, "0.00")]


def test_f11_thirty_nights_at_65_are_1950() -> None:
    assert per_night.cost(OVERFLOW, 30) == Money("1950.00", "USD")
    assert cost(OVERFLOW, 1, 30) == Money("1950.00", "USD")


def test_f10_in_on_1_january_and_out_on_1_february_is_31_nights_at_45() -> None:
    irwin = PerNight(id="bed", rate=Money("45.00", "USD"))
    nights = stay_nights(date(2007, 1, 1), date(2007, 2, 1)).nights

    assert (nights, per_night.cost(irwin, nights)) == (31, Money("1395.00", "USD"))


def test_f10_in_and_out_on_one_day_is_one_night() -> None:
    irwin = PerNight(id="bed", rate=Money("45.00", "USD"))
    nights = stay_nights(date(2007, 1, 1), date(2007, 1, 1)).nights

    assert per_night.cost(irwin, nights) == Money("45.00", "USD")
