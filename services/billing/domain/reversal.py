"""A charged night taken back, as its component says, in the month that is open (T7; T8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.fee import night_reversed
from shared.tariff.fact import PersonNight
from shared.tariff.pricing import Price

if TYPE_CHECKING:
    from services.billing.domain.charged_nights import ChargedNight
    from services.billing.domain.pricing_state import PricingState
    from shared.contracts.billing import FeeReversed
    from shared.kernel.ids import EntryRef


def taken_back(
    pricing: PricingState, charged: ChargedNight, component: str, because: EntryRef
) -> FeeReversed:
    """The reversal of a night's charge under one component; `because` is the entry that asks."""
    ledger = pricing.ledger(charged.agreement)
    held = ledger.account.of(component)
    fact = PersonNight(charged.custody, charged.person, charged.night, charged.attested)
    price = Price(held.component, held.component.reverse(fact, held.tally))
    period = ledger.periods.bearing(charged.period)
    signed = ledger.terms.signed(charged.agreement)
    return night_reversed(signed, price, fact, period, because)
