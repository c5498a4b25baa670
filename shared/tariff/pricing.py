"""Which components of a tariff charge for a fact, and what they charge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from shared.tariff.component import Charge
from shared.tariff.fact import Occurred, PersonNight
from shared.tariff.registry import Component

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shared.tariff.component import Tally


class Price(msgspec.Struct, frozen=True):
    """What a fact costs under one component."""

    component: Component
    charge: Charge[Any]


def price(
    components: Iterable[Component],
    fact: PersonNight | Occurred,
    tally: Callable[[Component], Tally],
) -> tuple[Price, ...]:
    """What a fact costs under each component that charges for it.

    A component that comes after others charges only what they leave. Nothing at all means that the
    signed terms do not price the fact, or not all of it: it is unpriced, never free. A convention
    without a fee says so with a rate of zero (F12).
    """
    prices: dict[str, Price] = {}
    used_up = set[str]()
    for component in components:
        if not component.applies(fact) or any(first in prices for first in component.after):
            continue
        charge = _charge(component, fact, tally(component))
        if charge is None:
            used_up.add(component.id)
        else:
            prices[component.id] = Price(component, charge)
            used_up.difference_update(component.after)
    return () if used_up else tuple(prices.values())


def taken_back(
    components: Iterable[Component], fact: Occurred, tally: Callable[[Component], Tally]
) -> tuple[Price, ...]:
    """What a service or a cancellation that was charged gives back, under each of the components
    that charged for it: whether one does follows from the occasion alone, never from its tally.
    """
    prices: dict[str, Price] = {}
    for component in components:
        if component.applies(fact) and not any(first in prices for first in component.after):
            prices[component.id] = Price(component, component.withdraw(fact, tally(component)))
    return tuple(prices.values())


def _charge(component: Component, fact: PersonNight | Occurred, tally: Tally) -> Charge[Any] | None:
    if isinstance(fact, Occurred):
        return component.serve(fact, tally)
    return component.charge(fact, tally)
