"""A line that the payer disputes is held apart until it is over; a credit note corrects (G20)."""

from datetime import date

import pytest

from services.billing.domain.dispute_line import (
    DisputeExceedsLine,
    DisputeInAnotherCurrency,
    DisputeIsNotPositive,
    InvoiceNotOpenToDispute,
    LineAlreadyDisputed,
    LinePaidAhead,
    LineUnknown,
)
from services.billing.domain.invoice import InvoiceUnknown, LinesInDispute, NotThePayer
from services.billing.domain.payment import PaymentExceedsOwed
from services.billing.domain.prepayment import NotTheReceivingTreasury
from services.billing.domain.settle_dispute import CreditBeyondDispute, LineNotDisputed
from shared.contracts.dispute import (
    CreditNoteIssued,
    DisputeRefused,
    DisputeResolved,
    DisputeWithdrawn,
    InvoiceDisputed,
    ResolutionRefused,
)
from shared.contracts.invoice import InvoiceCertified, InvoiceLineDrafted
from shared.contracts.payment import InvoiceSettled
from shared.kernel.money import Money
from tests.unit.billing.disputing import dispute, resolve_dispute, withdraw_dispute
from tests.unit.billing.story import BED, PAYER, PLACES, TREASURY, Story

APRIL = date(2025, 4, 1)
SECOND = date(2025, 4, 2)


@pytest.fixture
def issued(story: Story) -> Story:
    """Line 1 is two nights of the first person at USD 65.00, line 2 one night of the second."""
    story.terms(BED)
    for number in (1, 2):
        story.arrive(number, APRIL)
        story.attest(number, APRIL)
    story.attest(1, SECOND)
    story.close("2025-04")
    return story


def test_what_is_disputed_is_held_apart_and_the_books_balance(issued: Story) -> None:
    (disputed,) = dispute(issued, 1, "65.00")

    assert isinstance(disputed, InvoiceDisputed)
    assert disputed.in_dispute == Money("65.00", "USD")
    balances = issued.balances()
    assert (balances["disputed-SLV"], balances["receivable-SLV"]) == (6_500, 13_000)
    assert (balances["disputed-USA"], balances["payable-USA"]) == (-6_500, -13_000)
    assert sum(balances.values()) == 0


def test_g20_an_invoice_is_not_certified_while_a_line_of_it_is_disputed(issued: Story) -> None:
    dispute(issued, 1, "65.00")
    dispute(issued, 2, "65.00")
    withdraw_dispute(issued, 1)

    with pytest.raises(LinesInDispute, match="withdraw the dispute") as refused:
        issued.certify()

    assert refused.value.rule == "G20"
    resolve_dispute(issued, 2, "0.00")
    (certified,) = issued.certify()
    assert isinstance(certified, InvoiceCertified)


def test_a_dispute_that_is_withdrawn_is_owed_again(issued: Story) -> None:
    dispute(issued, 1, "65.00")
    (withdrawn,) = withdraw_dispute(issued, 1)

    assert isinstance(withdrawn, DisputeWithdrawn)
    assert withdrawn.in_dispute == Money("0.00", "USD")
    assert issued.balance("disputed-SLV") == 0
    assert issued.balance("receivable-SLV") == 19_500


def test_g20_a_credit_note_corrects_the_invoice_and_what_is_paid_of_it(issued: Story) -> None:
    dispute(issued, 1, "65.00")
    resolved, note = resolve_dispute(issued, 1, "65.00")

    assert isinstance(resolved, DisputeResolved)
    assert isinstance(note, CreditNoteIssued)
    assert (note.credit_note, note.outstanding) == (1, Money("130.00", "USD"))
    assert issued.balance("deductions-SLV") == 6_500
    issued.certify()
    with pytest.raises(PaymentExceedsOwed, match=r"USD 130\.00"):
        issued.pay("195.00")
    _, settled = issued.pay("130.00")
    assert isinstance(settled, InvoiceSettled)
    assert settled.paid == Money("130.00", "USD")


def test_what_is_not_conceded_is_owed_and_may_be_disputed_again(issued: Story) -> None:
    dispute(issued, 1, "100.00")
    _, first = resolve_dispute(issued, 1, "40.00")
    dispute(issued, 1, "90.00")
    _, second = resolve_dispute(issued, 1, "90.00")

    assert isinstance(first, CreditNoteIssued)
    assert isinstance(second, CreditNoteIssued)
    assert (first.credit_note, second.credit_note) == (1, 2)
    assert second.outstanding == Money("65.00", "USD")


def test_an_invoice_of_which_all_is_credited_is_settled_when_it_is_certified(issued: Story) -> None:
    for line, amount in ((1, "130.00"), (2, "65.00")):
        dispute(issued, line, amount)
        resolve_dispute(issued, line, amount)

    _, settled = issued.certify()

    assert isinstance(settled, InvoiceSettled)
    assert settled.paid == Money("0.00", "USD")


def test_a_month_that_comes_to_nothing_is_settled_when_it_is_certified(story: Story) -> None:
    story.terms(BED)
    story.close("2025-04")

    certified, settled = story.certify()

    assert isinstance(certified, InvoiceCertified)
    assert isinstance(settled, InvoiceSettled)


@pytest.mark.parametrize("amount", ["130.01", "10000.00"])
def test_g20_no_more_is_disputed_than_the_line_charges(issued: Story, amount: str) -> None:
    with pytest.raises(DisputeExceedsLine, match=r"USD 130\.00 is owed") as refused:
        dispute(issued, 1, amount)
    assert isinstance(refused.value.recorded, DisputeRefused)


def test_g20_what_was_credited_of_a_line_is_not_credited_twice(issued: Story) -> None:
    dispute(issued, 1, "100.00")
    resolve_dispute(issued, 1, "100.00")

    with pytest.raises(DisputeExceedsLine, match=r"USD 30\.00 is owed"):
        dispute(issued, 1, "30.01")


def test_g20_no_more_is_disputed_than_the_invoice_comes_to(story: Story) -> None:
    """A night taken back from a closed month makes the next invoice smaller than its lines."""
    story.terms(BED)
    story.arrive(1, date(2025, 3, 30))
    story.attest(1, date(2025, 3, 30))
    story.attest(1, date(2025, 3, 31))
    story.close("2025-03", invoice="01930000-0000-7000-8000-000000000009")
    story.leave(1, date(2025, 3, 31))
    story.arrive(2, APRIL)
    story.attest(2, APRIL)
    story.attest(2, SECOND)
    story.close("2025-04")
    lines = {event.line: event for event in story.events if isinstance(event, InvoiceLineDrafted)}
    charged = next(line for line, event in lines.items() if event.amount.minor > 0)

    with pytest.raises(DisputeExceedsLine, match=r"USD 65\.00 is owed"):
        dispute(story, charged, "65.01")
    taken_back = next(line for line, event in lines.items() if event.amount.minor < 0)
    with pytest.raises(DisputeExceedsLine, match=r"USD 0\.00 is owed"):
        dispute(story, taken_back, "0.01")


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_g20_a_dispute_is_above_zero(issued: Story, amount: str) -> None:
    with pytest.raises(DisputeIsNotPositive):
        dispute(issued, 1, amount)


def test_f3_a_line_is_disputed_in_its_own_currency(issued: Story) -> None:
    with pytest.raises(DisputeInAnotherCurrency, match="USD"):
        dispute(issued, 1, "1.00", currency="EUR")


def test_f7_a_line_that_a_prepayment_bears_owes_nothing_to_dispute(story: Story) -> None:
    story.terms(PLACES)
    story.pay_ahead()
    story.arrive(1, APRIL)
    story.attest(1, APRIL)
    story.close("2025-04")

    with pytest.raises(LinePaidAhead, match="paid ahead"):
        dispute(story, 1, "1.00")


def test_each_side_acts_for_itself_in_a_dispute(issued: Story) -> None:
    with pytest.raises(NotThePayer, match="USA"):
        dispute(issued, 1, "65.00", actor=TREASURY)
    dispute(issued, 1, "65.00")
    with pytest.raises(NotThePayer, match="USA"):
        withdraw_dispute(issued, 1, actor=TREASURY)
    with pytest.raises(NotTheReceivingTreasury, match="SLV"):
        resolve_dispute(issued, 1, "65.00", actor=PAYER)


def test_a_line_has_one_open_dispute_and_it_ends_once(issued: Story) -> None:
    with pytest.raises(LineNotDisputed):
        withdraw_dispute(issued, 1)
    dispute(issued, 1, "65.00")
    with pytest.raises(LineAlreadyDisputed, match="withdraw"):
        dispute(issued, 1, "1.00")
    resolve_dispute(issued, 1, "0.00")
    with pytest.raises(LineNotDisputed):
        resolve_dispute(issued, 1, "0.00")


@pytest.mark.parametrize(
    ("credit", "currency"), [("65.01", "USD"), ("-0.01", "USD"), ("1.00", "EUR")]
)
def test_g20_a_credit_note_gives_back_what_was_disputed_at_most(
    issued: Story, credit: str, currency: str
) -> None:
    dispute(issued, 1, "65.00")
    with pytest.raises(CreditBeyondDispute, match=r"USD 65\.00 is disputed") as refused:
        resolve_dispute(issued, 1, credit, currency=currency)
    assert isinstance(refused.value.recorded, ResolutionRefused)


def test_what_is_disputed_is_on_an_invoice_that_waits_for_its_certificate(story: Story) -> None:
    with pytest.raises(InvoiceUnknown):
        dispute(story, 1, "1.00")
    with pytest.raises(InvoiceUnknown):
        withdraw_dispute(story, 1)
    story.terms(BED)
    story.arrive(1, APRIL)
    story.attest(1, APRIL)
    story.close("2025-04")
    with pytest.raises(LineUnknown, match="1 lines, and no line 2"):
        dispute(story, 2, "1.00")
    story.certify()
    with pytest.raises(InvoiceNotOpenToDispute, match="open month"):
        dispute(story, 1, "1.00")
