"""A story of money: appropriated, obligated, warned of, used up, obligated again."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from services.billing.domain.appropriate_funding import (
    APPROPRIATE_FUNDING,
    OBLIGATE_FUNDING,
    AppropriateFunding,
    ObligateFunding,
)
from services.billing.domain.exchange_rate import FIX_EXCHANGE_RATE, FixExchangeRate
from services.intake.domain.agreement.stopped import FundsExhausted
from shared.kernel.actor import Actor
from shared.kernel.dates import DatePeriod
from shared.kernel.ids import AppropriationId
from shared.kernel.money import Money
from tests.unit.audit.names import AGREEMENT, NIGHTLY, PAYER, identity
from tests.unit.audit.story import Story
from tests.unit.audit.told import night

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

SPRING = DatePeriod(date(2025, 3, 1), date(2025, 5, 1))
SECOND_PAYER = Actor("USA", "treasury", "treasury/two")


def appropriation(number: int) -> AppropriationId:
    return AppropriationId(identity(7, number))


def appropriated(story: Story, number: int, amount: str) -> None:
    story.act(
        *("billing", APPROPRIATE_FUNDING, AppropriateFunding, PAYER),
        appropriation=appropriation(number),
        agreement=AGREEMENT,
        amount=Money(amount, "USD"),
        period=SPRING,
        instrument=f"PL-119-{number}",
        warn_at=(50, 90),
    )


def obligated(story: Story, number: int, amount: str) -> None:
    story.act(
        *("billing", OBLIGATE_FUNDING, ObligateFunding, SECOND_PAYER),
        appropriation=appropriation(number),
        agreement=AGREEMENT,
        amount=Money(amount, "USD"),
        reference=f"OBL-{number}",
    )


def rate_fixed(story: Story, quote: str = "NOK", rate: str = "10.5") -> None:
    story.act(
        *("billing", FIX_EXCHANGE_RATE, FixExchangeRate, PAYER),
        agreement=AGREEMENT,
        quote=quote,
        rate=rate,
        on=night(0),
        source="NORGES-BANK",
    )


def travelling(story: Story) -> Story:
    """One person is in custody at USD 79.50 a night, another one is cleared."""
    story.agreed(tariff=NIGHTLY).facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
    story.on(date(2025, 3, 16))
    story.travelled(1, 1)
    story.accepted(1)
    return story


@cache
def funded() -> list[Entry]:
    """USD 150.00 last for less than two nights; nobody departs after that until there is more."""
    story = travelling(Story())
    appropriated(story, 1, "300.00")
    obligated(story, 1, "150.00")
    story.on(night(3)).counted(night(0), 1)
    story.counted(night(1), 1)
    rate_fixed(story)
    rate_fixed(story, "SEK", "0.05")
    with suppress(FundsExhausted):
        story.opened(2)
    story.counted(night(2), 1)
    obligated(story, 1, "150.00")
    story.travelled(3, 2)
    story.accepted(2)
    story.left(1)
    return story.facts()
