"""A price for each attested person-night (F10, F11)."""

from shared.contracts.agreement import PerNight
from shared.kernel.money import Money


def cost(component: PerNight, nights: int) -> Money:
    """What a number of person-nights costs: 30 nights at USD 65.00 are USD 1,950.00 (F11)."""
    return Money.of(component.rate.minor * nights, component.rate.currency)
