"""Disputes and credit notes: what an audit makes of them from the rule alone (G20)."""

from __future__ import annotations

import pytest

from shared.contracts.dispute import (
    CreditNoteIssued,
    DisputeResolved,
    DisputeWithdrawn,
    InvoiceDisputed,
)
from shared.contracts.invoice import InvoiceCertified, InvoiceIssued
from shared.contracts.payment import InvoiceSettled, PaymentRecorded
from shared.kernel.money import Money
from tests.unit.audit.disputes_told import credited_in_full, disputed
from tests.unit.audit.payments_told import certified
from tests.unit.audit.rules import SIDES, Row, breaks, broken, differs, missing
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering, said

CENT = Money("0.01", "USD")
LAST = (InvoiceDisputed, 2)
ROWS: dict[str, Row] = {
    "no more than the line charges": (
        InvoiceDisputed, {"amount": Money("130.01", "USD")}, broken("G20")),
    "no more than is left after a credit note": (
        LAST, {"amount": Money("70.51", "USD")}, broken("G20")),
    "above zero": (InvoiceDisputed, {"amount": Money("0.00", "USD")}, broken("G20")),
    "in the invoice's currency": (
        InvoiceDisputed, {"amount": Money("1.00", "EUR")}, broken("F3")),
    "of a line that the invoice has": (InvoiceDisputed, {"line": 9}, broken("G20")),
    "what is disputed of all lines": (InvoiceDisputed, {"in_dispute": CENT}, differs("G20")),
    "held apart from what is receivable": (
        InvoiceDisputed, {"postings": ()}, differs("double entry")),
    "who disputes says so": (InvoiceDisputed, {"disputed_by": "USA:ops:x"}, broken("G20")),
    "withdrawn as it was disputed": (DisputeWithdrawn, {"amount": CENT}, broken("G20")),
    "who withdraws says so": (DisputeWithdrawn, {"withdrawn_by": "USA:ops:x"}, broken("G20")),
    "nothing is in dispute after it": (DisputeWithdrawn, {"in_dispute": CENT}, differs("G20")),
    "answered as it was disputed": (DisputeResolved, {"amount": CENT}, broken("G20")),
    "a credit of what is disputed at most": (
        DisputeResolved, {"credited": Money("79.51", "USD")}, broken("G20")),
    "nothing is credited below zero": (DisputeResolved, {"credited": -CENT}, broken("G20")),
    "credited in its currency": (
        DisputeResolved, {"credited": Money("59.50", "EUR")}, broken("G20")),
    "who answers says so": (DisputeResolved, {"resolved_by": "SLV:ops:x"}, broken("G20")),
    "a credit note of what was conceded": (CreditNoteIssued, {"amount": CENT}, broken("G20")),
    "credit notes are numbered": (CreditNoteIssued, {"credit_note": 2}, broken("G20")),
    "what is owed after it": (CreditNoteIssued, {"outstanding": CENT}, differs("G20")),
    "a deduction from what is receivable": (
        CreditNoteIssued, {"postings": ()}, differs("double entry")),
    "who issues it says so": (CreditNoteIssued, {"issued_by": "SLV:ops:x"}, broken("G20")),
    "settled for what was paid": (
        InvoiceSettled, {"paid": Money("159.00", "USD")}, differs("G20")),
}  # fmt: skip


def test_g20_a_line_is_disputed_answered_and_credited_and_the_rest_is_paid() -> None:
    assert audited(disputed())[1] == []
    assert audited(credited_in_full())[1] == []


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_g20_whatever_else_is_said_of_a_dispute_is_found(row: Row) -> None:
    assert breaks(disputed(), row)


@pytest.mark.parametrize("kind", [InvoiceDisputed, DisputeWithdrawn])
def test_only_the_treasury_of_the_state_that_pays_disputes(kind: type[InvoiceDisputed]) -> None:
    for actor in ("SLV:treasury:x", "USA:ops:x"):
        assert SIDES in Tampering(disputed(), kind).envelope(actor=actor).here()


@pytest.mark.parametrize("kind", [DisputeResolved, CreditNoteIssued])
def test_only_the_treasury_of_the_state_that_is_paid_answers(kind: type[DisputeResolved]) -> None:
    for actor in ("USA:treasury:x", "SLV:ops:x"):
        assert SIDES in Tampering(disputed(), kind).envelope(actor=actor).here()


def test_g20_an_invoice_is_not_certified_while_a_line_of_it_is_disputed() -> None:
    facts = Tampering(disputed(), DisputeResolved, 1).gone().facts
    assert broken("G20") in Tampering(facts, InvoiceCertified).here()


def test_g20_a_credit_note_follows_what_was_conceded_and_nothing_else() -> None:
    unsaid = Tampering(disputed(), CreditNoteIssued).gone()
    assert missing("G20") in said(unsaid.findings())
    unasked = Tampering(disputed(), DisputeResolved).gone()
    assert broken("G20") in Tampering(unasked.facts, CreditNoteIssued).here()


def test_g20_what_is_certified_with_nothing_left_to_pay_is_settled() -> None:
    unsaid = Tampering(credited_in_full(), InvoiceSettled).gone()
    assert ("coverage-incomplete", "G20") in said(unsaid.findings())


def test_g20_an_invoice_below_zero_is_settled_by_nothing_yet() -> None:
    below = Tampering(certified().facts(), InvoiceIssued).event(due=-CENT)
    assert broken("G20") in Tampering(below.facts, InvoiceSettled).here()


@pytest.mark.parametrize(
    "kind", [InvoiceDisputed, DisputeWithdrawn, DisputeResolved, CreditNoteIssued]
)
def test_g20_a_dispute_of_what_was_never_issued_is_found(kind: type[InvoiceDisputed]) -> None:
    facts = Tampering(disputed(), InvoiceIssued).gone().facts
    assert broken("G20") in Tampering(facts, kind).here()


def test_g20_a_dispute_of_a_certified_invoice_is_found() -> None:
    words = Tampering(disputed(), InvoiceDisputed).words
    late = Tampering(disputed(), PaymentRecorded).instead(words)
    assert broken("G20") in late.here()
