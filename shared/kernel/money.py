"""Exact money: an amount in whole minor units of one currency, of 38 digits at most."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from shared.kernel.bounds import MOST_DIGITS
from shared.kernel.reference.currency import MINOR_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterable

_AMOUNT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.([0-9]+))?", re.ASCII)


class Money(msgspec.Struct, frozen=True, order=False, forbid_unknown_fields=True):
    """An amount as it is written: `{"amount": "2125000.00", "currency": "EUR"}`.

    The string has exactly the currency's own number of digits (ISO 4217), so one amount has one
    spelling. Raises `ValueError` for another spelling or an unknown currency.
    """

    amount: str
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is not an exact amount in a known currency."""
        _exact(self.amount, self.currency)

    @staticmethod
    def of(minor: int, currency: str) -> Money:
        """Money from minor units: `of(212500000, "EUR")` is EUR 2,125,000.00."""
        return _of(minor, currency)

    @property
    def minor(self) -> int:
        """The amount in minor units."""
        return int(self.amount.replace(".", ""))

    def __add__(self, other: Money) -> Money:
        """Add money of the same currency; raises `ValueError` across currencies."""
        if other.currency != self.currency:
            message = f"cannot add {other.currency} to {self.currency}"
            raise ValueError(message)
        return Money.of(self.minor + other.minor, self.currency)

    def __neg__(self) -> Money:
        """The same amount the other way round."""
        return Money.of(-self.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Subtract money of the same currency; raises `ValueError` across currencies."""
        return self + -other

    def __str__(self) -> str:
        """For people: `USD 4,760,000.00`."""
        whole, point, rest = self.amount.partition(".")
        return (
            f"{self.currency} {int(whole):,}{point}{rest}"
            if whole != "-0"
            else (f"{self.currency} {self.amount}")
        )


@lru_cache(maxsize=8192)
def _of(minor: int, currency: str) -> Money:
    """The money of so many minor units; the amounts of a tariff are made once each."""
    digits = MINOR_DIGITS.get(currency, 0)
    sign, number = ("-" if minor < 0 else ""), str(abs(minor)).zfill(digits + 1)
    text = f"{number[:-digits]}.{number[-digits:]}" if digits else number
    return Money(f"{sign}{text}", currency)


@lru_cache(maxsize=8192)
def _exact(amount: str, currency: str) -> None:
    """Raise `ValueError` for another spelling; the amounts of a tariff are looked at once each."""
    digits = MINOR_DIGITS.get(currency)
    if digits is None:
        message = f"unknown currency {currency!r}: give an ISO 4217 code, e.g. USD"
        raise ValueError(message)
    if len(amount) > MOST_DIGITS and sum(map(str.isdigit, amount)) > MOST_DIGITS:
        message = f"amount {amount[:40]!r} has more than {MOST_DIGITS} digits"
        raise ValueError(message)
    match = _AMOUNT.fullmatch(amount)
    minus_zero = amount.startswith("-") and not amount.strip("-0.")
    if match is None or len(match[1] or "") != digits or minus_zero:
        message = (
            f"amount {amount[:40]!r} is not written with exactly {digits} digits"
            f" after the point as {currency} has, e.g. {Money.of(0, currency).amount}"
        )
        raise ValueError(message)


def zero(currency: str) -> Money:
    """No money, in a currency."""
    return Money.of(0, currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency."""
    return sum(amounts, start=zero(currency))
