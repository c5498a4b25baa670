"""The end of a stay: what was charged from the day of departure on is taken back (T7).

A night that was attested for another custody of the person, and was kept off because of one that is
taken back now, is charged in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import account, accounting_periods, charged_nights, stay, terms
from services.billing.domain.account import AccountState
from services.billing.domain.accounting_periods import PeriodsState
from services.billing.domain.accrual import NightOutsideStay, PricingState, owed_again
from services.billing.domain.charged_nights import ChargedNight, ChargedNights
from services.billing.domain.fee import night_reversed
from services.billing.domain.stay import StayState
from services.billing.domain.terms import TermsState
from shared.contracts.billing import FeeReversed, NightNotCharged, StayClosed
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, PersonId, agreement_of
from shared.kernel.rejected import Conflict, Unknown
from shared.tariff.fact import PersonNight
from shared.tariff.pricing import Price

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from shared.kernel.event import Event


class StayAlreadyClosed(Conflict):
    """A custody ends once."""


class StayUnknown(Unknown):
    """No stay was opened for this custody."""


class CloseStay(msgspec.Struct, frozen=True, kw_only=True):
    """Custody ended in placement: no night from `departed_on` on is owed."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    departed_on: date
    ended: EntryRef


class ExitState(msgspec.Struct, frozen=True):
    """The stay, and everything that was charged for it."""

    stay: StayState
    charged: ChargedNights
    account: AccountState
    terms: TermsState
    periods: PeriodsState


def _boundary(command: CloseStay) -> Boundary[ExitState]:
    agreement = agreement_of(command.agreement)
    return Boundary(
        (
            stay.fold(command.custody),
            charged_nights.fold(command.person),
            account.fold(agreement),
            terms.fold(agreement),
            accounting_periods.fold(agreement),
        ),
        ExitState,
    )


def _decide(command: CloseStay, state: ExitState) -> tuple[Event, ...]:
    opened = state.stay.opened
    if opened is None:
        message = f"no stay was opened for custody {command.custody}"
        raise StayUnknown(message)
    if state.stay.departed_on is not None:
        message = f"the stay of custody {command.custody} ended on {state.stay.departed_on}"
        raise StayAlreadyClosed(message)
    closed = StayClosed(
        custody=command.custody,
        person=opened.person,
        agreement=opened.agreement,
        departed_on=command.departed_on,
        ended=command.ended,
    )
    left = StayState(opened, command.departed_on)
    nights = state.charged.of(command.custody)
    outside = [charged for charged in nights if not left.has(charged.night)]
    events = (closed, *_taken_back(command, opened.person, state, outside))
    pricing = PricingState(state.charged, state.account, state.terms).after(events)
    return (*events, *owed_again(agreement_of(command.agreement), pricing, state.periods))


CLOSE_STAY: Decider[CloseStay, ExitState] = Decider(boundary=_boundary, decide=_decide)


def _taken_back(
    command: CloseStay, person: PersonId, state: ExitState, outside: list[ChargedNight]
) -> Iterator[Event]:
    """Reverse what was charged outside the stay, latest first."""
    standing = state.account
    for charged in reversed(outside):
        if charged.component is None:
            yield _no_longer_waiting(command, state, charged)
        else:
            fact = PersonNight(command.custody, person, charged.night, charged.attested)
            reversal = _reversed(command, fact, state, standing, charged)
            standing = account.evolve(standing, reversal)
            yield reversal


def _reversed(
    command: CloseStay,
    fact: PersonNight,
    state: ExitState,
    standing: AccountState,
    charged: ChargedNight,
) -> FeeReversed:
    held = standing.of(charged.component or "")
    price = Price(held.component, held.component.reverse(fact, held.tally))
    period = state.periods.bearing(charged.period)
    signed = state.terms.signed(charged.agreement)
    return night_reversed(signed, price, fact, period, command.ended)


def _no_longer_waiting(
    command: CloseStay, state: ExitState, night: ChargedNight
) -> NightNotCharged:
    """An unpriced night outside the stay needs no price any more."""
    detail = f"the stay ended on {command.departed_on}: nothing is owed for this night"
    return NightNotCharged(
        custody=command.custody,
        person=command.person,
        agreement=night.agreement,
        night=night.night,
        period=state.periods.bearing(night.period),
        attested=night.attested,
        refusal=NightOutsideStay(detail).refusal,
    )
