"""Reports in another currency: Norgerhaven in NOK to the cent, and nothing rounded twice (F3)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.money import Money
from shared.tariff.conversion import converted


def test_f3_8_5_nok_for_a_euro_are_216750000_a_year() -> None:
    """F3: '8.5 NOK/EUR → 216,750,000.00 NOK a year' (Norwegian parliament, EUR 25.5 million)."""
    yearly = Money("25500000.00", "EUR")
    assert converted(yearly, "8.5", "NOK") == Money("216750000.00", "NOK")


@pytest.mark.parametrize(
    ("amount", "rate", "reported"),
    [
        (Money("0.01", "EUR"), "0.5", Money("0.00", "NOK")),
        (Money("0.03", "EUR"), "0.5", Money("0.02", "NOK")),
        (Money("-0.03", "EUR"), "0.5", Money("-0.02", "NOK")),
        (Money("1.00", "EUR"), "160.555", Money("161", "JPY")),
        (Money("100", "JPY"), "0.0062", Money("0.62", "EUR")),
    ],
)
def test_it_is_rounded_once_to_the_smallest_unit_half_to_even(
    amount: Money, rate: str, reported: Money
) -> None:
    assert converted(amount, rate, reported.currency) == reported


@given(st.integers(-(10**14), 10**14), st.integers(1, 10**8))
def test_it_is_never_further_off_than_half_a_unit(minor: int, millionths: int) -> None:
    rate = f"{millionths // 10**6}.{millionths % 10**6:06}"
    reported = converted(Money.of(minor, "EUR"), rate, "NOK")
    assert abs(Fraction(rate) * minor - reported.minor) <= Fraction(1, 2)
