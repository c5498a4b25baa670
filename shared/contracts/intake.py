"""What intake records: agreements, persons, cases and their facts, holds, manifests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

import msgspec

from shared.contracts.agreement import AgreementDocument
from shared.contracts.agreement_signature import DetachedJws
from shared.contracts.hold import OrdersSeen
from shared.contracts.laws import SIDES, Copied, Happened, Laws, Names, Past, Says, Signed
from shared.kernel.codes import (
    CaseKind,
    Code,
    Country,
    DocumentKind,
    IdentifierKind,
    Language,
    NationalityCode,
    Office,
    Party,
    Sha256,
)
from shared.kernel.dates import utc_date
from shared.kernel.event import Event, Tag
from shared.kernel.ids import (
    AgreementRef,
    CaseId,
    CustodyId,
    EntryRef,
    FacilityId,
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
UNDER_WAY = Tag("under-way", of=lambda _: "changed")
"""Somebody departed, or it is over for them: so it is known who is under way (D7)."""

DEPARTED_ON = Tag("departed-on", of=lambda at: utc_date(at).isoformat())
"""The day of a departure, in UTC: an order that is told late is held against those since its
receipt (D7).
"""


UNDER_ITS_AGREEMENT = Copied("agreement", of="CaseProposed", by="case", rule="ledger")
"""A case keeps its version; its journey and custody are under the one in force then (D6)."""
BY_THE_CASES_SENDER = Signed("sending", of="CaseProposed", by="case")
OF_THE_AGREEMENT = "sending=document.parties.sending receiving=document.parties.receiving"
"""The two states, as the agreement in force names them."""


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
    """One party signed exactly the document with this digest, with a key of its own."""

    TYPE: ClassVar[str] = "intake.AgreementSigned.v1"
    LAWS: ClassVar[Laws] = (
        Copied("digest", of="AgreementProposed", by="agreement", rule="F8"),
        Says("party", "party", SIDES),
    )
    party: Country
    signature: DetachedJws
    """Over the canonical terms, by the state's own key: whoever has that key can check it."""


class AgreementActivated(AgreementEvent, frozen=True):
    """Both parties have signed; the terms, once more, for those who act on them."""

    TYPE: ClassVar[str] = "intake.AgreementActivated.v1"
    CANONICAL: ClassVar[bool] = True
    LAWS: ClassVar[Laws] = (
        Copied("digest document", of="AgreementProposed", by="agreement", rule="F8"),
    )
    document: AgreementDocument


class HeldDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document that the vault holds of a person: its kind, and not what stands in it.

    `paper` is a salted hash of who issued it and its number, whatever its kind: one paper that is
    registered as two kinds is one (G9). The salt is the person's own and lies in the vault.
    """

    kind: DocumentKind
    paper: Sha256


class PersonRegistered(Event, frozen=True):
    """A person has a pseudonym; salted commitments tie it and its documents to the vault."""

    TYPE: ClassVar[str] = "intake.PersonRegistered.v1"
    SUBJECT: ClassVar[str] = "person"
    LAWS: ClassVar[Laws] = (Says("registered_by", "party", SIDES),)
    person: PersonTag
    registered_by: Party
    commitment: Sha256
    documents: tuple[HeldDocument, ...] = ()
    """What may confirm who the person is, besides a record of the body or a consulate's word."""
    meant_by: str | None = None  # whoever registered whom an order means (D9); none for an agency


class CaseEvent(Event, frozen=True):
    """A fact about one person's proposed transfer."""

    SUBJECT: ClassVar[str] = "case"
    LAWS: ClassVar[Laws] = (Copied("person", of="CaseProposed", by="case", rule="ledger"),)
    case: CaseTag
    person: PersonTag
    agreement: AgreementTag


class CaseProposed(CaseEvent, frozen=True):
    """A person's transfer was proposed."""

    TYPE: ClassVar[str] = "intake.CaseProposed.v1"
    LAWS: ClassVar[Laws] = (
        Says("sending", "party", SIDES),
        Copied("sending=registered_by", of="PersonRegistered", by="person", rule=SIDES),
        Copied(OF_THE_AGREEMENT, of="AgreementActivated", by="agreement", rule="parties"),
        Happened("proposed_at", "G4"),
    )
    kind: CaseKind
    sending: Country
    receiving: Country
    proposed_at: datetime
    """No step of the case is on an earlier day."""


class CaseFact(CaseEvent, frozen=True, kw_only=True):
    """A fact that clearance is computed from, signed by an office, with its document."""

    LAWS: ClassVar[Laws] = (
        UNDER_ITS_AGREEMENT,
        Says("signed_by", "party", SIDES),
        Says("office", "office", SIDES),
    )

    signed_by: Party
    office: Office
    document: Sha256
    after_departure: bool = False
    """Whether the person had departed by then: it is looked at whether it would have stopped that
    (D7).
    """


class IdentityConfirmed(CaseFact, frozen=True):
    """Who the person is, by independent identifiers (G9)."""

    TYPE: ClassVar[str] = "intake.IdentityConfirmed.v1"
    identifiers: tuple[IdentifierKind, ...]


class NationalityDetermined(CaseFact, frozen=True):
    """The person's nationalities, or that they are disputed; none known is an empty list (G7)."""

    TYPE: ClassVar[str] = "intake.NationalityDetermined.v1"
    nationalities: tuple[NationalityCode, ...]
    disputed: bool
    instrument: Code | None = None
    """The sending state's own legal instrument that allows the transfer of its national, if any."""


class RiskOfIllTreatmentAssessed(CaseFact, frozen=True):
    """Whether there are substantial grounds to fear ill-treatment there or beyond (G5)."""

    TYPE: ClassVar[str] = "intake.RiskOfIllTreatmentAssessed.v1"
    LAWS: ClassVar[Laws] = (Past("assessed_on", "G5"),)
    destination: Country
    onward: tuple[Country, ...]
    substantial_grounds: bool
    valid_until: date
    assessed_on: date | None = None
    """From which day the agreement's longest term counts; nothing shortens one that says none, but
    the audit finds it where it was recorded for longer.
    """


class FitnessToTravelAssessed(CaseFact, frozen=True):
    """Whether the person is fit to travel; no medical detail."""

    TYPE: ClassVar[str] = "intake.FitnessToTravelAssessed.v1"
    LAWS: ClassVar[Laws] = (Past("assessed_on", "G8"),)
    fit: bool
    valid_until: date
    assessed_on: date | None = None
    """Like that of a risk assessment."""


class NoticeServed(CaseFact, frozen=True):
    """Notice in a language that the person understands (G10)."""

    TYPE: ClassVar[str] = "intake.NoticeServed.v1"
    LAWS: ClassVar[Laws] = (Past("served_on", "G10"),)
    language: Language
    served_on: date


class CounselAccessRecorded(CaseFact, frozen=True):
    """The person had access to counsel (G10)."""

    TYPE: ClassVar[str] = "intake.CounselAccessRecorded.v1"
    LAWS: ClassVar[Laws] = (Past("accessed_on", "G10"),)
    accessed_on: date


class ConsularNoticeRecorded(CaseFact, frozen=True):
    """Consular notice was offered, and the answer (G11)."""

    TYPE: ClassVar[str] = "intake.ConsularNoticeRecorded.v1"
    LAWS: ClassVar[Laws] = (Past("offered_on", "G11"),)
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
    """Every required fact is there, in force and signed by the right office, and no hold stands.

    It stands for the orders that it names: one more against the destination undoes it (G3, G4).
    """

    TYPE: ClassVar[str] = "intake.ClearanceGranted.v1"
    LAWS: ClassVar[Laws] = (UNDER_ITS_AGREEMENT, BY_THE_CASES_SENDER)
    orders: tuple[OrdersSeen, ...] = ()
    """What had been asserted against everybody who goes there, by scope; none, if nothing had."""


class ClearanceRefused(CaseEvent, frozen=True):
    """Clearance was asked for and a rule said no."""

    TYPE: ClassVar[str] = "intake.ClearanceRefused.v1"
    refusal: Refusal


class CaseWithdrawn(CaseEvent, frozen=True):
    """The sending state withdrew the proposal."""

    TYPE: ClassVar[str] = "intake.CaseWithdrawn.v1"
    LAWS: ClassVar[Laws] = (UNDER_ITS_AGREEMENT, BY_THE_CASES_SENDER, Past("withdrawn_on", "G22"))
    withdrawn_on: date | None = None  # in UTC: the retention counts from it


class CaseTransferred(CaseEvent, frozen=True):
    """The receiving state took custody: both signatures stand (G13)."""

    TYPE: ClassVar[str] = "intake.CaseTransferred.v1"
    LAWS: ClassVar[Laws] = (
        Says("accepted", "causation", "G13"),
        Names("accepted", of="CustodyAccepted", by="custody", rule="G13"),
        Copied("person agreement", of="CustodyAccepted", by="custody", rule="ledger"),
        Copied("manifest", of="PersonManifested", by="case", rule="G13"),
    )
    manifest: ManifestTag
    custody: Annotated[CustodyId, UNDER_WAY]
    accepted: EntryRef
