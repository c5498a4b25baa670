"""Every term names how it rounds: a mode and a place."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tariff.rounding import Mode, Rounding


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        ("half-even", [0, 2, 2, 3]),
        ("half-up", [1, 2, 2, 3]),
        ("down", [0, 1, 2, 2]),
        ("up", [1, 2, 3, 3]),
    ],
)
def test_a_mode_says_where_what_is_between_two_cents_goes(mode: Mode, rounded: list[int]) -> None:
    quarters = (2, 6, 9, 11)
    assert [Rounding(mode, 2).minor(exact, 4, "USD") for exact in quarters] == rounded


def test_a_place_is_counted_after_the_point() -> None:
    assert Rounding("half-even", 0).minor(12_350, 1, "USD") == 12_400
    assert Rounding("half-even", 3).minor(5, 2, "KWD") == 2
    assert Rounding("half-even", 0).minor(5, 2, "JPY") == 2


@given(st.integers(0, 10**20), st.integers(1, 10**7))
def test_half_even_is_what_exact_fractions_round_to(exact: int, whole: int) -> None:
    assert Rounding("half-even", 2).minor(exact, whole, "USD") == round(Fraction(exact, whole))


def test_a_place_that_the_currency_does_not_have_does_not_fit() -> None:
    assert Rounding("half-even", 2).fits("USD")
    assert not Rounding("half-even", 3).fits("USD")
    assert not Rounding("half-even", 1).fits("JPY")
