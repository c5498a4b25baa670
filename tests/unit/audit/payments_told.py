"""A story of money for an invoice: certified, paid in part, paid in full."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from services.billing.domain.payment import RECORD_PAYMENT, RecordPayment
from shared.kernel.money import Money
from tests.unit.audit.funding_told import travelling
from tests.unit.audit.names import TREASURY, invoice
from tests.unit.audit.story import Story
from tests.unit.audit.told import night

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

RECEIVED = date(2025, 4, 20)


def paid(story: Story, amount: str, reference: str) -> None:
    story.act(
        *("billing", RECORD_PAYMENT, RecordPayment, TREASURY),
        invoice=invoice(1),
        amount=Money(amount, "USD"),
        reference=reference,
        received_on=RECEIVED,
    )


def certified(*nights: int) -> Story:
    """March is closed with so many nights at USD 79.50 each, and its invoice is certified."""
    story = travelling(Story())
    for number in nights:
        story.on(night(number + 1)).counted(night(number), 1)
    story.on(date(2025, 4, 3)).closed("2025-03")
    story.certified()
    return story.on(date(2025, 5, 2))


@cache
def paid_in_two() -> list[Entry]:
    """USD 159.00 are owed and come in two parts."""
    story = certified(0, 1)
    paid(story, "100.00", "WIRE-1")
    paid(story, "59.00", "WIRE-2")
    return story.facts()
