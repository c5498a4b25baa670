"""An issued invoice is certified once, by the treasury of the state that pays it."""

from datetime import date

import msgspec
import pytest

from services.billing.domain.invoice import (
    CERTIFY_INVOICE,
    CertifyingState,
    CertifyInvoice,
    InvoiceAlreadyCertified,
    InvoiceUnknown,
    IssuerMayNotCertify,
    NotThePayer,
    fold,
)
from shared.contracts.invoice import (
    CertificationRefused,
    InvoiceCertified,
)
from shared.kernel.actor import Actor
from shared.kernel.ids import InvoiceId
from tests.support.two_subjects import of_another_party, spelt_otherwise
from tests.unit.billing.story import BED, INVOICE, NOW, PAYER, TREASURY, Story


def test_the_payer_certifies_an_issued_invoice(story: Story) -> None:
    story.terms(BED)
    story.close("2025-04")

    certified, _ = story.certify()

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
    """An issuer of the paying party is refused, however the subject is spelt (D10)."""
    story.terms(BED)
    story.close("2025-04")
    issued = story.fold(fold(InvoiceId(INVOICE)))
    by_the_payer = msgspec.structs.replace(issued, issued_by=str(PAYER))
    command = CertifyInvoice(invoice=InvoiceId(INVOICE), now=NOW, actor=spelt_otherwise(PAYER))

    with pytest.raises(IssuerMayNotCertify) as refused:
        CERTIFY_INVOICE.decide(command, CertifyingState(by_the_payer))

    assert isinstance(refused.value.recorded, CertificationRefused)
    assert refused.value.rule == "G20"


def test_d10_the_issuers_name_in_the_paying_state_is_somebody_else(story: Story) -> None:
    story.terms(BED)
    story.close("2025-04")

    certified, _ = story.certify(actor=of_another_party(PAYER, TREASURY))

    assert isinstance(certified, InvoiceCertified)
    assert certified.certified_by == f"USA:treasury:{TREASURY.subject}"


def test_d10_an_attestor_of_another_party_is_somebody_else(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 4, 1))
    story.attest(1, date(2025, 4, 1), by=Actor("USA", "facility-registry", TREASURY.subject))

    assert story.close("2025-04")
