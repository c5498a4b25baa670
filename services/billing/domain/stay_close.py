"""The end of a stay: what was charged from the day of departure on is taken back (T7).

A night that was attested for another custody of the person, and was kept off because of one that is
taken back now, is charged in its place, whichever agreement it is under (T8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import priced_stay, pricing_state
from services.billing.domain.accrual import NightOutsideStay, owed_again
from services.billing.domain.charged_nights import ChargedNight
from services.billing.domain.priced_stay import PricedStay
from services.billing.domain.pricing_state import PricingState
from services.billing.domain.reversal import taken_back
from services.billing.domain.stay import StayState, owed_until
from shared.contracts.billing import NightNotCharged, StayClosed
from shared.kernel.decider import Decider, Reading
from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, PersonId
from shared.kernel.rejected import Conflict, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from shared.contracts.billing import StayOpened
    from shared.kernel.event import Event


class StayAlreadyClosed(Conflict):
    """A custody ends once."""


class StayUnknown(Unknown):
    """No stay was opened for this custody."""


class CloseStay(msgspec.Struct, frozen=True, kw_only=True):
    """Custody ended in placement on `departed_on`, the facility's local date."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    departed_on: date
    ended: EntryRef


def _boundary(command: CloseStay) -> Reading[PricedStay]:
    priced = yield from priced_stay.reading(command.custody, command.person, command.agreement)
    kept_off = (kept.agreement for kept in priced.pricing.nights.kept_off())
    pricing = yield from pricing_state.with_ledgers(priced.pricing, kept_off)
    return PricedStay(priced.stay, pricing)


def _decide(command: CloseStay, state: PricedStay) -> tuple[Event, ...]:
    opened = state.stay.opened
    if opened is None:
        message = f"no stay was opened for custody {command.custody}"
        raise StayUnknown(message)
    if state.stay.closed is not None:
        ended_on = state.stay.closed.departed_on
        message = f"the stay of custody {command.custody} ended on {ended_on}"
        raise StayAlreadyClosed(message)
    closed = StayClosed(
        custody=command.custody,
        person=opened.person,
        agreement=opened.agreement,
        departed_on=command.departed_on,
        ended=command.ended,
        owed_until=_owed_until(command, opened, state.pricing),
    )
    left = StayState(opened, closed)
    nights = state.pricing.nights.of(command.custody)
    outside = [charged for charged in nights if not left.has(charged.night)]
    taken_back = tuple(_taken_back(command, state.pricing, outside))
    after = state.pricing.after(closed, *taken_back)
    return (closed, *taken_back, *owed_again(after))


CLOSE_STAY: Decider[CloseStay, PricedStay] = Decider(boundary=_boundary, decide=_decide)


def _owed_until(command: CloseStay, opened: StayOpened, pricing: PricingState) -> date:
    """Raises `NotYet` for a stay of one day until the terms that say what it owes have arrived."""
    if command.departed_on > opened.arrived_on:
        return command.departed_on
    signed = pricing.ledger(opened.agreement).terms.signed(opened.agreement)
    return owed_until(opened.arrived_on, command.departed_on, signed.night_rule)


def _taken_back(
    command: CloseStay, pricing: PricingState, outside: list[ChargedNight]
) -> Iterator[Event]:
    """Reverse what was charged outside the stay, latest first."""
    for charged in reversed(outside):
        if charged.component is None:
            yield _no_longer_waiting(command, pricing, charged)
        else:
            reversal = taken_back(pricing, charged, charged.component, command.ended)
            pricing = pricing.after(reversal)
            yield reversal


def _no_longer_waiting(
    command: CloseStay, pricing: PricingState, night: ChargedNight
) -> NightNotCharged:
    """An unpriced night outside the stay needs no price any more."""
    detail = f"the stay ended on {command.departed_on}: nothing is owed for this night"
    return NightNotCharged(
        custody=command.custody,
        person=night.person,
        agreement=night.agreement,
        night=night.night,
        period=pricing.ledger(night.agreement).periods.bearing(night.period),
        attested=night.attested,
        refusal=NightOutsideStay(detail).refusal,
    )
