"""Nights that are charged, or wait for a price, and that a return order stops (G16)."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from services.billing.domain.accrual import AccrueNight, after_return_order
from services.billing.domain.reversal import taken_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from services.billing.domain.pricing_state import PricingState
    from shared.contracts.billing import StayOpened
    from shared.kernel.event import Event
    from shared.kernel.ids import CustodyId, EntryRef

    Stays = Mapping[CustodyId, StayOpened]

_NIGHT = attrgetter("night", "custody")


def no_longer_owed(pricing: PricingState, stays: Stays, because: EntryRef) -> Iterator[Event]:
    """Take back what is charged for nights that a return order stops, latest first, and say so of
    each night; `because` is the entry that it follows from.
    """
    nights = sorted(pricing.nights.every(), key=_NIGHT, reverse=True)
    for (night, custody), of_night in groupby(nights, key=_NIGHT):
        opened = stays[custody]
        stop = pricing.nights.stop(custody, opened.arrived_on, night)
        if stop is None:
            continue
        charges = list(of_night)
        for charged in charges:
            if charged.component is not None:
                reversal = taken_back(pricing, charged, charged.component, because)
                pricing = pricing.after(reversal)
                yield reversal
        asked = AccrueNight(
            custody=custody,
            person=opened.person,
            agreement=opened.agreement,
            night=night,
            attested=charges[0].attested,
            attested_by=charges[0].attested_by,
        )
        period = pricing.ledger(opened.agreement).bearing(night)
        yield after_return_order(asked, period, stop.order, opened.arrived_on)
