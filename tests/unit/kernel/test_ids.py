"""Identities: what one says of another."""

from shared.kernel.ids import (
    AgreementId,
    AgreementRef,
    CaseId,
    agreement_of,
    agreement_ref,
    case_of,
    custody_of,
    entry_ref,
)


def test_a_case_and_its_custody_carry_one_uuid() -> None:
    case = CaseId("01890a5d-ac96-774b-bcce-b302099a8058")
    assert case_of(custody_of(case)) == case


def test_a_reference_names_an_agreement_and_its_version() -> None:
    ref = agreement_ref(AgreementId("usa-slv-2025"), 3)
    assert ref == AgreementRef("usa-slv-2025@3")
    assert agreement_of(ref) == "usa-slv-2025"


def test_an_entry_is_named_by_its_log_and_index() -> None:
    assert entry_ref("accord.example/intake/0", 17) == "accord.example/intake/0#17"
