"""A price by the night: every attested night, once (F10, F11)."""

from datetime import date

from shared.kernel.dates import stay_nights
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.money import Money
from shared.tariff.fact import MonthEnd, PersonNight
from shared.tariff.per_night import NightsCharged, PerNight
from shared.tariff.rounding import Rounding
from tests.support.signed_terms import reads_as_signed
from tests.support.tariffs import nightly

BED = nightly("bed", "65.00")
SIGNED = (
    '{"id":"bed","kind":"per-night","rate":{"amount":"65.00","currency":"USD"},'
    '"rounding":{"mode":"half-even","place":2}}'
)
IRWIN = nightly("bed", "45.00")
NIGHT = PersonNight(CustodyId("c"), PersonId("p"), date(2025, 4, 1), EntryRef("o#1"))


def test_its_terms_read_as_they_were_signed() -> None:
    assert reads_as_signed(SIGNED, BED)


def test_f11_thirty_nights_at_65_are_1950() -> None:
    assert BED.cost(30) == Money("1950.00", "USD")


def test_f10_in_on_1_january_and_out_on_1_february_is_31_nights_at_45() -> None:
    nights = stay_nights(date(2007, 1, 1), date(2007, 2, 1)).nights

    assert (nights, IRWIN.cost(nights)) == (31, Money("1395.00", "USD"))


def test_f10_in_and_out_on_one_day_is_one_night() -> None:
    nights = stay_nights(date(2007, 1, 1), date(2007, 1, 1)).nights

    assert IRWIN.cost(nights) == Money("45.00", "USD")


def test_a_night_is_charged_with_what_attests_it_and_given_back_as_it_was() -> None:
    charge = BED.charge(NIGHT, BED.empty)
    assert (charge.unit, charge.quantity, charge.amount) == ("person-night", 1, BED.rate)
    assert charge.evidence == ("o#1",)

    back = BED.reverse(NIGHT, charge.tally)
    assert (back.quantity, back.amount, back.tally) == (-1, -BED.rate, BED.empty)


def test_a_price_is_rounded_once_on_the_total_at_the_place_that_the_terms_name() -> None:
    dollars = PerNight(id="bed", rate=Money("0.40", "USD"), rounding=Rounding("half-up", 0))
    tally = dollars.empty
    amounts: list[str] = []
    for _ in range(5):
        charge = dollars.charge(NIGHT, tally)
        tally, amounts = charge.tally, [*amounts, charge.amount.amount]

    assert amounts == ["0.00", "1.00", "0.00", "1.00", "0.00"]


def test_the_end_of_a_month_adds_nothing() -> None:
    assert BED.close(MonthEnd("2025-04", EntryRef("o#1")), BED.empty) is None
    assert not BED.applies(MonthEnd("2025-04", EntryRef("o#1")))
    assert BED.paid_ahead is None


def test_a_reader_is_told_how_many_nights_at_which_price() -> None:
    statement = BED.statement(NightsCharged(nights=1200))

    assert (statement.used, statement.earned) == (1200, Money("78000.00", "USD"))
    assert statement.words == "1,200 person-nights at USD 65.00: USD 78,000.00"
