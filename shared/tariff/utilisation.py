"""How much of the places that are paid for was used, and what stood empty: for reading alone (F9).

Nothing is ever computed from these figures: no rate a day is multiplied back into an amount (F4).
"""

from __future__ import annotations

import msgspec

from shared.kernel.money import Money
from shared.kernel.reference.currency import MINOR_DIGITS
from shared.tariff.rounding import Rounding


class Utilisation(msgspec.Struct, frozen=True, kw_only=True):
    """Place-nights: paid for, used, and empty though they are paid for (F9, F14)."""

    paid_for: int
    used: int
    empty: int
    share: str
    """The share that was used, in per cent with one digit after the point: `9.4`."""
    per_place_night: Money
    """What a place-night costs that is paid for, used or not (F4)."""
    per_person: Money | None
    """What it all comes to for each person who was there on the average night (F9)."""
    empty_places: Money
    """What of it the empty place-nights bear (F14)."""


def utilisation(amount: Money, places: int, paid_for: int, used: int) -> Utilisation | None:
    """What an amount paid for so many place-nights comes to; nothing before any is paid for."""
    if paid_for <= 0:
        return None
    empty = max(0, paid_for - used)
    tenths = (2000 * used + paid_for) // (2 * paid_for)
    return Utilisation(
        paid_for=paid_for,
        used=used,
        empty=empty,
        share=f"{tenths // 10}.{tenths % 10}",
        per_place_night=_part(amount, 1, paid_for),
        per_person=_part(amount, paid_for, places * used) if used > 0 else None,
        empty_places=_part(amount, empty, paid_for),
    )


def _part(amount: Money, exact: int, whole: int) -> Money:
    """So many of so many parts of an amount, to the smallest unit of its currency."""
    cent = Rounding("half-even", MINOR_DIGITS[amount.currency])
    return Money.of(cent.minor(amount.minor * exact, whole, amount.currency), amount.currency)
