"""What is said of a line in dispute, in a story of billing."""

from __future__ import annotations

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
from tests.unit.billing.story import INVOICE, PAYER, TREASURY, Story

if TYPE_CHECKING:
    from shared.contracts.dispute import DisputeReason
    from shared.kernel.actor import Actor
    from shared.kernel.event import Event


def dispute(
    story: Story,
    line: int,
    amount: str,
    *,
    actor: Actor = PAYER,
    currency: str = "USD",
    reason: DisputeReason = "not-in-custody",
) -> tuple[Event, ...]:
    """The payer disputes so much of a line of the invoice."""
    command = DisputeLine(
        invoice=INVOICE,
        line=line,
        amount=Money(amount, currency),
        reason=reason,
        document=Sha256("ab" * 32),
        actor=actor,
    )
    return story.decide(DISPUTE_LINE, command)


def withdraw_dispute(story: Story, line: int, actor: Actor = PAYER) -> tuple[Event, ...]:
    command = WithdrawDispute(invoice=INVOICE, line=line, actor=actor)
    return story.decide(WITHDRAW_DISPUTE, command)


def resolve_dispute(
    story: Story, line: int, credit: str, actor: Actor = TREASURY, currency: str = "USD"
) -> tuple[Event, ...]:
    command = ResolveDispute(
        invoice=INVOICE,
        line=line,
        credit=Money(credit, currency),
        document=Sha256("cd" * 32),
        actor=actor,
    )
    return story.decide(RESOLVE_DISPUTE, command)
