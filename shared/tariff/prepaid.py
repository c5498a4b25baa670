"""An amount paid ahead for persons × nights, earned as attested person-nights use it (F7).

What a pool has earned is a function of how many person-nights it has given, rounded once. A single
night costs the difference that it makes to that figure, so the sum over any nights is exact and no
rounding error ever adds up.
"""

from datetime import date
from fractions import Fraction

from shared.contracts.agreement import Prepaid
from shared.kernel.money import Money, half_even


def capacity(component: Prepaid) -> int:
    """How many person-nights the amount pays for."""
    return component.persons * component.nights


def covers(component: Prepaid, night: date, ordinal: int) -> bool:
    """Whether the pool's `ordinal`-th person-night may be this one: in its period, not used up."""
    return night in component.period and 1 <= ordinal <= capacity(component)


def earned(component: Prepaid, attested: int) -> Money:
    """What `attested` person-nights have earned, half-even to the minor unit.

    Raises `ValueError` beyond what the amount pays for: those nights have no price here.
    """
    if not 0 <= attested <= capacity(component):
        message = f"{attested} person-nights: {component.id!r} pays for {capacity(component)}"
        raise ValueError(message)
    share = Fraction(component.amount.minor * attested, capacity(component))
    return Money.of(half_even(share), component.amount.currency)


def unearned(component: Prepaid, attested: int) -> Money:
    """What was paid, or is owed, ahead of any night that earns it."""
    return component.amount - earned(component, attested)


def cost(component: Prepaid, first: int, last: int) -> Money:
    """What the pool's person-nights from number `first` up to and with `last` cost together."""
    return earned(component, last) - earned(component, first - 1)
