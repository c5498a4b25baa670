"""Payments: what an audit makes of them from the rule alone (G20: paid once, as billed once)."""

from __future__ import annotations

from datetime import date

import pytest

from shared.contracts.invoice import InvoiceCertified, InvoiceDrafted, PeriodClosed
from shared.contracts.payment import InvoiceSettled, PaymentRecorded
from shared.kernel.money import Money
from shared.tariff.accounts import Account, Posting
from tests.unit.audit.payments_told import certified, paid_in_two
from tests.unit.audit.rules import SIDES, Row, breaks, broken, differs
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering, said

CENT, DOLLAR = Money("0.01", "USD"), Money("1.00", "USD")
SECOND = (PaymentRecorded, 1)
HALF = (Posting(Account("cash", "SLV"), DOLLAR), Posting(Account("cash", "USA"), -DOLLAR))
ROWS: dict[str, Row] = {
    "what is left is what was owed less the payment": (
        PaymentRecorded, {"outstanding": DOLLAR}, differs("G20")),
    "nothing beyond what is owed": (SECOND, {"amount": Money("59.01", "USD")}, broken("G20")),
    "more than nothing": (PaymentRecorded, {"amount": Money("0.00", "USD")}, broken("G20")),
    "nothing is given back by a payment": (PaymentRecorded, {"amount": -DOLLAR}, broken("G20")),
    "in the invoice's currency": (PaymentRecorded, {"amount": Money("1.00", "EUR")}, broken("F3")),
    "cash for what was receivable": (PaymentRecorded, {"postings": HALF}, differs("double entry")),
    "one transfer pays once": (SECOND, {"reference": "WIRE-1"}, broken("G20")),
    "received by then": (PaymentRecorded, {"received_on": date(2031, 1, 1)}, broken("G20")),
    "who records it says so": (PaymentRecorded, {"recorded_by": "SLV:ops:x"}, broken("G20")),
    "settled for what was due": (InvoiceSettled, {"paid": CENT}, differs("G20")),
}  # fmt: skip


def test_g20_an_invoice_is_paid_in_parts_and_settled_with_the_last() -> None:
    assert audited(paid_in_two())[1] == []
    assert [type(fact.event) for fact in paid_in_two()[-3:]] == [
        PaymentRecorded,
        PaymentRecorded,
        InvoiceSettled,
    ]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_g20_whatever_else_is_said_of_a_payment_is_found(row: Row) -> None:
    assert breaks(paid_in_two(), row)


def test_only_the_treasury_of_the_state_that_is_paid_records_it() -> None:
    for actor in ("GTM:treasury:x", "USA:treasury:x", "SLV:ops:x"):
        assert SIDES in Tampering(paid_in_two(), PaymentRecorded).envelope(actor=actor).here()


def test_g20_an_invoice_is_certified_before_it_is_paid() -> None:
    facts = Tampering(paid_in_two(), InvoiceCertified).gone().facts
    assert broken("G20") in Tampering(facts, PaymentRecorded).here()


def test_g20_a_payment_of_an_invoice_that_nobody_drafted_is_found() -> None:
    facts = Tampering(paid_in_two(), InvoiceDrafted).gone().facts
    assert broken("G20") in Tampering(facts, PaymentRecorded).here()


def test_g20_an_invoice_is_settled_by_its_last_payment_alone() -> None:
    last = Tampering(paid_in_two(), *SECOND).gone()
    assert broken("G20") in Tampering(last.facts, InvoiceSettled).here()
    unsaid = Tampering(paid_in_two(), InvoiceSettled).gone()
    assert ("coverage-incomplete", "G20") in said(unsaid.findings())


def test_g20_where_nothing_is_owed_nothing_is_paid() -> None:
    """A month without a night comes to nothing: a payment of its invoice has no receivable."""
    story = certified()
    story.closed("2025-04", 2)
    facts = story.facts()
    payment = Tampering(paid_in_two(), PaymentRecorded).words
    assert broken("G20") in Tampering(facts, PeriodClosed, 1).instead(payment).here()
