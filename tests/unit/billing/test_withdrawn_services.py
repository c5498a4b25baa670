"""Services that were approved and are taken back: reversals that name what charged them (F11)."""

from __future__ import annotations

import pytest

from services.billing.domain.record_service import (
    NotTheProvider,
)
from services.billing.domain.settle_service import (
    ServiceAlreadySettled,
    ServiceUnknown,
)
from services.billing.domain.withdraw_service import NothingToWithdraw
from shared.contracts.billing import FeeReversed
from shared.contracts.invoice import InvoiceLineDrafted
from shared.contracts.service import (
    ServiceWithdrawn,
)
from shared.kernel.actor import Actor
from shared.kernel.money import Money
from tests.unit.billing.services_told import (
    APPROVAL,
    ENTRY,
    approve,
    deny,
    give,
    hours,
    signed,
    withdraw,
)
from tests.unit.billing.story import (
    Story,
)
from tests.unit.tariff.test_per_unit import GUARD, MILES


def test_f11_an_approved_service_is_taken_back_by_a_reversal_that_names_it(story: Story) -> None:
    signed(story, GUARD, MILES)
    give(story, 1, hours(3))
    approve(story, 1)
    story.close("2025-03")

    withdrawn, fee = withdraw(story, 1)

    assert isinstance(withdrawn, ServiceWithdrawn)
    assert (withdrawn.approved, withdrawn.period) == (APPROVAL, "2025-04")
    assert isinstance(fee, FeeReversed)
    assert (fee.because, fee.evidence, fee.occasion) == (APPROVAL, (ENTRY,), hours(3))
    assert (fee.amount, fee.quantity, fee.period) == (Money("-30.00", "USD"), -3, "2025-04")
    assert story.balance("accrued-SLV") == -3000
    events = story.close("2025-04")
    (line,) = [event for event in events if isinstance(event, InvoiceLineDrafted)]
    assert (line.component, line.amount.amount) == ("guard", "-30.00")


def test_f11_only_what_is_charged_is_taken_back_once_and_by_its_provider(story: Story) -> None:
    signed(story, GUARD)
    with pytest.raises(ServiceUnknown):
        withdraw(story, 9)
    give(story, 1, hours(3))
    give(story, 2, hours(3))
    deny(story, 2)
    for number, approved in ((1, None), (1, APPROVAL), (2, APPROVAL)):
        with pytest.raises(NothingToWithdraw, match="is not charged"):
            withdraw(story, number, approved=approved)
    approve(story, 1)
    with pytest.raises(NotTheProvider, match="SLV"):
        withdraw(story, 1, actor=Actor("USA", "facility-registry", "theirs"))
    withdraw(story, 1)
    with pytest.raises(NothingToWithdraw):
        withdraw(story, 1)
    with pytest.raises(ServiceAlreadySettled):
        approve(story, 1)
