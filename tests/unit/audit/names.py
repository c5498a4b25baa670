"""The names that honest stories are told with: who acts, on what, under which terms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.contracts.agreement import AgreementDocument, read_agreement
from shared.contracts.manifest import Custodian
from shared.kernel.actor import Actor
from shared.kernel.ids import (
    AgreementId,
    CaseId,
    CustodyId,
    FacilityId,
    HoldId,
    InvoiceId,
    ManifestId,
    PersonId,
    SuspensionId,
)
from tests.support.first_agreement import first_agreement

AGREEMENT = AgreementId("usa-slv-2025")
CECOT = FacilityId("cecot")
PAPER = "ab" * 32
ZERO = timedelta(0)

AGENCY = Actor("USA", "intake-agency", "intake-desk-1")
OTHER_STATE = Actor("SLV", "intake-agency", "mesa-1")
COLLEAGUE = Actor("USA", "intake-agency", "intake-desk-2")
AUTHORITY = Actor("USA", "central-authority", "authority/one")
ESCORT = Actor("USA", "escort", "escort/one")
THEIRS = Actor("SLV", "central-authority", "autoridad/una")
REGISTRY = Actor("SLV", "facility-registry", "cecot/registry")
SECOND = Actor("SLV", "facility-registry", "cecot/director")
TREASURY = Actor("SLV", "treasury", "hacienda/una")
PAYER = Actor("USA", "treasury", "treasury/one")
CLERK_ALONE = Actor("XX", "court", "clerk-7")
"""Who names no body, so that a hold has no second subject at first."""
CLERK = Actor("XX", "court", "district-court-9/clerk-1")
JUDGE = Actor("XX", "court", "district-court-9/clerk-2")
CUSTODIAN = Custodian(party="SLV", body="cecot", responsible_state="SLV")


def identity(kind: int, number: int) -> str:
    """An id of some kind, the same for the same number."""
    return f"0190000{kind}-0000-7000-8000-{number:012d}"


def case(number: int) -> CaseId:
    return CaseId(identity(1, number))


def custody(number: int) -> CustodyId:
    return CustodyId(identity(1, number))


def person(number: int) -> PersonId:
    return PersonId(identity(2, number))


def journey(number: int) -> ManifestId:
    return ManifestId(identity(3, number))


def hold(number: int) -> HoldId:
    return HoldId(identity(4, number))


def suspension(number: int) -> SuspensionId:
    return SuspensionId(identity(6, number))


def invoice(number: int) -> InvoiceId:
    return InvoiceId(identity(5, number))


def document(**changed: object) -> AgreementDocument:
    """The first agreement, with some of its terms changed."""
    return read_agreement({**first_agreement(), **changed})


NIGHTLY: dict[str, Any] = {
    "currency": "USD",
    "components": [
        {
            "kind": "per-night",
            "id": "bed",
            "rate": {"amount": "65.00", "currency": "USD"},
            "rounding": {"mode": "half-even", "place": "2"},
        },
        {
            "kind": "per-night",
            "id": "guard",
            "rate": {"amount": "14.50", "currency": "USD"},
            "rounding": {"mode": "half-even", "place": "2"},
            "beside": ["bed"],
        },
    ],
}
"""A tariff of two components, each charged by the night (F10)."""
