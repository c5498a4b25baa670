"""D8: a mismatch never closes a month; it is recorded, and mended before an invoice is drawn."""

from datetime import date

import msgspec
import pytest

from services.billing.domain.period_close import LinesDoNotFollow
from shared.contracts.billing import FeeAccrued
from shared.contracts.invoice import (
    InvoiceDrafted,
    InvoiceIssued,
    InvoiceMismatched,
    PeriodClosed,
)
from shared.kernel.money import Money
from tests.unit.billing.story import BED, Story
from tests.unit.billing.test_period_close import OTHER, drafted, stay


def mismatched(story: Story) -> tuple[FeeAccrued, FeeAccrued]:
    """An April whose second night was charged a dollar too much: as it is, and as it should be."""
    story.terms(BED)
    stay(story, 1, date(2025, 4, 1), 2)
    right = story.last(FeeAccrued)
    wrong = msgspec.structs.replace(right, amount=Money("66.00", "USD"))
    story.exchange(right, wrong)
    return wrong, right


def test_d8_a_mismatch_never_closes_a_month(story: Story) -> None:
    """It is recorded with both sums, no invoice is drawn, and the month stays open."""
    mismatched(story)

    with pytest.raises(LinesDoNotFollow, match="stays open") as broken:
        story.close("2025-04")

    verdict = story.events[-1]
    assert isinstance(verdict, InvoiceMismatched)
    assert (verdict.expected.amount, verdict.drafted.amount) == ("130.00", "131.00")
    assert (verdict.refusal.rule, verdict.refusal) == ("D8", broken.value.refusal)
    assert not any(isinstance(event, PeriodClosed | InvoiceDrafted) for event in story.events)
    (late,) = story.attest(1, date(2025, 4, 3))
    assert isinstance(late, FeeAccrued)
    assert late.period == "2025-04"


def test_d8_the_invoice_is_drawn_anew_once_the_cause_is_mended(story: Story) -> None:
    wrong, right = mismatched(story)
    with pytest.raises(LinesDoNotFollow):
        story.close("2025-04")
    with pytest.raises(LinesDoNotFollow):
        story.close("2025-04", invoice=OTHER)
    story.exchange(wrong, right)

    events = story.close("2025-04", invoice=OTHER)

    assert (drafted(events).invoice, drafted(events).due.amount) == (OTHER, "130.00")
    assert isinstance(events[-1], InvoiceIssued)
