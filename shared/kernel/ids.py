"""Names for identities, so that a case is never passed where a person is meant.

Every id made by Accord is a UUIDv7 in its canonical text form; facilities and agreements are named
by the states themselves. Values come in with the command: nothing here makes one.
"""

from typing import NewType

PersonId = NewType("PersonId", str)
CaseId = NewType("CaseId", str)
HoldId = NewType("HoldId", str)
ManifestId = NewType("ManifestId", str)
FacilityId = NewType("FacilityId", str)
AgreementId = NewType("AgreementId", str)
InvoiceId = NewType("InvoiceId", str)
AssuranceId = NewType("AssuranceId", str)
ExclusionId = NewType("ExclusionId", str)
SearchId = NewType("SearchId", str)
ServiceId = NewType("ServiceId", str)
SuspensionId = NewType("SuspensionId", str)
IncidentId = NewType("IncidentId", str)
AppropriationId = NewType("AppropriationId", str)
"""A death is named like the custody that it ends; every other incident has an id of its own."""

CustodyId = NewType("CustodyId", str)
"""One person's stay. A case leads to one custody at most, so it carries the UUID of its case."""

AgreementRef = NewType("AgreementRef", str)
"""Agreement id and version as signed: `usa-slv-2025@3`."""

EntryRef = NewType("EntryRef", str)
"""One entry of one log: `<origin>#<sequence>`, as in `accord.example/intake/0#17`."""


def agreement_ref(agreement: AgreementId, version: int) -> AgreementRef:
    """Name one version of an agreement."""
    return AgreementRef(f"{agreement}@{version}")


def agreement_of(ref: AgreementRef) -> AgreementId:
    """The agreement that a reference names, whatever its version."""
    return AgreementId(ref.partition("@")[0])


def version_of(ref: AgreementRef) -> int:
    """The number of the version that a reference names."""
    return int(ref.partition("@")[2])


def custody_of(case: CaseId) -> CustodyId:
    """The custody that a case leads to."""
    return CustodyId(str(case))


def case_of(custody: CustodyId) -> CaseId:
    """The case that a custody came from."""
    return CaseId(str(custody))


def entry_ref(origin: str, sequence: int) -> EntryRef:
    """Name one entry."""
    return EntryRef(f"{origin}#{sequence}")
