"""An issued invoice is certified once, by the treasury of the state that pays it."""

import pytest

from services.billing.domain.invoice import (
    InvoiceAlreadyCertified,
    InvoiceNotIssued,
    InvoiceUnknown,
    IssuerMayNotCertify,
    NotThePayer,
)
from shared.contracts.invoice import (
    CertificationRefused,
    InvoiceCertified,
    InvoiceIssued,
    InvoiceMismatched,
)
from shared.kernel.actor import Actor
from shared.kernel.money import Money
from tests.unit.billing.story import BED, INVOICE, PAYER, TREASURY, Story


def test_the_payer_certifies_an_issued_invoice(story: Story) -> None:
    story.terms(BED)
    story.close("2025-04")

    (certified,) = story.certify()

    assert isinstance(certified, InvoiceCertified)
    assert (certified.invoice, certified.certified_by) == (INVOICE, str(PAYER))


def test_an_invoice_is_certified_once(story: Story) -> None:
    story.terms(BED)
    story.close("2025-04")
    story.certify()

    with pytest.raises(InvoiceAlreadyCertified):
        story.certify()


def test_another_party_cannot_certify(story: Story) -> None:
    with pytest.raises(InvoiceUnknown):
        story.certify()
    story.terms(BED)
    story.close("2025-04")
    with pytest.raises(NotThePayer, match="USA"):
        story.certify(actor=TREASURY)


def test_requester_and_approver_are_never_the_same_subject(story: Story) -> None:
    story.terms(BED)
    story.close("2025-04")

    with pytest.raises(IssuerMayNotCertify):
        story.certify(actor=Actor("USA", "treasury", TREASURY.subject))

    refusal = story.log[-1]
    assert isinstance(refusal, CertificationRefused)
    assert refusal.refusal.reason == "IssuerMayNotCertify"


def test_a_mismatched_invoice_cannot_be_certified(story: Story) -> None:
    story.terms(BED)
    issued = story.close("2025-04")[-1]
    assert isinstance(issued, InvoiceIssued)
    story.log[-1] = InvoiceMismatched(
        invoice=issued.invoice,
        agreement=issued.agreement,
        period=issued.period,
        expected=Money("0.00", "USD"),
        drafted=Money("1.00", "USD"),
    )

    with pytest.raises(InvoiceNotIssued):
        story.certify()
    assert isinstance(story.log[-1], CertificationRefused)
