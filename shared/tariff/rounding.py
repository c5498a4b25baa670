"""How a term rounds: every one names the mode and the place, and rounds totals, never parts."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from shared.kernel.currency import MINOR_DIGITS
from shared.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable

Mode = Literal["half-even", "half-up", "down", "up"]
HALF = Fraction(1, 2)


class Rounding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mode, and the place after the point: 2 is the cent of a dollar, 0 the dollar."""

    mode: Mode
    place: Annotated[int, msgspec.Meta(ge=0, le=4)]

    def of(self, exact: Fraction, currency: str) -> Money:
        """An exact number of minor units as money of that currency."""
        step = 10 ** (MINOR_DIGITS[currency] - self.place)
        return Money.of(_ROUNDED[self.mode](exact / step) * step, currency)

    def fits(self, currency: str) -> bool:
        """Whether the currency has that many digits after the point."""
        return self.place <= MINOR_DIGITS[currency]


_ROUNDED: dict[Mode, Callable[[Fraction], int]] = {
    "half-even": round,
    "half-up": lambda exact: floor(exact + HALF),
    "down": floor,
    "up": ceil,
}
