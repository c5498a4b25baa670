"""A month is closed once, when all of it has a price, and its invoice follows from the terms."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.billing.domain.period_close import (
    AttestorMayNotInvoice,
    CurrenciesMixed,
    MonthBeforeTerms,
    MonthNotOver,
    NightsWithoutPrice,
    PeriodAlreadyClosed,
)
from services.billing.domain.prepayment import NotTheReceivingTreasury
from services.billing.domain.terms import TermsUnknown
from shared.contracts.billing import FeeAccrued
from shared.contracts.invoice import (
    EntryRange,
    InvoiceDrafted,
    InvoiceIssued,
    InvoiceLineDrafted,
    PeriodClosed,
    PeriodCloseRefused,
)
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef
from shared.kernel.money import Money
from tests.support.tariffs import nightly, pool
from tests.support.two_subjects import spelt_otherwise
from tests.unit.billing.story import (
    BED,
    INVOICE,
    NAME,
    PAYER,
    PLACES,
    REGISTRY,
    YEAR,
    Story,
    custody,
)

OTHER = "01930000-0000-7000-8000-000000000002"


def stay(story: Story, number: int, first: date, nights: int) -> None:
    """A custody with that many attested nights."""
    story.arrive(number, first)
    for day in range(nights):
        story.attest(number, first + timedelta(days=day))


def drafted(events: tuple[Event, ...]) -> InvoiceDrafted:
    """The invoice among these events."""
    (found,) = (event for event in events if isinstance(event, InvoiceDrafted))
    return found


def lines(events: tuple[Event, ...]) -> list[InvoiceLineDrafted]:
    """The invoice's lines among these events."""
    return [event for event in events if isinstance(event, InvoiceLineDrafted)]


def test_f11_thirty_attested_nights_at_65_are_invoiced_as_1950(story: Story) -> None:
    story.terms(BED)
    stay(story, 1, date(2025, 4, 1), 30)

    closed, draft, line, issued = story.close("2025-04")

    assert isinstance(closed, PeriodClosed)
    assert isinstance(draft, InvoiceDrafted)
    assert (draft.payer, draft.payee, draft.lines) == ("USA", "SLV", 1)
    assert (draft.earned.amount, draft.drawn.amount, draft.due.amount) == (
        "1950.00",
        "0.00",
        "1950.00",
    )
    assert isinstance(line, InvoiceLineDrafted)
    assert (line.custody, line.quantity, line.amount.amount) == (custody(1), 30, "1950.00")
    assert line.evidence == (EntryRange("accord.example/placement/0", 101, 130),)
    assert isinstance(issued, InvoiceIssued)
    assert issued.due == draft.due


def test_what_was_paid_ahead_is_drawn_and_not_due(story: Story) -> None:
    story.terms(PLACES)
    story.pay_ahead()
    for number in (1, 2, 3):
        stay(story, number, date(2025, 3, 16), 16)

    events = story.close("2025-03")

    draft = drafted(events)
    assert draft.earned == draft.drawn == Money("2630.14", "USD")  # 4,760,000 × 48 / 86,870
    assert draft.due == Money("0.00", "USD")
    assert sum(line.amount.minor for line in lines(events)) == 263014


def test_a_line_s_evidence_names_exactly_the_headcounts_of_its_nights(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 4, 1))
    story.arrive(2, date(2025, 4, 1))
    for day in (1, 2, 3):
        story.attest(1, date(2025, 4, day))
        story.attest(2, date(2025, 4, day))

    first, second = lines(story.close("2025-04"))

    assert [span.first for span in first.evidence] == [101, 103, 105]
    assert [span.last for span in second.evidence] == [102, 104, 106]


def test_a_closed_month_bears_nothing_more_and_late_nights_go_to_the_open_one(
    story: Story,
) -> None:
    story.terms(BED)
    stay(story, 1, date(2025, 4, 1), 2)
    story.close("2025-04")

    (late,) = story.attest(1, date(2025, 4, 3))

    assert isinstance(late, FeeAccrued)
    assert (late.night, late.period) == (date(2025, 4, 3), "2025-05")
    (line,) = lines(story.close("2025-05", invoice=OTHER))
    assert (line.quantity, line.amount.amount) == (1, "65.00")


def test_nights_of_two_months_that_arrive_mixed_are_invoiced_exactly(story: Story) -> None:
    story.terms(pool("places", "100.00", 1, 7, YEAR))
    story.arrive(1, date(2025, 4, 29))
    for night in ("2025-05-02", "2025-04-29", "2025-05-01", "2025-04-30", "2025-05-03"):
        story.attest(1, date.fromisoformat(night))
    story.leave(1, date(2025, 5, 2))

    april, may = story.close("2025-04"), story.close("2025-05", invoice=OTHER)

    assert isinstance(april[-1], InvoiceIssued)
    assert isinstance(may[-1], InvoiceIssued)
    assert drafted(april).earned + drafted(may).earned == Money("42.86", "USD")  # 100 × 3 / 7


def test_a_month_without_nights_has_an_invoice_of_nothing(story: Story) -> None:
    story.terms(BED)

    events = story.close("2025-04")

    assert drafted(events).due == Money("0.00", "USD")
    assert lines(events) == []


def test_a_month_after_the_terms_ended_has_an_invoice_of_nothing(story: Story) -> None:
    story.terms(BED)

    events = story.close("2026-05", now=datetime(2026, 6, 20, 12, tzinfo=UTC))

    assert drafted(events).due == Money("0.00", "USD")


def test_what_is_invoiced_is_accrued_no_more_but_owed(story: Story) -> None:
    story.terms(BED)
    stay(story, 1, date(2025, 4, 1), 2)
    assert story.balances() == {"accrued-SLV": 13000, "accrued-USA": -13000}

    story.close("2025-04")

    assert story.balances() == {
        "accrued-SLV": 0,
        "accrued-USA": 0,
        "receivable-SLV": 13000,
        "payable-USA": -13000,
    }


def test_each_month_is_closed_once(story: Story) -> None:
    story.terms(BED)
    story.close("2025-04")

    with pytest.raises(PeriodAlreadyClosed, match=INVOICE):
        story.close("2025-04", invoice=OTHER)


def test_only_the_state_that_is_paid_closes_a_month(story: Story) -> None:
    with pytest.raises(TermsUnknown):
        story.close("2025-04")
    story.terms(BED)
    with pytest.raises(NotTheReceivingTreasury):
        story.close("2025-04", actor=PAYER)


def refused(story: Story) -> str:
    """The reason of the refusal that was recorded last."""
    (event,) = story.events[-1:]
    assert isinstance(event, PeriodCloseRefused), event
    return event.refusal.reason


@pytest.mark.parametrize(
    ("now", "over"),
    [
        (datetime(2025, 5, 1, 11, 59, tzinfo=UTC), False),
        (datetime(2025, 5, 1, 12, 0, tzinfo=UTC), True),
    ],
)
def test_a_month_is_over_when_it_is_over_in_every_time_zone(
    story: Story, now: datetime, *, over: bool
) -> None:
    story.terms(BED)
    if over:
        story.close("2025-04", now=now)
        return
    with pytest.raises(MonthNotOver):
        story.close("2025-04", now=now)
    assert refused(story) == "MonthNotOver"


def test_f5_nothing_is_invoiced_before_the_terms_are_effective(story: Story) -> None:
    story.terms(BED)

    with pytest.raises(MonthBeforeTerms):
        story.close("2025-02")
    assert refused(story) == "MonthBeforeTerms"


def test_g20_attestor_and_invoicer_are_different_subjects(story: Story) -> None:
    story.terms(BED)
    stay(story, 1, date(2025, 4, 1), 1)

    with pytest.raises(AttestorMayNotInvoice):
        story.close("2025-04", actor=Actor("SLV", "treasury", REGISTRY.subject))
    assert refused(story) == "AttestorMayNotInvoice"
    with pytest.raises(AttestorMayNotInvoice):
        story.close("2025-04", actor=spelt_otherwise(REGISTRY, "treasury"))


def test_one_unpriced_night_makes_the_invoice_unissuable(story: Story) -> None:
    story.terms(pool("p", "100.00", 1, 1, YEAR))
    stay(story, 1, date(2025, 4, 1), 2)

    with pytest.raises(NightsWithoutPrice) as broken:
        story.close("2025-04")

    assert refused(story) == "NightsWithoutPrice"
    assert [finding.evidence for finding in broken.value.findings] == [
        "accord.example/placement/0#102"
    ]


def test_a_hundred_unpriced_nights_are_named_and_the_rest_counted(story: Story) -> None:
    story.terms()
    for number in range(1, 5):
        stay(story, number, date(2025, 4, 1), 30)

    with pytest.raises(NightsWithoutPrice) as broken:
        story.close("2025-04")

    assert len(broken.value.findings) == 101
    assert broken.value.findings[-1].missing == "20 nights more"


def test_an_unpriced_night_that_gets_a_price_no_longer_stands_in_the_way(story: Story) -> None:
    story.terms(pool("p", "100.00", 1, 1, YEAR))
    stay(story, 1, date(2025, 4, 1), 1)
    story.arrive(2, date(2025, 4, 1))
    story.attest(2, date(2025, 4, 1))
    story.leave(1, date(2025, 4, 1))
    with pytest.raises(NightsWithoutPrice):
        story.close("2025-04")

    story.terms(BED, version=2)
    story.arrive(3, date(2025, 4, 1), who=2, agreement=AgreementRef("usa-slv-2025@2"))
    story.attest(3, date(2025, 4, 1), who=2)
    with pytest.raises(NightsWithoutPrice):  # the other custody's waits by itself
        story.close("2025-04")
    story.reprice(2, "2025-04")

    assert drafted(story.close("2025-04")).earned == Money("165.00", "USD")


def test_an_invoice_is_in_one_currency(story: Story) -> None:
    story.terms(BED)
    stay(story, 1, date(2025, 4, 1), 1)
    story.terms(nightly("euro-bed", Money("60.00", "EUR")), version=2, currency="EUR")

    with pytest.raises(CurrenciesMixed):
        story.close("2025-04", agreement=AgreementRef(NAME))
    assert refused(story) == "CurrenciesMixed"
