"""What intake records: agreements, persons, cases and their facts, holds, manifests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

import msgspec

from shared.contracts.agreement import AgreementDocument
from shared.contracts.codes import (
    CaseKind,
    Code,
    Country,
    HoldForm,
    IdentifierKind,
    Language,
    Office,
    Party,
    Sha256,
)
from shared.kernel.event import Event, Tag
from shared.kernel.ids import (
    AgreementRef,
    CaseId,
    CustodyId,
    EntryRef,
    FacilityId,
    HoldId,
    ManifestId,
    PersonId,
    agreement_of,
)
from shared.kernel.rejected import Refusal

AgreementTag = Annotated[AgreementRef, Tag("agreement", of=agreement_of)]
CaseTag = Annotated[CaseId, Tag("case")]
PersonTag = Annotated[PersonId, Tag("person")]
ManifestTag = Annotated[ManifestId, Tag("manifest")]
FacilityTag = Annotated[FacilityId, Tag("facility")]


class PersonScope(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="person"
):
    """A hold on one person: against every destination, or against one country."""

    person: PersonId
    destination: Country | None = None


class CountryScope(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="country"
):
    """A hold on every departure to a country."""

    country: Country


HoldScope = PersonScope | CountryScope


def scope_tag(scope: HoldScope) -> str:
    """The tag text of a scope: `person:<id>` or `country:SLV`."""
    return (
        f"person:{scope.person}" if isinstance(scope, PersonScope) else f"country:{scope.country}"
    )


ScopeTag = Annotated[HoldScope, Tag("hold-scope", of=scope_tag)]


class AgreementEvent(Event, frozen=True):
    """A fact about an agreement."""

    SUBJECT: ClassVar[str] = "agreement"
    agreement: AgreementTag
    digest: Sha256


class AgreementProposed(AgreementEvent, frozen=True):
    """A version of an agreement was put forward. Nothing happens under it yet."""

    TYPE: ClassVar[str] = "intake.AgreementProposed.v1"
    CANONICAL: ClassVar[bool] = True
    document: AgreementDocument


class AgreementSigned(AgreementEvent, frozen=True):
    """One party signed exactly the document with this digest."""

    TYPE: ClassVar[str] = "intake.AgreementSigned.v1"
    party: Country


class AgreementActivated(AgreementEvent, frozen=True):
    """Both parties have signed; the terms, once more, for those who act on them."""

    TYPE: ClassVar[str] = "intake.AgreementActivated.v1"
    CANONICAL: ClassVar[bool] = True
    document: AgreementDocument


class PersonRegistered(Event, frozen=True):
    """A person has a pseudonym; a salted commitment ties it to the vault."""

    TYPE: ClassVar[str] = "intake.PersonRegistered.v1"
    SUBJECT: ClassVar[str] = "person"
    person: PersonTag
    registered_by: Party
    commitment: Sha256


class CaseEvent(Event, frozen=True):
    """A fact about one person's proposed transfer."""

    SUBJECT: ClassVar[str] = "case"
    case: CaseTag
    person: PersonTag
    agreement: AgreementTag


class CaseProposed(CaseEvent, frozen=True):
    """A person's transfer was proposed."""

    TYPE: ClassVar[str] = "intake.CaseProposed.v1"
    kind: CaseKind
    sending: Country
    receiving: Country


class CaseFact(CaseEvent, frozen=True):
    """A fact that clearance is computed from, signed by an office, with its document."""

    signed_by: Party
    office: Office
    document: Sha256


class IdentityConfirmed(CaseFact, frozen=True):
    """Who the person is, by independent identifiers (G9)."""

    TYPE: ClassVar[str] = "intake.IdentityConfirmed.v1"
    identifiers: tuple[IdentifierKind, ...]


class NationalityDetermined(CaseFact, frozen=True):
    """The person's nationalities, or that they are disputed; none known is an empty list (G7)."""

    TYPE: ClassVar[str] = "intake.NationalityDetermined.v1"
    nationalities: tuple[Country, ...]
    disputed: bool
    instrument: Code | None = None
    """The sending state's own legal instrument that allows the transfer of its national, if any."""


class RiskOfIllTreatmentAssessed(CaseFact, frozen=True):
    """Whether there are substantial grounds to fear ill-treatment there or beyond (G5)."""

    TYPE: ClassVar[str] = "intake.RiskOfIllTreatmentAssessed.v1"
    destination: Country
    onward: tuple[Country, ...]
    substantial_grounds: bool
    valid_until: date


class FitnessToTravelAssessed(CaseFact, frozen=True):
    """Whether the person is fit to travel; no medical detail."""

    TYPE: ClassVar[str] = "intake.FitnessToTravelAssessed.v1"
    fit: bool
    valid_until: date


class NoticeServed(CaseFact, frozen=True):
    """Notice in a language that the person understands (G10)."""

    TYPE: ClassVar[str] = "intake.NoticeServed.v1"
    language: Language
    served_on: date


class CounselAccessRecorded(CaseFact, frozen=True):
    """The person had access to counsel (G10)."""

    TYPE: ClassVar[str] = "intake.CounselAccessRecorded.v1"
    accessed_on: date


class ConsularNoticeRecorded(CaseFact, frozen=True):
    """Consular notice was offered, and the answer (G11)."""

    TYPE: ClassVar[str] = "intake.ConsularNoticeRecorded.v1"
    offered_on: date
    answer: Literal["accepted", "declined", "withheld-without-consent"]


class PersonOpinionRecorded(CaseFact, frozen=True):
    """What the person says about the transfer."""

    TYPE: ClassVar[str] = "intake.PersonOpinionRecorded.v1"
    opinion: Literal["consents", "objects", "gives-none"]


class ReceivingStateAccepted(CaseFact, frozen=True):
    """The receiving state accepts this person, by name of case (G8)."""

    TYPE: ClassVar[str] = "intake.ReceivingStateAccepted.v1"


class ReceivingStateDeclined(CaseFact, frozen=True):
    """The receiving state declines this person."""

    TYPE: ClassVar[str] = "intake.ReceivingStateDeclined.v1"


class ClearanceGranted(CaseEvent, frozen=True):
    """Every required fact is there, in force and signed by the right office, and no hold stands."""

    TYPE: ClassVar[str] = "intake.ClearanceGranted.v1"


class ClearanceRefused(CaseEvent, frozen=True):
    """Clearance was asked for and a rule said no."""

    TYPE: ClassVar[str] = "intake.ClearanceRefused.v1"
    refusal: Refusal


class CaseWithdrawn(CaseEvent, frozen=True):
    """The sending state withdrew the proposal."""

    TYPE: ClassVar[str] = "intake.CaseWithdrawn.v1"


class CaseTransferred(CaseEvent, frozen=True):
    """The receiving state took custody: both signatures stand (G13)."""

    TYPE: ClassVar[str] = "intake.CaseTransferred.v1"
    manifest: ManifestTag
    custody: CustodyId
    accepted: EntryRef


class HoldEvent(Event, frozen=True):
    """A fact about a legal order that forbids a departure."""

    SUBJECT: ClassVar[str] = "hold"
    hold: Annotated[HoldId, Tag("hold")]
    scope: ScopeTag


class HoldAsserted(HoldEvent, frozen=True):
    """An order was received. It blocks at once (G2); an oral one binds from its minute of receipt
    (G3).
    """

    TYPE: ClassVar[str] = "intake.HoldAsserted.v1"
    form: HoldForm
    received_at: datetime
    issued_by: Party
    office: Office
    reference: Code
    asserted_by: str


class HoldVerified(HoldEvent, frozen=True):
    """Somebody else than its asserter confirmed the order with its issuer."""

    TYPE: ClassVar[str] = "intake.HoldVerified.v1"
    instrument: Code
    verified_by: str


class HoldLiftRequested(HoldEvent, frozen=True):
    """The first of two subjects of the issuing office asks to lift the hold. It stands (G2)."""

    TYPE: ClassVar[str] = "intake.HoldLiftRequested.v1"
    instrument: Code
    requested_by: str


class HoldLifted(HoldEvent, frozen=True):
    """Two subjects of the issuing office lifted it by its instrument (G2)."""

    TYPE: ClassVar[str] = "intake.HoldLifted.v1"
    instrument: Code
    lifted_by: str
