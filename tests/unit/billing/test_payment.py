"""A certified invoice is paid in part or in full, by exact cents, and never beyond it (G20)."""

from datetime import date

import pytest

from services.billing.domain.invoice import InvoiceAlreadyCertified, InvoiceUnknown
from services.billing.domain.payment import (
    InvoiceNotCertified,
    PaymentAlreadyRecorded,
    PaymentExceedsOwed,
    PaymentInAnotherCurrency,
    PaymentIsNotPositive,
)
from services.billing.domain.prepayment import NotTheReceivingTreasury
from shared.contracts.payment import InvoiceSettled, PaymentRecorded, PaymentRefused
from shared.kernel.money import Money
from tests.unit.billing.story import BED, INVOICE, PAYER, Story

APRIL = date(2025, 4, 1)


@pytest.fixture
def certified(story: Story) -> Story:
    """Two nights at USD 65.00 are on a certified invoice."""
    _issued(story)
    story.certify()
    return story


def _issued(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, APRIL)
    story.attest(1, APRIL)
    story.attest(1, date(2025, 4, 2))
    story.close("2025-04")


def test_an_invoice_is_paid_in_parts_and_settled_with_the_last(certified: Story) -> None:
    (part,) = certified.pay("100.00")
    assert isinstance(part, PaymentRecorded)
    assert part.outstanding == Money("30.00", "USD")

    last, settled = certified.pay("30.00", "WIRE-2")

    assert isinstance(last, PaymentRecorded)
    assert last.outstanding == Money("0.00", "USD")
    assert isinstance(settled, InvoiceSettled)
    assert (settled.invoice, settled.paid) == (INVOICE, Money("130.00", "USD"))


def test_a_payment_is_cash_for_what_was_receivable_and_the_books_balance(certified: Story) -> None:
    certified.pay("100.00")

    balances = certified.balances()

    assert {name: minor for name, minor in balances.items() if minor} == {
        "cash-SLV": 10_000,
        "cash-USA": -10_000,
        "receivable-SLV": 3_000,
        "payable-USA": -3_000,
    }
    assert sum(balances.values()) == 0


def test_g20_nothing_is_paid_beyond_what_is_owed_in_one_payment_or_in_several(
    certified: Story,
) -> None:
    with pytest.raises(PaymentExceedsOwed, match=r"USD 130\.00 is owed"):
        certified.pay("130.01")
    certified.pay("100.00")
    with pytest.raises(PaymentExceedsOwed, match=r"USD 30\.00 is owed") as refused:
        certified.pay("30.01", "WIRE-2")
    assert isinstance(refused.value.recorded, PaymentRefused)
    assert refused.value.rule == "G20"


def test_g20_a_settled_invoice_owes_nothing_and_is_not_certified_anew(certified: Story) -> None:
    certified.pay("130.00")

    with pytest.raises(PaymentExceedsOwed, match=r"USD 0\.00 is owed"):
        certified.pay("0.01", "WIRE-2")
    with pytest.raises(InvoiceAlreadyCertified):
        certified.certify()


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_g20_a_payment_gives_nothing_back(certified: Story, amount: str) -> None:
    with pytest.raises(PaymentIsNotPositive):
        certified.pay(amount)


def test_f3_an_invoice_is_paid_in_its_own_currency(certified: Story) -> None:
    with pytest.raises(PaymentInAnotherCurrency, match="USD"):
        certified.pay("1.00", currency="EUR")


def test_g20_one_transfer_pays_an_invoice_once(certified: Story) -> None:
    certified.pay("50.00")

    with pytest.raises(PaymentAlreadyRecorded, match="WIRE-1"):
        certified.pay("50.00")


def test_an_invoice_is_certified_before_it_is_paid(story: Story) -> None:
    with pytest.raises(InvoiceUnknown):
        story.pay("1.00")
    _issued(story)

    with pytest.raises(InvoiceNotCertified, match="USA certifies"):
        story.pay("130.00")


def test_who_pays_does_not_say_that_it_was_received(certified: Story) -> None:
    with pytest.raises(NotTheReceivingTreasury, match="SLV"):
        certified.pay("130.00", actor=PAYER)
