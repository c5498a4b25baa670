"""How a term rounds: every one names the mode and the place, and rounds totals, never parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from shared.kernel.reference.currency import MINOR_DIGITS

if TYPE_CHECKING:
    from collections.abc import Callable

Mode = Literal["half-even", "half-up", "down", "up"]


class Rounding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mode, and the place after the point: 2 is the cent of a dollar, 0 the dollar."""

    mode: Mode
    place: Annotated[int, msgspec.Meta(ge=0, le=4)]

    def minor(self, exact: int, whole: int, currency: str) -> int:
        """`exact` / `whole` minor units of a currency, rounded: a tariff asks for every night."""
        step: int = 10 ** (MINOR_DIGITS[currency] - self.place)
        return _ROUNDED[self.mode](exact, whole * step) * step

    def fits(self, currency: str) -> bool:
        """Whether the currency has that many digits after the point."""
        return self.place <= MINOR_DIGITS[currency]


def _half_even(exact: int, whole: int) -> int:
    rounded, rest = divmod(exact, whole)
    over = 2 * rest - whole
    return rounded + int(over > 0 or (over == 0 and rounded % 2 == 1))


_ROUNDED: dict[Mode, Callable[[int, int], int]] = {
    "half-even": _half_even,
    "half-up": lambda exact, whole: (2 * exact + whole) // (2 * whole),
    "down": lambda exact, whole: exact // whole,
    "up": lambda exact, whole: -(-exact // whole),
}
