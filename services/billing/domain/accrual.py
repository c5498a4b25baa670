"""One attested night of one person: charged once at most, or kept off the bill (G20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import account, stay, terms
from services.billing.domain import accounting_periods as calendar
from services.billing.domain import charged_nights as charges
from services.billing.domain.account import AccountState
from services.billing.domain.accounting_periods import CalendarState
from services.billing.domain.charged_nights import ChargesState
from services.billing.domain.stay import StayState
from services.billing.domain.terms import TermsState
from shared.contracts.agreement import Component
from shared.contracts.billing import (
    NightAlreadyCharged,
    NightNotCharged,
    NightsAccrued,
    NightUnpriced,
)
from shared.kernel.dates import month_of
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import (
    AgreementId,
    AgreementRef,
    CustodyId,
    EntryRef,
    PersonId,
    agreement_of,
)
from shared.kernel.rejected import Finding, Refusal, RuleBroken
from shared.tariff.night import NightPrice, price_night

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from shared.contracts.billing import StayOpened, TermsActivated
    from shared.kernel.event import Event


class NightOutsideStay(RuleBroken):
    """Only the nights of a stay are owed: never one after departure or release (G20)."""

    RULE = "G20"


class PersonNightAlreadyCharged(RuleBroken):
    """A person-night is billed once at most, whatever the paperwork says (G20; T8)."""

    RULE = "G20"


class AccrueNight(msgspec.Struct, frozen=True, kw_only=True):
    """A headcount attested that this person was there on this night: no attestation, no accrual."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    night: date
    attested: EntryRef
    attested_by: str


class NightState(msgspec.Struct, frozen=True):
    """Everything that decides what a night costs."""

    stay: StayState
    charges: ChargesState
    account: AccountState
    terms: TermsState
    calendar: CalendarState


class PricingState(msgspec.Struct, frozen=True):
    """What prices a person's nights: those charged before, what each component bore, the terms."""

    charges: ChargesState
    account: AccountState
    terms: TermsState

    def after(self, events: Iterable[Event]) -> PricingState:
        """The same once these have been recorded: what one takes, the next one cannot have."""
        charged, held = self.charges, self.account
        for event in events:
            charged, held = charges.evolve(charged, event), account.evolve(held, event)
        return PricingState(charged, held, self.terms)


def _boundary(command: AccrueNight) -> Boundary[NightState]:
    agreement = agreement_of(command.agreement)
    return Boundary(
        (
            stay.fold(command.custody),
            charges.fold(command.person),
            account.fold(agreement),
            terms.fold(agreement),
            calendar.fold(agreement),
        ),
        NightState,
    )


def _decide(command: AccrueNight, state: NightState) -> tuple[Event, ...]:
    period = state.calendar.bearing(month_of(command.night))
    opened = _stay_of(command, state.stay)
    if opened is None:
        return (_not_charged(command, period, _outside(command)),)
    accepted = msgspec.structs.replace(command, agreement=opened.agreement)
    books = PricingState(state.charges, state.account, state.terms)
    events = settled(accepted, period, opened.arrived_on, books)
    later = owed_again(agreement_of(command.agreement), books.after(events), state.calendar)
    return (*events, *later)


def owed_again(
    agreement: AgreementId, books: PricingState, months: CalendarState
) -> Iterator[Event]:
    """Nights of the person that were kept off as charged elsewhere, and are not any more (T8)."""
    while (one := books.charges.owed_again(agreement)) is not None:
        night = AccrueNight(
            custody=one.custody,
            person=one.person,
            agreement=one.agreement,
            night=one.night,
            attested=one.attested,
            attested_by=one.attested_by,
        )
        events = settled(night, months.bearing(month_of(one.night)), one.arrived_on, books)
        books = books.after(events)
        yield from events


def settled(
    command: AccrueNight, period: str, arrived_on: date, books: PricingState
) -> tuple[NightsAccrued | NightNotCharged | NightUnpriced, ...]:
    """What becomes of a night of a stay that was accepted under the command's agreement."""
    charged = books.charges.charged(command.night)
    if charged is not None:
        return (_already_charged(command, period, charged.attested, arrived_on),)
    for signed in _pricing(books.terms, command):
        prices = _prices(signed, books.account, command.night)
        if prices:
            return tuple(_accrued(command, period, signed, price) for price in prices)
    return (_unpriced(command, period),)


ACCRUE_NIGHT: Decider[AccrueNight, NightState] = Decider(boundary=_boundary, decide=_decide)


def _stay_of(command: AccrueNight, state: StayState) -> StayOpened | None:
    """The stay that this night belongs to: the same person's, under the same agreement."""
    opened = state.opened
    if opened is None or opened.person != command.person or not state.has(command.night):
        return None
    return opened if agreement_of(opened.agreement) == agreement_of(command.agreement) else None


def _pricing(state: TermsState, command: AccrueNight) -> tuple[TermsActivated, ...]:
    """The version that the custody was accepted under, then the other signed ones, latest first.

    Both states signed each of them, with the days that it is effective on. One in another currency
    would leave the month with lines that no invoice can hold.
    """
    accepted = state.signed(command.agreement)
    currency = accepted.tariff.currency
    others = (one for one in state.latest_first() if one.tariff.currency == currency)
    return (accepted, *(one for one in others if one != accepted))


def _prices(
    signed: TermsActivated, account_state: AccountState, night: date
) -> tuple[NightPrice, ...]:
    """The prices under a version, while it is effective."""

    def attested(component: Component) -> int:
        return account_state.of(signed.agreement, component.id).attested

    return price_night(signed.tariff, night, attested) if night in signed.effective else ()


def _accrued(
    command: AccrueNight, period: str, signed: TermsActivated, price: NightPrice
) -> NightsAccrued:
    return NightsAccrued(
        custody=command.custody,
        person=command.person,
        agreement=signed.agreement,
        night=command.night,
        period=period,
        attested=command.attested,
        component=price.component.id,
        ordinal=price.ordinal,
        amount=price.amount,
        postings=account.accrual_postings(signed, price.component, price.amount),
        attested_by=command.attested_by,
    )


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


def _already_charged(
    command: AccrueNight, period: str, attested: EntryRef, arrived_on: date
) -> NightAlreadyCharged:
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
