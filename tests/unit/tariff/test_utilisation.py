"""How much of what is paid for was used: figures for reading alone (F4, F9, F14)."""

from __future__ import annotations

from datetime import date

from shared.kernel.dates import DatePeriod
from shared.kernel.ids import EntryRef
from shared.kernel.money import Money
from shared.tariff.fact import MonthEnd
from shared.tariff.fixed import Fixed, PlacesPaid
from shared.tariff.rounding import Rounding
from shared.tariff.utilisation import utilisation


def test_f14_12027_empty_places_at_20_5_million_a_month_are_54_98_a_place_day() -> None:
    """F14: '12,027 empty of those guaranteed, USD 20.5 million a month → 54.98 a place-day'."""
    month = utilisation(Money("20500000.00", "USD"), 12_027, 12_027 * 31, 0)

    assert month is not None
    assert (month.per_place_night, month.empty) == (Money("54.98", "USD"), 12_027 * 31)
    assert (month.empty_places, month.per_person) == (Money("20500000.00", "USD"), None)
    assert month.share == "0.0"


def test_f4_a_rate_a_place_day_is_shown_and_never_multiplied_back() -> None:
    """F4: 'shown as 164.38 a place-day; the ledger never holds 29,999,350'."""
    year = DatePeriod(date(2010, 2, 1), date(2011, 2, 1))
    tilburg = Fixed(
        id="places",
        rounding=Rounding("half-even", 2),
        yearly=Money("30000000.00", "EUR"),
        places=500,
        effective=year,
    )
    tally = tilburg.empty
    for number in range(12):
        period = f"{2010 + (number + 1) // 12}-{(number + 1) % 12 + 1:02}"
        charge = tilburg.close(MonthEnd(period, EntryRef("o#7")), tally)
        assert charge is not None
        tally = charge.tally
    told = tilburg.statement(
        PlacesPaid(months=tally.months, nights={tally.months[0]: 500 * 365 // 2})
    )

    assert told.earned == Money("30000000.00", "EUR")
    assert told.utilisation is not None
    assert told.utilisation.per_place_night == Money("164.38", "EUR")
    assert (told.utilisation.share, told.utilisation.empty) == ("50.0", 91_250)
    assert told.utilisation.empty_places == Money("15000000.00", "EUR")


def test_a_tenth_is_rounded_up_and_more_than_all_is_no_empty_place() -> None:
    over = utilisation(Money("100.00", "EUR"), 1, 30, 31)
    assert over is not None
    assert (over.share, over.empty, over.empty_places.amount) == ("103.3", 0, "0.00")
    half = utilisation(Money("100.00", "EUR"), 1, 2000, 1)
    assert half is not None
    assert half.share == "0.1"


def test_before_anything_is_paid_for_there_is_no_share() -> None:
    assert utilisation(Money("1.00", "EUR"), 1, 0, 0) is None
