"""Which components of a tariff price a night: prepaid places while they last, then by the night."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, assert_never

import msgspec

from shared.contracts.agreement import Component, PerNight, Prepaid, Tariff
from shared.tariff import per_night, prepaid

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.kernel.money import Money


class NightPrice(msgspec.Struct, frozen=True):
    """What one person-night costs under one component."""

    component: Component
    ordinal: int
    """Which person-night of the component this is, counted from 1: it fixes the amount."""
    amount: Money


def price_night(
    tariff: Tariff, night: date, attested: Callable[[Component], int]
) -> tuple[NightPrice, ...]:
    """The prices of one more person-night, given how many each component has priced so far.

    Nothing at all means that the signed terms do not price this night: it is unpriced, never free.
    A convention without a fee says so with a rate of zero (F12).
    """
    for one in tariff.components:
        ordinal = attested(one) + 1
        if isinstance(one, Prepaid) and prepaid.covers(one, night, ordinal):
            return (_price(one, ordinal),)
    return tuple(
        _price(one, attested(one) + 1) for one in tariff.components if isinstance(one, PerNight)
    )


def cost(component: Component, first: int, last: int) -> Money:
    """What a component's person-nights from number `first` up to and with `last` cost together."""
    match component:
        case Prepaid():
            return prepaid.cost(component, first, last)
        case PerNight():
            return per_night.cost(component, last - first + 1)
        case _:
            assert_never(component)


def _price(component: Component, ordinal: int) -> NightPrice:
    return NightPrice(component, ordinal, cost(component, ordinal, ordinal))
