"""Nights that several custodies of one person are charged for: one keeps each (G20; T8).

A charge that stands is not moved. Where two stand for one night of what turns out to be one person,
the custody that began first keeps it, and of two that began on one day that with the smaller id.
The others are taken back in the month that is open, and said to be kept off: they are owed once the
one that was kept is taken back, or the persons are told apart.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from services.billing.domain.accrual import AccrueNight, already_charged
from services.billing.domain.reversal import taken_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from services.billing.domain.charged_nights import ChargedNight
    from services.billing.domain.pricing_state import PricingState
    from shared.contracts.billing import NightAlreadyCharged, StayOpened
    from shared.kernel.event import Event
    from shared.kernel.ids import CustodyId, EntryRef

    Stays = Mapping[CustodyId, StayOpened]


def charged_once(pricing: PricingState, stays: Stays, because: EntryRef) -> Iterator[Event]:
    """What follows for a person's nights, latest first; `because` is the entry that says that all
    of them are one person's.
    """
    nights = sorted(pricing.nights.every(), key=attrgetter("night"), reverse=True)
    for _, of_night in groupby(nights, key=attrgetter("night")):
        together = sorted(of_night, key=lambda night: _turn(stays[night.custody]))
        kept = next((night for night in together if night.component is not None), None)
        if kept is not None:
            others = [night for night in together if night.custody != kept.custody]
            events = tuple(_kept_off(pricing, others, kept, stays, because))
            pricing = pricing.after(*events)
            yield from events


def _kept_off(
    pricing: PricingState,
    others: Iterable[ChargedNight],
    kept: ChargedNight,
    stays: Stays,
    because: EntryRef,
) -> Iterator[Event]:
    """Take back what the other custodies are charged for, and say why they are not."""
    by_custody: dict[CustodyId, ChargedNight] = {}
    for night in others:
        by_custody[night.custody] = night
        if night.component is not None:
            reversal = taken_back(pricing, night, night.component, because)
            pricing = pricing.after(reversal)
            yield reversal
    for night in by_custody.values():
        yield _said(pricing, night, kept, stays[night.custody])


def _said(
    pricing: PricingState, night: ChargedNight, kept: ChargedNight, opened: StayOpened
) -> NightAlreadyCharged:
    attested = AccrueNight(
        custody=night.custody,
        person=night.person,
        agreement=opened.agreement,
        night=night.night,
        attested=night.attested,
        attested_by=night.attested_by,
    )
    period = pricing.ledger(opened.agreement).bearing(night.night)
    return already_charged(attested, period, kept.attested, opened.arrived_on)


def _turn(opened: StayOpened) -> tuple[date, CustodyId]:
    return opened.arrived_on, opened.custody
