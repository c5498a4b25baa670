"""What is said of an agreement's money: a threshold is crossed, all is used, or some is left again.

It is looked at after each headcount, whenever the paying treasury obligates, and when it asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from services.billing.domain import funding, terms
from services.billing.domain.funding import FundingState
from services.billing.domain.terms import TermsState
from shared.contracts.funding import (
    FundingExhausted,
    FundingRestored,
    FundingThresholdCrossed,
)
from shared.kernel.dates import month_of
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import AgreementRef, agreement_of
from shared.kernel.money import Money
from shared.kernel.rejected import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from shared.contracts.billing import TermsActivated
    from shared.kernel.event import Event


class NothingToSayOfFunds(Conflict):
    """What was said last of an agreement's money still holds."""

    RULE = "D12"


class ReviewFunding(msgspec.Struct, frozen=True, kw_only=True):
    """Look at what a day's appropriations have left, and say what has changed."""

    agreement: AgreementRef
    on: date


class ReviewState(msgspec.Struct, frozen=True):
    """The signed terms, and the money behind them."""

    terms: TermsState
    funding: FundingState


def position(signed: TermsActivated, state: FundingState, asked: date) -> Iterator[Event]:
    """What has to be said of a day's pot that was not said before; never of a day before the last
    one told: what comes late would open or shut the gate by the money of another year.
    """
    day = state.day(asked)
    pot = state.pot(day)
    if pot is None:
        return
    currency = signed.tariff.currency
    about: dict[str, Any] = {
        "agreement": signed.agreement,
        "on": day,
        "period": pot.period,
        "obligated": Money.of(pot.obligated, currency),
        "spent": Money.of(pot.spent, currency),
    }
    if pot.is_used_up:
        if not state.exhausted:
            yield FundingExhausted(**about)
        return
    if state.exhausted:
        yield FundingRestored(**about)
    if pot.reached > state.warned.get(month_of(pot.period.start), 0):
        yield FundingThresholdCrossed(**about, share=pot.reached)


def _boundary(command: ReviewFunding) -> Boundary[ReviewState]:
    agreement = agreement_of(command.agreement)
    return Boundary((terms.fold(agreement), funding.fold(agreement)), ReviewState)


def _decide(command: ReviewFunding, state: ReviewState) -> tuple[Event, ...]:
    signed = state.terms.named(command.agreement)
    events = tuple(position(signed, state.funding, command.on))
    if not events:
        message = f"the money for {signed.agreement} stands as it was told: nothing has changed"
        raise NothingToSayOfFunds(message)
    return events


REVIEW_FUNDING: Decider[ReviewFunding, ReviewState] = Decider(boundary=_boundary, decide=_decide)
