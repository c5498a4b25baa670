"""Exchange rates as the paying treasury fixes them: one a day and currency, for reports (F3)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import terms
from services.billing.domain.appropriate_funding import NotThePayingTreasury
from services.billing.domain.terms import TermsState
from shared.contracts.exchange import ExchangeRateFixed
from shared.kernel.actor import Actor
from shared.kernel.codes import Code
from shared.kernel.decider import Boundary, Decider, Fold, on
from shared.kernel.ids import AgreementId, AgreementRef, agreement_of
from shared.kernel.reference.currency import MINOR_DIGITS
from shared.kernel.rejected import Conflict, RuleBroken, Unknown

if TYPE_CHECKING:
    from shared.kernel.event import Event


class RateAlreadyFixed(Conflict):
    """A currency has one rate a day: a report that was made with it stays as it is (F3)."""

    RULE = "F3"


class RateWrong(RuleBroken):
    """A rate is more than nothing, in a currency that is not the agreement's own (F3)."""

    RULE = "F3"


class RateUnknown(Unknown):
    """No rate of that currency is recorded for the day or before it (F3)."""

    RULE = "F3"


class FixExchangeRate(msgspec.Struct, frozen=True, kw_only=True):
    """Record what was published: one of the agreement's currency is so many of `quote`."""

    agreement: AgreementRef
    quote: str
    rate: str
    on: date
    source: Code
    actor: Actor


class Rates(msgspec.Struct, frozen=True):
    """The rates of one currency, by their days."""

    by_day: dict[date, ExchangeRateFixed] = {}


def last(rates: Rates, day: date) -> ExchangeRateFixed:
    """The rate of a day, or the last before it; raises `RateUnknown` where there is none."""
    known = max((earlier for earlier in rates.by_day if earlier <= day), default=None)
    if known is None:
        message = f"no rate is recorded by {day}: have the paying treasury record one"
        raise RateUnknown(message)
    return rates.by_day[known]


class FixingState(msgspec.Struct, frozen=True):
    """The signed terms, and the rate of the day where there is one."""

    terms: TermsState
    rates: Rates


def fold(agreement: AgreementId, quote: str) -> Fold[Rates]:
    """Every rate of a currency under one agreement, for its reports."""
    alternatives = (on(ExchangeRateFixed, agreement=agreement, quote=quote),)
    return Fold(f"rates/{agreement}/{quote}", alternatives, Rates(), evolve, Rates)


def of_day(agreement: AgreementId, quote: str, day: date) -> Fold[Rates]:
    """The rate of one day."""
    alternatives = (on(ExchangeRateFixed, agreement=agreement, quote=quote, fixed_on=day),)
    return Fold(f"rate/{agreement}/{quote}/{day}", alternatives, Rates(), evolve)


def evolve(state: Rates, event: Event) -> Rates:
    """Take in a rate."""
    match event:
        case ExchangeRateFixed():
            return Rates({**state.by_day, event.on: event})
        case _:
            return state


def _boundary(command: FixExchangeRate) -> Boundary[FixingState]:
    agreement = agreement_of(command.agreement)
    folds = (terms.fold(agreement), of_day(agreement, command.quote, command.on))
    return Boundary(folds, FixingState)


def _decide(command: FixExchangeRate, state: FixingState) -> tuple[Event, ...]:
    signed = state.terms.named(command.agreement)
    if command.actor.party != signed.parties.sending:
        message = f"{signed.parties.sending} pays under {signed.agreement}: its treasury reports"
        raise NotThePayingTreasury(message, rule="F3")
    own = signed.tariff.currency
    if command.quote not in MINOR_DIGITS or command.quote == own or not Fraction(command.rate):
        message = f"name a rate above zero, in a currency of ISO 4217 that is not {own}"
        raise RateWrong(message)
    known = state.rates.by_day.get(command.on)
    if known is not None:
        message = f"{command.quote} of {command.on} is fixed at {known.rate}: fix a later day's"
        raise RateAlreadyFixed(message)
    rate = ExchangeRateFixed(
        agreement=signed.agreement,
        base=own,
        quote=command.quote,
        rate=command.rate,
        on=command.on,
        source=command.source,
        fixed_by=str(command.actor),
    )
    return (rate,)


FIX_EXCHANGE_RATE: Decider[FixExchangeRate, FixingState] = Decider(
    boundary=_boundary, decide=_decide
)
