"""One attested night of one person: charged once at most, or kept off the bill (G20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import priced_stay
from services.billing.domain.fee import night_accrued
from services.billing.domain.priced_stay import PricedStay
from services.billing.domain.pricing_state import PricingState
from services.billing.domain.stay import StayState
from services.billing.domain.terms import TermsState
from shared.contracts.billing import FeeAccrued, NightAlreadyCharged, NightNotCharged, NightUnpriced
from shared.contracts.fee_stop import NightAfterReturnOrder
from shared.kernel.dates import ONE_DAY, DatePeriod
from shared.kernel.decider import Decider, Reading
from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, PersonId, agreement_of
from shared.kernel.rejected import Finding, Refusal, RuleBroken
from shared.tariff.fact import PersonNight
from shared.tariff.pricing import price

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from shared.contracts.billing import StayOpened, TermsActivated
    from shared.kernel.event import Event


class NightOutsideStay(RuleBroken):
    """Only the nights of a stay are owed: never one after departure or release (G20)."""

    RULE = "G20"


class PersonNightAlreadyCharged(RuleBroken):
    """A person-night is billed once at most, whatever the paperwork says (G20; T8)."""

    RULE = "G20"


class ReturnWasOrdered(RuleBroken):
    """Nothing accrues from the day on that a return was ordered, so delay never pays (G16)."""

    RULE = "G16"


class AccrueNight(msgspec.Struct, frozen=True, kw_only=True):
    """A headcount attested that this person was there on this night: no attestation, no accrual."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    night: date
    attested: EntryRef
    attested_by: str


def _boundary(command: AccrueNight) -> Reading[PricedStay]:
    return priced_stay.reading(command.custody, command.person, command.agreement)


def _decide(command: AccrueNight, state: PricedStay) -> tuple[Event, ...]:
    period = state.pricing.ledger(command.agreement).bearing(command.night)
    opened = _stay_of(command, state.stay)
    if opened is None:
        return (_not_charged(command, period, _outside(command)),)
    accepted = msgspec.structs.replace(command, agreement=opened.agreement)
    return settled(accepted, period, opened.arrived_on, state.pricing)


def owed_again(pricing: PricingState) -> Iterator[Event]:
    """Nights of the person that were kept off, and are not any more (T8; G16).

    Of several custodies that a night was kept off of, the one that began first takes its place.
    """
    while (kept := pricing.nights.owed_again()) is not None:
        night = AccrueNight(
            custody=kept.custody,
            person=kept.person,
            agreement=kept.agreement,
            night=kept.night,
            attested=kept.attested,
            attested_by=kept.attested_by,
        )
        period = pricing.ledger(kept.agreement).bearing(kept.night)
        events = settled(night, period, kept.arrived_on, pricing)
        pricing = pricing.after(*events)
        yield from events


def settled(
    command: AccrueNight, period: str, arrived_on: date, pricing: PricingState
) -> tuple[FeeAccrued | NightNotCharged | NightUnpriced, ...]:
    """What becomes of a night of a stay that was accepted under the command's agreement.

    Raises `NotYet` until the terms of that agreement have arrived, for a night that is kept off
    too: nothing then keeps it from being charged at once when the other charge is taken back.
    """
    ledger = pricing.ledger(command.agreement)
    signed = _in_force(ledger.terms, command)
    stop = pricing.nights.stop(command.custody, arrived_on, command.night)
    if stop is not None:
        return (after_return_order(command, period, stop.order, arrived_on),)
    charged = pricing.nights.charged(command.night)
    if charged is not None:
        return (already_charged(command, period, charged.attested, arrived_on),)
    fact = PersonNight(
        command.custody,
        command.person,
        command.night,
        command.attested,
        pseudonyms=pricing.nights.besides(command.person),
    )
    prices = price(signed.tariff.components, fact, ledger.account.tally) if signed else ()
    if signed is None or not prices:
        return (_unpriced(command, period),)
    return tuple(
        night_accrued(signed, priced, fact, period, command.attested_by) for priced in prices
    )


ACCRUE_NIGHT: Decider[AccrueNight, PricedStay] = Decider(boundary=_boundary, decide=_decide)


def _stay_of(command: AccrueNight, state: StayState) -> StayOpened | None:
    """The stay that this night belongs to: the same person's, under the same agreement."""
    opened = state.opened
    if opened is None or opened.person != command.person or not state.has(command.night):
        return None
    return opened if agreement_of(opened.agreement) == agreement_of(command.agreement) else None


def _in_force(state: TermsState, command: AccrueNight) -> TermsActivated | None:
    """The version in force on the night, in the currency that the custody was accepted under."""
    accepted = state.signed(command.agreement)
    night = DatePeriod(command.night, command.night + ONE_DAY)
    return state.in_force(night, accepted.tariff.currency)


def _unpriced(command: AccrueNight, period: str) -> NightUnpriced:
    return NightUnpriced(
        custody=command.custody,
        person=command.person,
        agreement=command.agreement,
        night=command.night,
        period=period,
        attested=command.attested,
        attested_by=command.attested_by,
    )


def _not_charged(command: AccrueNight, period: str, refusal: Refusal) -> NightNotCharged:
    return NightNotCharged(
        custody=command.custody,
        person=command.person,
        agreement=command.agreement,
        night=command.night,
        period=period,
        attested=command.attested,
        refusal=refusal,
    )


def _outside(command: AccrueNight) -> Refusal:
    missing = f"a stay of this person under {command.agreement} that has the night {command.night}"
    finding = Finding(rule="G20", missing=missing, evidence=f"custody/{command.custody}")
    return NightOutsideStay(
        "the night is not part of the stay: check the custody, or attest the right one",
        findings=(finding,),
    ).refusal


def already_charged(
    command: AccrueNight, period: str, attested: EntryRef, arrived_on: date
) -> NightAlreadyCharged:
    """A night of a stay that is kept off, because another attestation of it is charged (T8)."""
    missing = f"a night that is not charged yet: {command.night} is"
    refusal = PersonNightAlreadyCharged(
        "this person-night is charged already: it is charged here if that is taken back",
        findings=(Finding(rule="G20", missing=missing, evidence=attested),),
    ).refusal
    return NightAlreadyCharged(
        custody=command.custody,
        person=command.person,
        agreement=command.agreement,
        night=command.night,
        period=period,
        attested=command.attested,
        refusal=refusal,
        attested_by=command.attested_by,
        arrived_on=arrived_on,
    )


def after_return_order(
    command: AccrueNight, period: str, order: EntryRef, arrived_on: date
) -> NightAfterReturnOrder:
    """A night that is not owed, because the person's return had been ordered by then (G16)."""
    missing = f"a night before the day of the return order: {command.night} is not"
    refusal = ReturnWasOrdered(
        "the return of this person is ordered, and nothing accrues from its day on: carry it out",
        findings=(Finding(rule="G16", missing=missing, evidence=order),),
    ).refusal
    return NightAfterReturnOrder(
        custody=command.custody,
        person=command.person,
        agreement=command.agreement,
        night=command.night,
        period=period,
        attested=command.attested,
        refusal=refusal,
        attested_by=command.attested_by,
        arrived_on=arrived_on,
        order=order,
    )
