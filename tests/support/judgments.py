"""A synthetic judgment as the first version of its type had it."""

from datetime import date

from shared.contracts.former import LegalBasisRecordedV1
from shared.kernel.ids import AgreementRef, CaseId, PersonId


def judgment_v1(*, final: bool = True, days_remaining: int = 700) -> LegalBasisRecordedV1:
    """What was recorded before finality and the days that remain had dates."""
    return LegalBasisRecordedV1(
        case=CaseId("01900001-0000-7000-8000-00000000000c"),
        person=PersonId("01900001-0000-7000-8000-00000000000d"),
        agreement=AgreementRef("usa-slv-2025@1"),
        signed_by="USA",
        office="intake-agency",
        document="ab" * 32,
        court="Circuit Court 1",
        reference="CR-2019-77",
        judged_on=date(2020, 5, 4),
        final=final,
        offence="0501",
        days_remaining=days_remaining,
    )
