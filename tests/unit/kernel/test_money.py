"""Money is exact, in one currency, and has one spelling."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.money import Money, total, zero
from shared.kernel.reference.currency import MINOR_DIGITS

CURRENCIES = st.sampled_from(sorted(MINOR_DIGITS))
MINOR = st.integers(min_value=-(10**36), max_value=10**36)


@given(MINOR, CURRENCIES)
def test_minor_units_survive_being_written(minor: int, currency: str) -> None:
    money = Money.of(minor, currency)
    assert money.minor == minor
    assert msgspec.json.decode(msgspec.json.encode(money), type=Money) == money


@given(MINOR, MINOR, CURRENCIES)
def test_arithmetic_is_that_of_minor_units(one: int, other: int, currency: str) -> None:
    first, second = Money.of(one, currency), Money.of(other, currency)
    assert (first + second).minor == one + other
    assert (first - second).minor == one - other
    assert (-first).minor == -one
    assert total([first, second], currency).minor == one + other


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (212500000, "EUR", "2125000.00"),
        (5, "USD", "0.05"),
        (-5, "USD", "-0.05"),
        (7, "JPY", "7"),
        (1, "KWD", "0.001"),
        (12345, "CLF", "1.2345"),
        (0, "USD", "0.00"),
    ],
)
def test_an_amount_is_a_decimal_string_with_the_currencys_own_digits(
    minor: int, currency: str, amount: str
) -> None:
    assert Money.of(minor, currency).amount == amount


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("1", "USD"),
        ("1.0", "USD"),
        ("1.000", "USD"),
        ("1.00", "JPY"),
        ("01.00", "USD"),
        ("+1.00", "USD"),
        ("-0.00", "USD"),
        ("1,000.00", "USD"),
        ("1e3", "JPY"),
        ("", "USD"),
        ("\u0663.\u0660\u0660", "USD"),
        ("NaN", "USD"),
    ],
)
def test_another_spelling_is_refused_with_an_example(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"e\.g\. 0"):
        Money(amount, currency)


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD", "CLF"])
def test_an_amount_has_38_digits_and_not_one_more(currency: str) -> None:
    largest = Money.of(10**38 - 1, currency)
    assert largest.minor == -Money.of(1 - 10**38, currency).minor == 10**38 - 1
    for minor in (10**38, -(10**38), 10**4_000):
        with pytest.raises(ValueError, match="has more than 38 digits"):
            Money.of(minor, currency)
    for written in ("9" * 4_299 + ".99", "9" * 6_000, "-" + "9" * 100_000 + ".99"):
        with pytest.raises(ValueError, match="has more than 38 digits"):
            Money(written, currency)


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money("1.00", "ABC")


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot add EUR to USD"):
        zero("USD") + zero("EUR")


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money("4760000.00", "USD"), "USD 4,760,000.00"),
        (Money("-1234.50", "USD"), "USD -1,234.50"),
        (Money("-0.05", "USD"), "USD -0.05"),
        (Money("1200", "JPY"), "JPY 1,200"),
    ],
)
def test_people_read_groups_of_three(money: Money, text: str) -> None:
    assert str(money) == text
