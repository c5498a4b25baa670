"""A return was ordered in placement: from its day on nothing is owed for the person (G16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import priced_stay, pricing_state, stay
from services.billing.domain.accrual import owed_again
from services.billing.domain.pricing_state import PricingState
from services.billing.domain.stay import StayState
from services.billing.domain.stopped_nights import no_longer_owed
from shared.contracts.billing import StayOpened
from shared.contracts.fee_stop import FeesStopped
from shared.kernel.decider import Decider, Reading
from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, PersonId
from shared.kernel.rejected import Conflict

if TYPE_CHECKING:
    from datetime import date

    from shared.kernel.event import Event


class FeesStoppedAlready(Conflict):
    """An earlier order has stopped the fee from that day on, or from before."""


class StopFees(msgspec.Struct, frozen=True, kw_only=True):
    """A return from a custody was ordered on `ordered_on`, the facility's local date; a court may
    order it before the person is taken over, and it binds from then on.
    """

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    ordered_on: date
    order: EntryRef


class Charged(msgspec.Struct, frozen=True):
    """The stay, all that is charged for the person, and the stays that it is charged for."""

    stay: StayState
    pricing: PricingState
    stays: Mapping[CustodyId, StayOpened]


def _boundary(command: StopFees) -> Reading[Charged]:
    priced = yield from priced_stay.reading(command.custody, command.person, command.agreement)
    nights = priced.pricing.nights
    charged = tuple(nights.every())
    named = {night.agreement for night in charged}
    named |= {kept.agreement for kept in nights.kept_off()}
    pricing = yield from pricing_state.with_ledgers(priced.pricing, named)
    stays = yield tuple(map(stay.fold, sorted({night.custody for night in charged})))
    return Charged(priced.stay, pricing, {own.opened.custody: own.opened for own in stays})


def _decide(command: StopFees, state: Charged) -> tuple[Event, ...]:
    opened, closed = state.stay.opened, state.stay.closed
    for stop in state.pricing.nights.stops():
        if stop.custody == command.custody and stop.start <= command.ordered_on:
            message = f"nothing is owed for custody {command.custody} from {stop.start} on"
            raise FeesStoppedAlready(message)
    stopped = FeesStopped(
        custody=command.custody,
        person=command.person,
        agreement=command.agreement,
        ordered_on=command.ordered_on,
        order=command.order,
        departed_on=closed.departed_on if closed else None,
        before_custody=opened is None,
    )
    pricing = state.pricing.after(stopped)
    events = tuple(no_longer_owed(pricing, state.stays, command.order))
    return (stopped, *events, *owed_again(pricing.after(*events)))


STOP_FEES: Decider[StopFees, Charged] = Decider(boundary=_boundary, decide=_decide)
