"""Money is appropriated for an agreement and obligated, by two subjects of the treasury that pays.

What is obligated never exceeds what is appropriated (D12).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import funding, terms
from services.billing.domain.funding import Appropriation, FundingState
from services.billing.domain.funding_position import ReviewState, position
from shared.contracts.funding import FundingAppropriated, FundingObligated
from shared.kernel.actor import Actor
from shared.kernel.codes import Code
from shared.kernel.dates import DatePeriod, utc_date
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import AgreementRef, AppropriationId, agreement_of
from shared.kernel.money import Money
from shared.kernel.rejected import NotAllowed, RuleBroken, Unknown

if TYPE_CHECKING:
    from datetime import datetime

    from shared.contracts.billing import TermsActivated
    from shared.kernel.event import Event


class NotThePayingTreasury(NotAllowed):
    """Only the state that pays appropriates and obligates its money (D12)."""

    RULE = "D12"


class AppropriationWrong(RuleBroken):
    """Money is appropriated in the currency of the terms, for whole months, and warned of in order
    (D12).
    """

    RULE = "D12"


class AppropriationUnknown(Unknown):
    """Nothing was appropriated for the agreement under this id."""


class OneSubjectCommits(RuleBroken):
    """Who appropriated money does not obligate it: two subjects commit it (D12)."""

    RULE = "D12"


class ObligationExceedsAppropriation(RuleBroken):
    """What is obligated never exceeds what is appropriated, and its months (D12)."""

    RULE = "D12"


class AppropriateFunding(msgspec.Struct, frozen=True, kw_only=True):
    """The budget has so much for the agreement."""

    appropriation: AppropriationId
    agreement: AgreementRef
    amount: Money
    period: DatePeriod
    instrument: Code
    warn_at: tuple[int, ...]
    actor: Actor


class ObligateFunding(msgspec.Struct, frozen=True, kw_only=True):
    """Commit so much of an appropriation to the agreement."""

    appropriation: AppropriationId
    agreement: AgreementRef
    amount: Money
    reference: Code
    now: datetime
    actor: Actor


def _boundary(command: AppropriateFunding | ObligateFunding) -> Boundary[ReviewState]:
    agreement = agreement_of(command.agreement)
    return Boundary((terms.fold(agreement), funding.fold(agreement)), ReviewState)


def _appropriate(command: AppropriateFunding, state: ReviewState) -> tuple[Event, ...]:
    signed = _own(command, state)
    wrong = _wrong(command, state.funding, signed)
    if wrong is not None:
        raise AppropriationWrong(wrong)
    appropriated = FundingAppropriated(
        agreement=signed.agreement,
        appropriation=command.appropriation,
        amount=command.amount,
        period=command.period,
        instrument=command.instrument,
        warn_at=command.warn_at,
        appropriated_by=str(command.actor),
    )
    return (appropriated,)


def _obligate(command: ObligateFunding, state: ReviewState) -> tuple[Event, ...]:
    signed = _own(command, state)
    held = state.funding.appropriations.get(command.appropriation)
    if held is None:
        message = f"there is no appropriation {command.appropriation} for {signed.agreement}"
        raise AppropriationUnknown(message)
    if Actor.read(held.event.appropriated_by).is_same_subject(command.actor):
        raise OneSubjectCommits("this subject appropriated it: somebody else must obligate it")
    _within(command, held)
    obligated = FundingObligated(
        agreement=held.event.agreement,
        appropriation=command.appropriation,
        amount=command.amount,
        reference=command.reference,
        obligated_by=str(command.actor),
    )
    after = funding.evolve(state.funding, obligated)
    return (obligated, *position(signed, after, utc_date(command.now)))


APPROPRIATE_FUNDING: Decider[AppropriateFunding, ReviewState] = Decider(
    boundary=_boundary, decide=_appropriate
)
OBLIGATE_FUNDING: Decider[ObligateFunding, ReviewState] = Decider(
    boundary=_boundary, decide=_obligate
)


def _own(command: AppropriateFunding | ObligateFunding, state: ReviewState) -> TermsActivated:
    """The terms that this treasury pays under."""
    signed = state.terms.named(command.agreement)
    if command.actor.party != signed.parties.sending:
        message = f"{signed.parties.sending} pays under {signed.agreement}: its treasury says so"
        raise NotThePayingTreasury(message)
    return signed


def _wrong(command: AppropriateFunding, state: FundingState, signed: TermsActivated) -> str | None:
    amount, period, currency = command.amount, command.period, signed.tariff.currency
    if amount.currency != currency or amount.minor <= 0:
        return f"{signed.agreement} is paid in {currency}: appropriate an amount of it above zero"
    if period.start.day != 1 or period.end.day != 1:
        return "it pays for what whole months bear: let its days begin and end with one"
    if any(earlier >= later for earlier, later in pairwise(command.warn_at)):
        return "name each share to warn at once, the smallest first"
    for each in state.appropriations.values():
        own = each.event.period
        if own != period and own.start < period.end and period.start < own.end:
            return (
                f"{each.event.instrument} has the months {own.start} to {own.end}: appropriate for"
                " the same months, or for others"
            )
    return None


def _within(command: ObligateFunding, held: Appropriation) -> None:
    amount, event = command.amount, held.event
    left = Money.of(event.amount.minor - held.obligated, event.amount.currency)
    if amount.currency != left.currency or not 0 < amount.minor <= left.minor:
        message = f"{left} of {event.instrument} is not obligated yet: obligate that at most"
        raise ObligationExceedsAppropriation(message)
    if utc_date(command.now) >= event.period.end:
        message = f"{event.instrument} has lapsed with the end of its months, {event.period.end}"
        raise ObligationExceedsAppropriation(f"{message}: obligate another one")
