"""Services and late cancellations: one state records, the other approves, then it is charged."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from services.billing.domain.invoice import AttestorMayNotCertify
from services.billing.domain.period_close import AttestorMayNotInvoice
from services.billing.domain.record_service import (
    NotChargedByTheTerms,
    NotGivenYet,
    NotTheProvider,
    PaperAlreadyRecorded,
)
from services.billing.domain.settle_service import (
    NoPriceLeft,
    NotTheReceiverOfTheService,
    ServiceAlreadySettled,
    ServiceUnknown,
)
from shared.contracts.billing import FeeAccrued
from shared.contracts.invoice import CertificationRefused, InvoiceDrafted, InvoiceLineDrafted
from shared.contracts.service import (
    ServiceApproved,
    ServiceDenied,
    ServiceRecorded,
)
from shared.kernel.actor import Actor
from shared.kernel.money import Money
from shared.tariff.fact import Service
from tests.unit.billing.services_told import (
    ENTRY,
    IN_MARCH,
    approve,
    deny,
    give,
    give_up,
    hours,
    miles,
    signed,
)
from tests.unit.billing.story import (
    INVOICE,
    PAYER,
    REGISTRY,
    TERMS,
    TREASURY,
    Story,
)
from tests.unit.tariff.test_late_cancellation import LATE
from tests.unit.tariff.test_per_unit import GUARD, MILES


def test_f11_30_nights_3_hours_and_40_miles_are_1992_with_three_kinds_of_evidence(
    story: Story,
) -> None:
    """F11: 'Western Tidewater: USD 65.00 a night, USD 0.30 a mile, USD 10.00 an hour'."""
    signed(story, GUARD, MILES)
    story.arrive(1, date(2025, 4, 1))
    for day in range(1, 31):
        story.attest(1, date(2025, 4, day))
    give(story, 1, hours(3, date(2025, 4, 7)))
    give(story, 2, miles(40, date(2025, 4, 7)))
    approve(story, 1)
    approve(story, 2)

    events = story.close("2025-04")

    (drafted,) = [event for event in events if isinstance(event, InvoiceDrafted)]
    assert drafted.due == Money("1992.00", "USD")
    lines = [event for event in events if isinstance(event, InvoiceLineDrafted)]
    assert [(line.component, line.unit, line.quantity, line.amount.amount) for line in lines] == [
        ("guard", "hour", 3, "30.00"),
        ("miles", "mile", 40, "12.00"),
        ("bed", "person-night", 30, "1950.00"),
    ]
    assert [line.evidence[0].origin for line in lines] == [
        "accord.example/billing/0",
        "accord.example/billing/0",
        "accord.example/placement/0",
    ]


def test_f11_nothing_is_charged_that_one_state_alone_has_recorded(story: Story) -> None:
    signed(story, GUARD)
    (recorded,) = give(story, 1, hours(3))
    assert isinstance(recorded, ServiceRecorded)
    assert (recorded.occasion, recorded.agreement) == (hours(3), TERMS)
    assert story.balance("accrued-SLV") == 0

    approved, fee = approve(story, 1)

    assert isinstance(approved, ServiceApproved)
    assert (approved.period, approved.recorded_by) == ("2025-03", str(REGISTRY))
    assert isinstance(fee, FeeAccrued)
    assert (fee.occasion, fee.evidence, fee.attested_by) == (hours(3), (ENTRY,), str(REGISTRY))
    assert story.balance("accrued-SLV") == 3000
    assert story.balance("accrued-USA") == -3000


def test_f11_what_is_denied_is_not_charged_and_cannot_be_approved_after(story: Story) -> None:
    signed(story, GUARD)
    give(story, 1, hours(3))
    (denied,) = deny(story, 1)
    assert isinstance(denied, ServiceDenied)
    assert denied.reason == "not-in-the-log"
    for settle in (approve, deny):
        with pytest.raises(ServiceAlreadySettled, match=r"billing\.ServiceDenied\.v1"):
            settle(story, 1)
    assert story.balance("accrued-SLV") == 0


def test_f11_one_paper_is_recorded_once(story: Story) -> None:
    signed(story, GUARD)
    give(story, 1, hours(3), reference="LOG-7")
    with pytest.raises(PaperAlreadyRecorded, match="a paper of its own"):
        give(story, 2, hours(3), reference="LOG-7")


def test_each_side_says_its_own(story: Story) -> None:
    signed(story, GUARD)
    with pytest.raises(NotTheProvider, match="SLV"):
        give(story, 1, hours(1), actor=Actor("USA", "facility-registry", "theirs"))
    give(story, 1, hours(1))
    for settle in (approve, deny):
        with pytest.raises(NotTheReceiverOfTheService, match="USA"):
            settle(story, 1, actor=Actor("SLV", "central-authority", "ours"))
        with pytest.raises(ServiceUnknown):
            settle(story, 9)


@pytest.mark.parametrize(
    "given",
    [
        Service("guard", "hour", 1, "trip-log", IN_MARCH),
        Service("guard", "minute", 1, "guard-log", IN_MARCH),
        Service("medical", "cent", 1, "bill", IN_MARCH),
        Service("guard", "hour", 1, "guard-log", date(2026, 4, 1)),
    ],
)
def test_f11_what_the_signed_terms_have_no_price_for_is_never_owed(
    story: Story, given: Service
) -> None:
    """Another paper, another unit, another service, a day after the term."""
    signed(story, GUARD)
    with pytest.raises(NotChargedByTheTerms) as refused:
        give(story, 1, given)
    assert refused.value.rule == "F11"


def test_what_has_not_happened_is_not_recorded(story: Story) -> None:
    signed(story, GUARD, LATE)
    with pytest.raises(NotGivenYet, match="in the future"):
        give(story, 1, hours(1, date(2026, 4, 22)))
    with pytest.raises(NotGivenYet, match="has not come"):
        give_up(story, cancelled_at=datetime(2026, 4, 21, tzinfo=UTC))


def test_a_service_that_is_approved_late_is_borne_by_the_month_that_is_open(story: Story) -> None:
    signed(story, GUARD)
    give(story, 1, hours(3))
    story.close("2025-03")
    approved, fee = approve(story, 1)
    assert isinstance(approved, ServiceApproved)
    assert isinstance(fee, FeeAccrued)
    assert (approved.period, fee.period) == ("2025-04", "2025-04")


def test_a_price_that_is_used_up_by_then_is_none(story: Story) -> None:
    """Terms of a kind that have no more to give: nothing is charged, never free."""
    signed(story, GUARD)
    give(story, 1, hours(3))
    other = Service("medical", "cent", 1, "bill", IN_MARCH)
    recorded = next(event for event in story.events if isinstance(event, ServiceRecorded))
    story.exchange(recorded, msgspec.structs.replace(recorded, given=other))
    with pytest.raises(NoPriceLeft, match="deny it"):
        approve(story, 1)


def test_g20_who_recorded_a_service_does_not_close_its_month(story: Story) -> None:
    both = Actor("SLV", "facility-registry", TREASURY.subject)
    signed(story, GUARD)
    give(story, 1, hours(3), actor=both)
    approve(story, 1)
    with pytest.raises(AttestorMayNotInvoice):
        story.close("2025-03")


def test_g20_who_approved_a_service_does_not_certify_its_invoice(story: Story) -> None:
    signed(story, GUARD)
    give(story, 1, hours(3))
    approve(story, 1, actor=Actor("USA", "central-authority", PAYER.subject.upper()))
    story.close("2025-03", invoice=INVOICE)
    with pytest.raises(AttestorMayNotCertify, match="somebody else") as refused:
        story.certify()
    assert isinstance(refused.value.recorded, CertificationRefused)
    story.certify(actor=Actor("USA", "treasury", "usa-treasury-2"))
