"""A prepaid component earns exactly what its attested person-nights use (F7)."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.dates import DatePeriod
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.money import Money
from shared.tariff.fact import PersonNight
from shared.tariff.prepaid import NightsUsed, Prepaid
from tests.support.signed_terms import reads_as_signed
from tests.support.tariffs import pool

YEAR = DatePeriod(date(2025, 3, 16), date(2026, 3, 16))
EL_SALVADOR = pool("places", "4760000.00", 238, 365, YEAR)
SIGNED = (
    '{"amount":{"amount":"4760000.00","currency":"USD"},'
    '"effective":{"end":"2026-03-16","start":"2025-03-16"},"id":"places","kind":"prepaid",'
    '"nights":365,"persons":238,"rounding":{"mode":"half-even","place":2}}'
)
NIGHT = PersonNight(CustodyId("c"), PersonId("p"), date(2025, 4, 1), EntryRef("o#1"))

amounts = st.builds(Money.of, st.integers(0, 10**15), st.sampled_from(("USD", "KWD", "EUR")))
pools = st.builds(
    pool, st.just("places"), amounts, st.integers(1, 12), st.integers(1, 12), st.just(YEAR)
)


def test_its_terms_read_as_they_were_signed() -> None:
    assert reads_as_signed(SIGNED, EL_SALVADOR)


def used(terms: Prepaid, nights: int) -> Money:
    """What the night after so many costs."""
    charge = terms.charge(NIGHT, NightsUsed(nights=nights))
    assert charge is not None
    return charge.amount


def test_f7_everybody_gone_after_124_nights_leaves_what_is_unearned() -> None:
    """T11: a prepaid year that ends early shows what is unearned."""
    statement = EL_SALVADOR.statement(NightsUsed(nights=238 * 124))

    assert statement.earned == Money("1617095.89", "USD")
    assert statement.unearned == Money("3142904.11", "USD")
    assert (statement.used, statement.left) == (29_512, 57_358)
    assert statement.words == (
        "29,512 of 86,870 person-nights used: USD 1,617,095.89 earned, USD 3,142,904.11 unearned"
    )


def test_nothing_attested_earns_nothing_and_a_full_year_earns_all_of_it() -> None:
    assert EL_SALVADOR.earned(0) == Money("0.00", "USD")
    assert EL_SALVADOR.earned(238 * 365) == EL_SALVADOR.paid_ahead == EL_SALVADOR.amount


def test_a_tie_goes_to_the_even_minor_unit() -> None:
    halves = pool("p", "0.03", 2, 1)

    assert [used(halves, nights).minor for nights in (0, 1)] == [2, 1]


@settings(deadline=None)  # how long it takes is not what is tested
@given(pools)
def test_the_sum_of_single_nights_is_what_the_pool_earned(terms: Prepaid) -> None:
    accrued = Money.of(0, terms.amount.currency)
    for nights in range(terms.capacity):
        accrued += used(terms, nights)
        assert accrued == terms.earned(nights + 1)
    assert accrued == terms.amount


@settings(deadline=None)  # how long it takes is not what is tested
@given(pools, st.data())
def test_what_is_handed_back_is_what_the_last_night_cost(
    terms: Prepaid, data: st.DataObject
) -> None:
    nights = data.draw(st.integers(1, terms.capacity))

    back = terms.reverse(NIGHT, NightsUsed(nights=nights))

    assert (back.quantity, -back.amount) == (-1, used(terms, nights - 1))
    assert back.tally == NightsUsed(nights=nights - 1)


@settings(deadline=None)  # how long it takes is not what is tested
@given(pools)
def test_no_night_differs_from_another_by_more_than_one_minor_unit(terms: Prepaid) -> None:
    nights = {used(terms, nights).minor for nights in range(terms.capacity)}

    assert max(nights) - min(nights) <= 1


def test_a_pool_gives_nights_while_it_lasts() -> None:
    assert EL_SALVADOR.charge(NIGHT, NightsUsed(nights=238 * 365 - 1)) is not None
    assert EL_SALVADOR.charge(NIGHT, NightsUsed(nights=238 * 365)) is None


@pytest.mark.parametrize("nights", [-1, 238 * 365 + 1])
def test_nights_beyond_what_was_paid_for_have_no_price(nights: int) -> None:
    with pytest.raises(ValueError, match="pays for 86870"):
        EL_SALVADOR.earned(nights)


@pytest.mark.parametrize(
    ("night", "applies"),
    [
        (date(2025, 3, 15), False),
        (date(2025, 3, 16), True),
        (date(2026, 3, 15), True),
        (date(2026, 3, 16), False),
    ],
)
def test_a_pool_is_for_the_nights_of_its_period(night: date, *, applies: bool) -> None:
    fact = PersonNight(CustodyId("c"), PersonId("p"), night, EntryRef("o#1"))
    assert EL_SALVADOR.applies(fact) is applies
