"""Every term names how it rounds: a mode and a place."""

from fractions import Fraction

import pytest

from shared.tariff.rounding import Mode, Rounding


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        ("half-even", ["0.00", "0.02", "0.02", "0.03"]),
        ("half-up", ["0.01", "0.02", "0.02", "0.03"]),
        ("down", ["0.00", "0.01", "0.02", "0.02"]),
        ("up", ["0.01", "0.02", "0.03", "0.03"]),
    ],
)
def test_a_mode_says_where_what_is_between_two_cents_goes(mode: Mode, rounded: list[str]) -> None:
    cents = (Fraction(1, 2), Fraction(3, 2), Fraction(9, 4), Fraction(11, 4))
    assert [Rounding(mode, 2).of(exact, "USD").amount for exact in cents] == rounded


def test_a_place_is_counted_after_the_point() -> None:
    assert Rounding("half-even", 0).of(Fraction(12_350), "USD").amount == "124.00"
    assert Rounding("half-even", 3).of(Fraction(5, 2), "KWD").amount == "0.002"
    assert Rounding("half-even", 0).of(Fraction(5, 2), "JPY").amount == "2"


def test_a_place_that_the_currency_does_not_have_does_not_fit() -> None:
    assert Rounding("half-even", 2).fits("USD")
    assert not Rounding("half-even", 3).fits("USD")
    assert not Rounding("half-even", 1).fits("JPY")
