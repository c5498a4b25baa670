"""Nights that waited for a price get one, as soon as a version that both signed has one (F8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import invoice_lines, pricing_state, stay
from services.billing.domain.accrual import AccrueNight, settled
from services.billing.domain.invoice_lines import LinesState
from services.billing.domain.prepayment import NotTheReceivingTreasury
from services.billing.domain.pricing_state import PricingState
from services.billing.domain.stay import StayState
from shared.contracts.billing import NightUnpriced
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, Reading
from shared.kernel.ids import AgreementRef, CustodyId, PersonId, agreement_of
from shared.kernel.rejected import Conflict, Finding, RuleBroken

if TYPE_CHECKING:
    from datetime import date

    from shared.kernel.event import Event


class NothingWaits(Conflict):
    """No night of this custody waits for a price in this month."""


class StillWithoutPrice(RuleBroken):
    """What no signed version prices stays unpriced, never free (docs/reference/fees.md)."""

    RULE = "tariff"


class RepriceNights(msgspec.Struct, frozen=True, kw_only=True):
    """Look again for prices of one custody's nights that wait in a month."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    period: str
    actor: Actor


class WaitingState(msgspec.Struct, frozen=True):
    """The month's waiting nights, their stay, and everything that decides what they cost."""

    lines: LinesState
    stay: StayState
    pricing: PricingState


def _boundary(command: RepriceNights) -> Reading[WaitingState]:
    agreement = agreement_of(command.agreement)
    pricing, lines, opened = yield from pricing_state.reading(
        command.person,
        agreement,
        invoice_lines.fold(agreement, command.period),
        stay.fold(command.custody),
    )
    return WaitingState(lines, opened, pricing)


def _decide(command: RepriceNights, state: WaitingState) -> tuple[Event, ...]:
    terms = state.pricing.ledger(command.agreement).terms
    receiving = terms.named(command.agreement).parties.receiving
    if command.actor.party != receiving:
        message = f"{receiving} is paid under {command.agreement}: its treasury asks for prices"
        raise NotTheReceivingTreasury(message)
    waiting, opened = _waiting(command, state.lines), state.stay.opened
    if not waiting or opened is None:
        message = f"no night of custody {command.custody} waits for a price in {command.period}"
        raise NothingWaits(message)
    events = _settled(waiting, opened.arrived_on, state)
    if not events:
        raise StillWithoutPrice(
            "no signed version prices these nights: both states sign one that does, with these"
            " days in its effective period",
            findings=tuple(_missing(night) for night in waiting),
        )
    return events


REPRICE_NIGHTS: Decider[RepriceNights, WaitingState] = Decider(boundary=_boundary, decide=_decide)


def _waiting(command: RepriceNights, state: LinesState) -> list[NightUnpriced]:
    wanted = (command.custody, command.person)
    nights = (night for _, night in state.unpriced.items())
    of_custody = (night for night in nights if (night.custody, night.person) == wanted)
    return sorted(of_custody, key=lambda night: night.night)


def _settled(
    waiting: list[NightUnpriced], arrived_on: date, state: WaitingState
) -> tuple[Event, ...]:
    """Each night in turn: what one takes from a pool, the next one cannot have."""
    pricing = state.pricing
    events: tuple[Event, ...] = ()
    for night in waiting:
        became = settled(_again(night), night.period, arrived_on, pricing)
        if not isinstance(became[0], NightUnpriced):
            pricing = pricing.after(*became)
            events = (*events, *became)
    return events


def _again(night: NightUnpriced) -> AccrueNight:
    return AccrueNight(
        custody=night.custody,
        person=night.person,
        agreement=night.agreement,
        night=night.night,
        attested=night.attested,
        attested_by=night.attested_by,
    )


def _missing(night: NightUnpriced) -> Finding:
    missing = f"a price for the night {night.night} of custody {night.custody}"
    return Finding(rule="tariff", missing=missing, evidence=night.attested)
