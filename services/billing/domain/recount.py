"""A month counted again: as two pseudonyms become one person's, or two persons' again (F6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.fee import persons_counted
from shared.kernel.dates import month_of
from shared.kernel.ids import agreement_of
from shared.tariff.fact import PersonsCounted
from shared.tariff.pricing import Price

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.billing.domain.charged_nights import ChargedNight
    from services.billing.domain.pricing_state import PricingState
    from shared.contracts.billing import FeeRecounted
    from shared.kernel.ids import AgreementId, EntryRef, PersonId

    CountedMonth = tuple[AgreementId, str, str]
    """An agreement, its component and the month."""


def recounted(
    pricing: PricingState, persons: tuple[tuple[PersonId, ...], ...], decided: EntryRef
) -> Iterator[FeeRecounted]:
    """What changes of each month that has nights of these persons, under each component: nothing
    under one that counts no persons, nor where they count as they did.
    """
    for (agreement, component, period), last in sorted(_last_nights(pricing).items()):
        ledger = pricing.ledgers[agreement]
        held = ledger.account.of(component)
        fact = PersonsCounted(period, persons, decided)
        charge = held.component.recount(fact, held.tally)
        if charge is not None:
            signed = ledger.terms.signed(last.agreement)
            price = Price(held.component, charge)
            yield persons_counted(signed, price, fact, ledger.periods.bearing(period), last)


def _last_nights(pricing: PricingState) -> dict[CountedMonth, ChargedNight]:
    """Of each month the last night that is charged, whoever's it is."""
    nights: dict[CountedMonth, ChargedNight] = {}
    for night in sorted(pricing.nights.every(), key=lambda night: (night.night, night.custody)):
        if night.component is not None:
            nights[agreement_of(night.agreement), night.component, month_of(night.night)] = night
    return nights
