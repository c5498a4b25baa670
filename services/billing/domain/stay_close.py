"""The end of a stay: what was charged from the day of departure on is taken back (fees.md; T7).

A night that was attested for another custody of the person, and was kept off because of one that is
taken back now, is charged in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import account, stay, terms
from services.billing.domain import accounting_periods as calendar
from services.billing.domain import charged_nights as charges
from services.billing.domain.account import AccountState
from services.billing.domain.accounting_periods import CalendarState
from services.billing.domain.accrual import NightOutsideStay, PricingState, owed_again
from services.billing.domain.charged_nights import Charge, ChargesState
from services.billing.domain.stay import StayState
from services.billing.domain.terms import TermsState
from shared.contracts.billing import AccrualReversed, NightNotCharged, StayClosed
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, PersonId, agreement_of
from shared.kernel.rejected import Conflict, Unknown
from shared.tariff.night import cost

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
    charges: ChargesState
    account: AccountState
    terms: TermsState
    calendar: CalendarState


def _boundary(command: CloseStay) -> Boundary[ExitState]:
    agreement = agreement_of(command.agreement)
    return Boundary(
        (
            stay.fold(command.custody),
            charges.fold(command.person),
            account.fold(agreement),
            terms.fold(agreement),
            calendar.fold(agreement),
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
    outside = [one for one in state.charges.of(command.custody) if not left.has(one.night)]
    events = (closed, *_taken_back(command, state, outside))
    books = PricingState(state.charges, state.account, state.terms).after(events)
    return (*events, *owed_again(agreement_of(command.agreement), books, state.calendar))


CLOSE_STAY: Decider[CloseStay, ExitState] = Decider(boundary=_boundary, decide=_decide)


def _taken_back(command: CloseStay, state: ExitState, outside: list[Charge]) -> Iterator[Event]:
    """Reverse what was charged outside the stay, latest first: each hands back a person-night."""
    standing = state.account
    for one in reversed(outside):
        if one.component is None:
            yield _no_longer_waiting(command, state, one)
        else:
            reversal = _reversed(command, state, standing, one, one.component)
            standing = account.evolve(standing, reversal)
            yield reversal


def _reversed(
    command: CloseStay,
    state: ExitState,
    standing: AccountState,
    night: Charge,
    component: str,
) -> AccrualReversed:
    signed = state.terms.signed(night.agreement)
    held = standing.of(night.agreement, component)
    priced = terms.charging_component(signed, component)
    amount = -cost(priced, held.attested, held.attested)
    return AccrualReversed(
        custody=command.custody,
        person=command.person,
        agreement=night.agreement,
        night=night.night,
        period=state.calendar.bearing(night.period),
        attested=night.attested,
        component=component,
        ordinal=held.attested,
        amount=amount,
        postings=account.accrual_postings(signed, priced, amount),
        because=command.ended,
    )


def _no_longer_waiting(command: CloseStay, state: ExitState, night: Charge) -> NightNotCharged:
    """An unpriced night outside the stay needs no price any more."""
    detail = f"the stay ended on {command.departed_on}: nothing is owed for this night"
    return NightNotCharged(
        custody=command.custody,
        person=command.person,
        agreement=night.agreement,
        night=night.night,
        period=state.calendar.bearing(night.period),
        attested=night.attested,
        refusal=NightOutsideStay(detail).refusal,
    )
