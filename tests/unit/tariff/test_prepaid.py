"""A prepaid component earns exactly what its attested person-nights use (F7)."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.agreement import Prepaid
from shared.kernel.dates import DatePeriod
from shared.kernel.money import Money, total
from shared.tariff import prepaid

EL_SALVADOR = Prepaid(
    id="places",
    amount=Money("4760000.00", "USD"),
    persons=238,
    nights=365,
    period=DatePeriod(date(2025, 3, 16), date(2026, 3, 16)),
)

pools = st.builds(
    Prepaid,
    id=st.just("places"),
    amount=st.builds(
        Money.of, st.integers(0, 10**15), st.sampled_from(("USD", "JPY", "KWD", "EUR"))
    ),
    persons=st.integers(1, 12),
    nights=st.integers(1, 12),
    period=st.just(EL_SALVADOR.period),
)


def test_f7_everybody_gone_after_124_nights_leaves_what_is_unearned() -> None:
    attested = 238 * 124

    assert prepaid.earned(EL_SALVADOR, attested) == Money("1617095.89", "USD")
    assert prepaid.unearned(EL_SALVADOR, attested) == Money("3142904.11", "USD")


def test_nothing_attested_earns_nothing_and_a_full_year_earns_all_of_it() -> None:
    assert prepaid.earned(EL_SALVADOR, 0) == Money("0.00", "USD")
    assert prepaid.unearned(EL_SALVADOR, 238 * 365) == Money("0.00", "USD")


def test_a_tie_goes_to_the_even_minor_unit() -> None:
    halves = Prepaid(
        id="p", amount=Money("0.03", "USD"), persons=2, nights=1, period=EL_SALVADOR.period
    )

    assert [prepaid.cost(halves, n, n).minor for n in (1, 2)] == [2, 1]


@settings(deadline=None)  # how long it takes is not what is tested
@given(pools)
def test_the_sum_of_single_nights_is_what_the_pool_earned(pool: Prepaid) -> None:
    accrued = Money.of(0, pool.amount.currency)
    for night in range(1, prepaid.capacity(pool) + 1):
        accrued += prepaid.cost(pool, night, night)
        assert accrued == prepaid.earned(pool, night)
    assert accrued == pool.amount


@settings(deadline=None)  # how long it takes is not what is tested
@given(pools, st.data())
def test_a_span_costs_what_its_nights_cost_in_whatever_order_they_are_added(
    pool: Prepaid, data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, prepaid.capacity(pool)))
    last = data.draw(st.integers(first, prepaid.capacity(pool)))
    order = data.draw(st.permutations(range(first, last + 1)))

    nights = (prepaid.cost(pool, n, n) for n in order)

    assert total(nights, pool.amount.currency) == prepaid.cost(pool, first, last)


@settings(deadline=None)  # how long it takes is not what is tested
@given(pools)
def test_no_night_differs_from_another_by_more_than_one_minor_unit(pool: Prepaid) -> None:
    nights = {prepaid.cost(pool, n, n).minor for n in range(1, prepaid.capacity(pool) + 1)}

    assert max(nights) - min(nights) <= 1


@pytest.mark.parametrize("attested", [-1, 238 * 365 + 1])
def test_nights_beyond_what_was_paid_for_have_no_price(attested: int) -> None:
    with pytest.raises(ValueError, match="pays for 86870"):
        prepaid.earned(EL_SALVADOR, attested)


@pytest.mark.parametrize(
    ("night", "ordinal", "covered"),
    [
        (date(2025, 3, 15), 1, False),
        (date(2025, 3, 16), 1, True),
        (date(2026, 3, 15), 238 * 365, True),
        (date(2026, 3, 15), 238 * 365 + 1, False),
        (date(2026, 3, 16), 1, False),
        (date(2025, 3, 16), 0, False),
    ],
)
def test_a_pool_covers_nights_of_its_period_while_it_lasts(
    night: date, ordinal: int, *, covered: bool
) -> None:
    assert prepaid.covers(EL_SALVADOR, night, ordinal) is covered
