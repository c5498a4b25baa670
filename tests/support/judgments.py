"""A synthetic judgment as the first version of its type had it, and the entry that it stands in."""

import json
from datetime import date

import msgspec

from shared.contracts.former import LegalBasisRecordedV1
from shared.contracts.upcasting import newest
from shared.kernel.ids import AgreementRef, CaseId, PersonId
from tests.support.entries import FOREIGN, entry


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


def entry_v1(sequence: int, former: LegalBasisRecordedV1, origin: str = FOREIGN) -> bytes:
    """Its entry, as a process of that version wrote it; nobody writes one any more."""
    attributes = json.loads(entry(sequence, newest(former), origin))
    attributes |= {"type": former.TYPE, "data": msgspec.to_builtins(former)}
    return json.dumps(attributes, separators=(",", ":")).encode()
