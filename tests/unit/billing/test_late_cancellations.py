"""Places that are given up late: one paper each, and the clock of the version of the day (F13)."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from services.billing.domain.record_cancellation import FacilityNotAgreed, PlaceAlreadyGivenUp
from services.billing.domain.record_service import (
    NotChargedByTheTerms,
)
from shared.contracts.agreement import AgreedFacility
from shared.contracts.billing import FeeAccrued
from shared.contracts.invoice import InvoiceLineDrafted
from shared.contracts.service import (
    CancellationRecorded,
)
from shared.kernel.dates import ONE_DAY, DatePeriod
from shared.kernel.ids import AgreementRef, CaseId
from shared.kernel.money import Money
from tests.unit.billing.services_told import (
    ENTRY,
    REMOVED,
    approve,
    deny,
    give_up,
    signed,
    withdraw,
)
from tests.unit.billing.story import (
    BED,
    CECOT,
    NAME,
    TERM,
    TERMS,
    Story,
    document,
)
from tests.unit.tariff.test_late_cancellation import AT_THREE, HELD_FOR, LATE


def test_f13_a_place_that_is_given_up_after_15_00_is_charged_once_approved(story: Story) -> None:
    """F13: 'billable only if cancelled strictly after 15:00 local time on the day before'."""
    signed(story, LATE)
    (recorded,) = give_up(story)
    assert isinstance(recorded, CancellationRecorded)
    assert recorded.occasion == recorded.cancelled

    _, fee = approve(story, 1)

    assert isinstance(fee, FeeAccrued)
    assert (fee.amount, fee.reason) == (Money("65.00", "USD"), "cancelled-late")
    assert fee.evidence == (REMOVED, ENTRY)
    events = story.close("2025-03")
    (line,) = [event for event in events if isinstance(event, InvoiceLineDrafted)]
    assert (line.component, line.amount.amount) == ("late", "65.00")
    assert len(line.evidence) == 2


def test_f13_at_15_00_00_or_because_of_a_hold_it_is_not_billable(story: Story) -> None:
    """F13: '15:00:00 is not billable; never billable when the cause is a hold'."""
    signed(story, LATE)
    for free in ({"cancelled_at": AT_THREE}, {"because_of_a_hold": True}):
        with pytest.raises(NotChargedByTheTerms) as refused:
            give_up(story, **free)
        assert refused.value.rule == "F13"


def test_f13_a_place_is_charged_on_one_paper_alone(story: Story) -> None:
    """F13 by the back door: a second paper of its own for the same place of the same journey."""
    signed(story, LATE)
    give_up(story, 1)
    with pytest.raises(PlaceAlreadyGivenUp, match="paper PLACE-1") as refused:
        give_up(story, 2)
    assert refused.value.rule == "F13"
    approve(story, 1)
    with pytest.raises(PlaceAlreadyGivenUp):
        give_up(story, 2)
    give_up(story, 3, case=CaseId("01950000-0000-7000-8000-000000000009"))


def test_f13_a_place_whose_paper_is_denied_or_withdrawn_may_have_another(story: Story) -> None:
    signed(story, LATE)
    give_up(story, 1)
    deny(story, 1)
    give_up(story, 2)
    approve(story, 2)
    withdraw(story, 2)
    give_up(story, 3)
    approve(story, 3)
    assert story.balance("accrued-SLV") == 6500


def test_f13_lateness_is_by_the_clock_of_the_version_of_the_day(story: Story) -> None:
    """D6: whichever version is named. 15:00:01 in San Salvador is 18:00:01 in Buenos Aires."""
    signed(story, LATE)
    moved = (AgreedFacility(CECOT, "America/Argentina/Buenos_Aires"),)
    later = document(BED, LATE, version=2, effective=DatePeriod(HELD_FOR, TERM.end))
    story.activate(msgspec.structs.replace(later, facilities=moved))
    (recorded,) = give_up(story, agreement=AgreementRef(f"{NAME}@2"))
    assert isinstance(recorded, CancellationRecorded)
    assert (recorded.agreement, recorded.cancelled.timezone) == (TERMS, "America/El_Salvador")

    next_day = {"held_for": HELD_FOR + ONE_DAY, "cancelled_at": AT_THREE + ONE_DAY}
    case = CaseId("01950000-0000-7000-8000-000000000009")
    (by_the_second,) = give_up(story, 2, agreement=TERMS, case=case, **next_day)
    assert isinstance(by_the_second, CancellationRecorded)
    cancelled = by_the_second.cancelled
    assert (by_the_second.agreement, cancelled.timezone) == (f"{NAME}@2", moved[0].timezone)
    with pytest.raises(NotChargedByTheTerms):
        give_up(story, 3, case=REMOVED, cancelled_at=datetime(2026, 4, 10, tzinfo=UTC))


def test_f13_the_clock_is_that_of_a_facility_that_was_agreed(story: Story) -> None:
    signed(story, LATE)
    with pytest.raises(FacilityNotAgreed, match="names no facility 'elsewhere'"):
        give_up(story, facility="elsewhere")
