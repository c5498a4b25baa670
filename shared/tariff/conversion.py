"""An amount in another currency, at a recorded rate: for reading alone, rounded once (F3).

Nothing is ever charged, owed or posted from it: a rate that changes changes no ledger amount.
"""

from __future__ import annotations

from fractions import Fraction

from shared.kernel.money import Money
from shared.kernel.reference.currency import MINOR_DIGITS
from shared.tariff.rounding import Rounding


def converted(amount: Money, rate: str, quote: str) -> Money:
    """What an amount is in `quote`, to its smallest unit, half to even; a rate of `8.5` means 8.50
    of it for 1.00.
    """
    digits = MINOR_DIGITS[quote]
    exact = Fraction(rate) * amount.minor * 10**digits / 10 ** MINOR_DIGITS[amount.currency]
    unit = Rounding("half-even", digits)
    return Money.of(unit.minor(exact.numerator, exact.denominator, quote), quote)
