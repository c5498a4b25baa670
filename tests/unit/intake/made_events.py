"""Events of intake as tests want them: an agreement, a case with its facts, an order."""

from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec

from services.intake.domain.parties import office_of
from shared.contracts.agreement import AgreementDocument, digest, read_agreement
from shared.contracts.hold import HoldAsserted, HoldScope, PersonScope
from shared.contracts.intake import (
    AgreementProposed,
    AgreementSigned,
    CaseFact,
    CaseProposed,
    CaseTransferred,
    CaseWithdrawn,
    ClearanceGranted,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    FitnessToTravelAssessed,
    HeldDocument,
    IdentityConfirmed,
    NationalityDetermined,
    NoticeServed,
    PersonOpinionRecorded,
    PersonRegistered,
    ReceivingStateAccepted,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.actor import Actor
from shared.kernel.codes import CaseKind
from shared.kernel.event import Event
from shared.kernel.ids import (
    AgreementId,
    CaseId,
    EntryRef,
    HoldId,
    ManifestId,
    PersonId,
    custody_of,
)
from tests.support.first_agreement import first_agreement
from tests.support.signing import signature_of

Command = TypeVar("Command")
State = TypeVar("State")

NOW = datetime(2025, 3, 18, 12, tzinfo=UTC)
TODAY = NOW.date()
PROPOSED_AT = datetime(2025, 3, 16, 9, tzinfo=UTC)
PERSON = PersonId("01955e3a-0000-7000-8000-000000000001")
CASE = CaseId("01955e3a-0000-7000-8000-0000000000c1")
HOLD = HoldId("01955e3a-0000-7000-8000-0000000000b1")
AGREEMENT = AgreementId("usa-slv-2025")
PAPER = "ab" * 32

SENDER = Actor("USA", "intake-agency", "intake-desk-1")
SENDING_AUTHORITY = Actor("USA", "central-authority", "authority-1")
RECEIVING_AUTHORITY = Actor("SLV", "central-authority", "autoridad-1")
COURT = Actor("USA", "court", "district-court-9/clerk-1")
OTHER_CLERK = Actor("USA", "court", "district-court-9/clerk-2")


def document(**changed: Any) -> AgreementDocument:  # noqa: ANN401 - any term can be changed
    """The first agreement, with some of its terms changed."""
    return read_agreement({**first_agreement(), **changed})


def proposed(terms: AgreementDocument) -> AgreementProposed:
    """A version put forward."""
    return AgreementProposed(agreement=terms.ref, digest=digest(terms), document=terms)


def signed(terms: AgreementDocument, party: str) -> AgreementSigned:
    """A version signed by one state."""
    return AgreementSigned(
        agreement=terms.ref,
        digest=digest(terms),
        party=party,
        signature=signature_of(terms, party),
    )


def in_force(terms: AgreementDocument | None = None) -> tuple[Event, ...]:
    """An agreement that both states have signed."""
    terms = terms or document()
    return (
        proposed(terms),
        signed(terms, "USA"),
        signed(terms, "SLV"),
    )


PASSPORT = HeldDocument("passport", "ab" * 32)
REGISTERED = PersonRegistered(
    person=PERSON, registered_by="USA", commitment="cd" * 32, documents=(PASSPORT,)
)


def case_proposed(kind: CaseKind = "third-country") -> CaseProposed:
    """The case that the tests are about."""
    return CaseProposed(
        case=CASE,
        person=PERSON,
        agreement=document().ref,
        kind=kind,
        sending="USA",
        receiving="SLV",
        proposed_at=PROPOSED_AT,
    )


def fact(event: type[CaseFact], actor: Actor = SENDER, **content: Any) -> CaseFact:  # noqa: ANN401 - the content of any fact
    """A fact about the case, signed by an office."""
    return event(
        case=CASE,
        person=PERSON,
        agreement=document().ref,
        signed_by=actor.party,
        office=office_of(actor),
        document=PAPER,
        **content,
    )


LATER = date(2025, 6, 1)
EARLIER = date(2025, 2, 1)


def _judgment() -> CaseFact:
    return fact(
        LegalBasisRecorded,
        court="Circuit Court 1",
        reference="CR-2019-77",
        judged_on=date(2020, 5, 4),
        final_on=date(2020, 6, 4),
        offence="0501",
        days_remaining=700,
        counted_on=EARLIER,
    )


def facts(*replaced: CaseFact, without: type[CaseFact] | None = None) -> tuple[CaseFact, ...]:
    """Everything that the first agreement requires, with some facts replaced or one left out."""
    required = (
        fact(IdentityConfirmed, identifiers=("passport", "fingerprints")),
        _judgment(),
        fact(NationalityDetermined, nationalities=("VEN",), disputed=False),
        fact(
            RiskOfIllTreatmentAssessed,
            SENDING_AUTHORITY,
            destination="SLV",
            onward=(),
            substantial_grounds=False,
            valid_until=LATER,
        ),
        fact(FitnessToTravelAssessed, fit=True, valid_until=LATER),
        fact(NoticeServed, language="es", served_on=EARLIER),
        fact(CounselAccessRecorded, accessed_on=EARLIER),
        fact(ConsularNoticeRecorded, offered_on=EARLIER, answer="declined"),
        fact(PersonOpinionRecorded, opinion="objects"),
        fact(ReceivingStateAccepted, RECEIVING_AUTHORITY),
    )
    kept = [event for event in required if type(event) is not without]
    return (*kept, *replaced)


def cleared() -> ClearanceGranted:
    """The clearance of the case."""
    return ClearanceGranted(case=CASE, person=PERSON, agreement=document().ref)


def hold(
    scope: HoldScope | None = None, actor: Actor = COURT, hold_id: HoldId = HOLD
) -> HoldAsserted:
    """A hold, on the person unless another scope is given."""
    return HoldAsserted(
        hold=hold_id,
        scope=scope or PersonScope(PERSON),
        form="oral",
        received_at=NOW,
        issued_by=actor.party,
        office=office_of(actor),
        reference="25-cv-766",
        asserted_by=str(actor),
    )


def withdrawn() -> CaseWithdrawn:
    """The end of the case before departure."""
    ref = document().ref
    return CaseWithdrawn(case=CASE, person=PERSON, agreement=ref, withdrawn_on=TODAY)


def transferred() -> CaseTransferred:
    """The end of the case after the handover."""
    return CaseTransferred(
        case=CASE,
        person=PERSON,
        agreement=document().ref,
        manifest=ManifestId("m"),
        custody=custody_of(CASE),
        accepted=EntryRef("accord.example/placement/0#7"),
    )


Struct = TypeVar("Struct", bound=msgspec.Struct)


def replaced(struct: Struct, **changed: object) -> Struct:
    """A value with some of its fields changed."""
    return msgspec.structs.replace(struct, **changed)
