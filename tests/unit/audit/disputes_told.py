"""A story of two lines in dispute: one is withdrawn, the other credited in part, the rest paid."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from services.billing.domain.dispute_line import DISPUTE_LINE, DisputeLine
from services.billing.domain.settle_dispute import (
    RESOLVE_DISPUTE,
    WITHDRAW_DISPUTE,
    ResolveDispute,
    WithdrawDispute,
)
from shared.kernel.codes import Sha256
from shared.kernel.money import Money
from tests.unit.audit.funding_told import travelling
from tests.unit.audit.names import PAYER, TREASURY, invoice
from tests.unit.audit.payments_told import paid
from tests.unit.audit.story import Story
from tests.unit.audit.told import night

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

DOCUMENT = Sha256("ab" * 32)


def _claim(story: Story, amount: str, line: int = 1) -> None:
    story.act(
        *("billing", DISPUTE_LINE, DisputeLine, PAYER),
        invoice=invoice(1),
        line=line,
        amount=Money(amount, "USD"),
        reason="not-in-custody",
        document=DOCUMENT,
    )


def _answer(story: Story, credit: str, line: int = 1) -> None:
    story.act(
        *("billing", RESOLVE_DISPUTE, ResolveDispute, TREASURY),
        invoice=invoice(1),
        line=line,
        credit=Money(credit, "USD"),
        document=DOCUMENT,
    )


def issued() -> Story:
    """March is closed with two nights of one person: line 1 is USD 130.00, line 2 USD 29.00."""
    story = travelling(Story())
    for number in (0, 1):
        story.on(night(number + 1)).counted(night(number), 1)
    story.on(date(2025, 4, 3)).closed("2025-03")
    return story


@cache
def disputed() -> list[Entry]:
    """One night is disputed and the dispute withdrawn; it is disputed again and half is credited,
    answered without a credit, and what is left is certified and paid.
    """
    story = issued()
    _claim(story, "79.50")
    story.act(
        *("billing", WITHDRAW_DISPUTE, WithdrawDispute, PAYER),
        invoice=invoice(1),
        line=1,
    )
    _claim(story, "79.50")
    _answer(story, "59.50")
    _claim(story, "20.00")
    _answer(story, "0.00")
    story.certified()
    story.on(date(2025, 5, 2))
    paid(story, "99.50", "WIRE-1")
    return story.facts()


@cache
def credited_in_full() -> list[Entry]:
    """All that is owed is credited: it is settled as it is certified."""
    story = issued()
    for line, charged in ((1, "130.00"), (2, "29.00")):
        _claim(story, charged, line)
        _answer(story, charged, line)
    story.certified()
    return story.facts()
