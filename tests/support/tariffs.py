"""Components as most tests want them: to the smallest unit of their currency, half to even."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.kernel.money import Money
from shared.kernel.reference.currency import MINOR_DIGITS
from shared.tariff.per_night import PerNight
from shared.tariff.prepaid import Prepaid
from shared.tariff.rounding import Rounding

if TYPE_CHECKING:
    from shared.kernel.dates import DatePeriod


def pool(
    name: str, amount: Money | str, persons: int, nights: int, effective: DatePeriod | None = None
) -> Prepaid:
    """An amount that is paid ahead, in dollars unless it says another currency."""
    return Prepaid(
        id=name,
        rounding=_smallest(_money(amount).currency),
        effective=effective,
        amount=_money(amount),
        persons=persons,
        nights=nights,
    )


def nightly(
    name: str, rate: Money | str, *, after: tuple[str, ...] = (), beside: tuple[str, ...] = ()
) -> PerNight:
    """A price for each night, in dollars unless it says another currency."""
    return PerNight(
        id=name,
        rounding=_smallest(_money(rate).currency),
        rate=_money(rate),
        after=after,
        beside=beside,
    )


def _smallest(currency: str) -> Rounding:
    return Rounding("half-even", MINOR_DIGITS[currency])


def _money(amount: Money | str) -> Money:
    return Money(amount, "USD") if isinstance(amount, str) else amount
