"""A log in memory that decisions run against, and what is on it before a journey begins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from services.intake.domain.clearance.state import Traveller
from shared.contracts.agreement import (
    Admission,
    AgreedFacility,
    AgreementDocument,
    Parties,
    Tariff,
    digest,
)
from shared.contracts.agreement_course import ReturnDrillRecorded
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import (
    CountryScope,
    HoldAsserted,
    HoldLifted,
    HoldScope,
    OrdersSeen,
    PersonScope,
)
from shared.contracts.intake import (
    AgreementProposed,
    AgreementSigned,
    CaseFact,
    CaseProposed,
    ClearanceGranted,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    FitnessToTravelAssessed,
    IdentityConfirmed,
    NationalityDetermined,
    NoticeServed,
    ReceivingStateAccepted,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.manifest import Custodian, Leg
from shared.kernel.actor import Actor
from shared.kernel.dates import DatePeriod
from shared.kernel.event import Event
from shared.kernel.ids import (
    AgreementId,
    CaseId,
    FacilityId,
    HoldId,
    ManifestId,
    PersonId,
)
from tests.support.signing import signature_of
from tests.support.tariffs import nightly

State = TypeVar("State")
EventType = TypeVar("EventType", bound=Event)

NOW = datetime(2025, 3, 15, 12, tzinfo=UTC)
DEPARTURE = datetime(2025, 3, 16, 2, 10, tzinfo=UTC)
AFTER = datetime(2025, 3, 16, 12, tzinfo=UTC)
PROPOSED_AT = datetime(2025, 3, 2, 9, tzinfo=UTC)
IN_STEP = timedelta(0)
AGREEMENT = AgreementId("aaa-bbb-2025")
MANIFEST = ManifestId("manifest-1")
FACILITY = FacilityId("house-one")
SENDER, RECEIVER, OTHER = "AAA", "BBB", "CCC"
SHA = "0" * 64

AUTHORITY = Actor(SENDER, "central-authority", "authority-1")
ESCORT = Actor(SENDER, "escort", "escort-1")
RECEIVING_AUTHORITY = Actor(RECEIVER, "central-authority", "authority-9")
CUSTODIAN = Custodian(party=RECEIVER, body="house-one", responsible_state=RECEIVER)

DOCUMENT = AgreementDocument(
    agreement=AGREEMENT,
    version=1,
    parties=Parties(SENDER, RECEIVER),
    effective=DatePeriod(date(2025, 3, 1), date(2026, 3, 1)),
    admission=Admission(("third-country",)),
    required_facts=(),
    facilities=(AgreedFacility(FACILITY, "UTC"),),
    tariff=Tariff("USD", (nightly("night", "100.00"),)),
)
LEG = Leg(SENDER, RECEIVER, DEPARTURE)


def traveller(number: int) -> Traveller:
    """A synthetic person and their case."""
    return Traveller(CaseId(f"case-{number}"), PersonId(f"person-{number}"))


def agreement_events(document: AgreementDocument = DOCUMENT) -> tuple[Event, ...]:
    """An agreement that both states have signed, with its return drill."""
    signed = digest(document)
    return (
        AgreementProposed(agreement=document.ref, digest=signed, document=document),
        *(
            AgreementSigned(
                agreement=document.ref,
                digest=signed,
                party=party,
                signature=signature_of(document, party),
            )
            for party in (document.parties.sending, document.parties.receiving)
        ),
        ReturnDrillRecorded(
            agreement=document.ref,
            reference="drill-1",
            held_on=date(2025, 2, 20),
            recorded_by=str(AUTHORITY),
        ),
    )


def case_events(
    one: Traveller,
    document: AgreementDocument = DOCUMENT,
    *,
    receiving: str | None = None,
    valid_until: date = date(2026, 3, 1),
) -> tuple[Event, ...]:
    """A case with every fact that the safeguards ask for, and its clearance."""
    receiver = receiving or document.parties.receiving
    about: dict[str, Any] = {"case": one.case, "person": one.person, "agreement": document.ref}
    return (
        CaseProposed(
            **about,
            kind="third-country",
            sending=SENDER,
            receiving=receiver,
            proposed_at=PROPOSED_AT,
        ),
        *_facts(about, receiver, valid_until),
        ClearanceGranted(**about),
    )


def _facts(about: dict[str, Any], receiver: str, valid_until: date) -> tuple[CaseFact, ...]:
    signed = {**about, "signed_by": SENDER, "office": "intake-agency", "document": SHA}
    judgment: dict[str, Any] = {
        "court": "court-1",
        "reference": "j-1",
        "judged_on": date(2024, 1, 1),
    }
    sentence: dict[str, Any] = {
        "final_on": date(2024, 2, 1),
        "offence": "0201",
        "days_remaining": 900,
        "counted_on": date(2025, 3, 1),
    }
    there: dict[str, Any] = {"destination": receiver, "onward": (), "substantial_grounds": False}
    before = date(2025, 3, 1)
    return (
        IdentityConfirmed(**signed, identifiers=("passport", "fingerprints")),
        LegalBasisRecorded(**signed, **judgment, **sentence),
        NationalityDetermined(**signed, nationalities=(OTHER,), disputed=False),
        RiskOfIllTreatmentAssessed(**signed, **there, valid_until=valid_until),
        FitnessToTravelAssessed(**signed, fit=True, valid_until=valid_until),
        NoticeServed(**signed, language="es", served_on=before),
        CounselAccessRecorded(**signed, accessed_on=before),
        ConsularNoticeRecorded(**signed, offered_on=before, answer="declined"),
        ReceivingStateAccepted(**{**signed, "signed_by": receiver}),
    )


def cleared_again(passenger: Traveller, log: Iterable[Event] = ()) -> Event:
    """A second clearance, after whatever undid the first, and after every order of this log."""
    scopes = [event.scope for event in log if isinstance(event, HoldAsserted)]
    counts = {scope.tag: scopes.count(scope) for scope in (on_country(), on_class())}
    orders = tuple(OrdersSeen(tag, asserted) for tag, asserted in counts.items() if asserted)
    return ClearanceGranted(
        case=passenger.case, person=passenger.person, agreement=DOCUMENT.ref, orders=orders
    )


def hold(scope: HoldScope, name: str = "hold-1") -> HoldAsserted:
    """An oral order (G3)."""
    return HoldAsserted(
        hold=HoldId(name),
        scope=scope,
        form="oral",
        received_at=NOW,
        issued_by="XX",
        office="court",
        reference="order-1",
        asserted_by="XX:court:clerk-1",
    )


def lifted(scope: HoldScope, name: str = "hold-1", at: datetime = NOW) -> HoldLifted:
    """The same order, lifted by its issuer."""
    return HoldLifted(
        hold=HoldId(name),
        scope=scope,
        instrument="lift-1",
        lifted_by="XX:court:clerk-2",
        lifted_at=at,
    )


def on_person(one: Traveller, destination: str | None = None) -> HoldScope:
    """An order about one person."""
    return PersonScope(one.person, destination)


def on_country(country: str = RECEIVER) -> HoldScope:
    """An order about every departure to a country."""
    return CountryScope(country)


def on_class() -> HoldScope:
    """An order about a class that everybody here is of."""
    return ClassScope(nationality=OTHER, destination=RECEIVER)
