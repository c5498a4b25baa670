"""A log in memory that decisions are taken against, by the boundary that each of them names."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.placement.domain.custody.accept_custody import ACCEPT_CUSTODY, AcceptCustody
from services.placement.domain.custody.end_custody import END_CUSTODY, EndCustody
from services.placement.domain.custody.record_handover_offer import (
    RECORD_HANDOVER_OFFER,
    RecordHandoverOffer,
)
from services.placement.domain.custody.release_reservation import (
    RELEASE_RESERVATION,
    ReleaseReservation,
)
from services.placement.domain.custody.reserve_place import RESERVE_PLACE, ReservePlace
from services.placement.domain.facility.approve_capacity import APPROVE_CAPACITY, ApproveCapacity
from services.placement.domain.facility.propose_capacity import PROPOSE_CAPACITY, ProposeCapacity
from services.placement.domain.facility.record_report import RECORD_REPORT, TOPICS, RecordReport
from services.placement.domain.facility.register_facility import REGISTER_FACILITY, RegisterFacility
from services.placement.domain.facility.report_own_population import (
    REPORT_OWN_POPULATION,
    ReportOwnPopulation,
)
from services.placement.domain.facility.state import FacilityState
from services.placement.domain.facility.state import fold as facility_fold
from services.placement.domain.headcount import ATTEST_HEADCOUNT, AttestHeadcount
from services.placement.domain.returns.complete_return import COMPLETE_RETURN, CompleteReturn
from services.placement.domain.returns.depart_return import DEPART_RETURN, DepartReturn
from services.placement.domain.returns.refuse_arrival import REFUSE_ARRIVAL, RefuseArrival
from shared.contracts.arrival import ArrivalGround
from shared.contracts.facility_course import Inspected
from shared.contracts.lawful_end import CustodyTerm
from shared.contracts.manifest import Custodian
from shared.kernel.actor import Actor
from shared.kernel.codes import Release
from shared.kernel.dates import ONE_DAY
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, FacilityId, ManifestId, PersonId
from tests.support.decider_specification import DecisionLog

CECOT = FacilityId("slv-cecot")
ZONE = "America/El_Salvador"
"""Six hours behind UTC, all year."""
REGISTRY = Actor("SLV", "facility-registry", "cecot-registry")
AUTHORITY = Actor("SLV", "central-authority", "slv-authority")
SENDING_AUTHORITY = Actor("USA", "central-authority", "usa-authority")
SENDER = Actor("USA", "facility-registry", "usa-registry")
MONITOR = Actor("XX", "monitor", "inspection/one")
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
TERMS = AgreementRef("usa-slv-2025@1")
OFFERED = datetime(2025, 3, 16, 8, tzinfo=UTC)
TAKEN = datetime(2025, 3, 16, 10, tzinfo=UTC)
NIGHT = date(2025, 3, 16)
CUSTODIAN = Custodian(party="SLV", body="cecot", responsible_state="SLV")


def custody(number: int) -> CustodyId:
    """A custody's id, the same for the same number."""
    return CustodyId(f"01900000-0000-7000-8000-{number:012d}")


def person(number: int) -> PersonId:
    """A person's id, the same for the same number."""
    return PersonId(f"01910000-0000-7000-8000-{number:012d}")


MANIFEST = ManifestId("01920000-0000-7000-8000-000000000001")


class Story(DecisionLog):
    """What was recorded so far, and the commands that tests are made of."""

    @property
    def site(self) -> FacilityState:
        """The facility as it stands."""
        return self.fold(facility_fold(CECOT))

    def registered(self, actor: Actor) -> Story:
        """The facility, registered by this actor's state, without a place."""
        command = RegisterFacility(facility=CECOT, actor=actor, now=NOW, timezone=ZONE)
        self.decide(REGISTER_FACILITY, command)
        return self

    def facility(self, places: int, own: int = 0) -> Story:
        """A registered facility with an approved capacity."""
        self.registered(REGISTRY)
        self.propose(places)
        self.approve(places)
        self.reported()
        if own:
            self.own(own)
        return self

    def reported(self) -> tuple[Event, ...]:
        """The independent monitor finds the facility adequate, for good."""
        command = RecordReport(
            facility=CECOT,
            actor=MONITOR,
            now=TAKEN - ONE_DAY,
            findings=tuple(Inspected(topic, NIGHT - ONE_DAY, adequate=True) for topic in TOPICS),
            valid_until=date(2199, 12, 31),
            reference="INSP-0",
        )
        return self.decide(RECORD_REPORT, command)

    def propose(self, places: int, actor: Actor = REGISTRY) -> tuple[Event, ...]:
        command = ProposeCapacity(facility=CECOT, actor=actor, now=NOW, places=places)
        return self.decide(PROPOSE_CAPACITY, command)

    def approve(self, places: int, actor: Actor = AUTHORITY) -> tuple[Event, ...]:
        command = ApproveCapacity(facility=CECOT, actor=actor, now=NOW, places=places)
        return self.decide(APPROVE_CAPACITY, command)

    def own(self, count: int, counted_on: date = NIGHT) -> tuple[Event, ...]:
        command = ReportOwnPopulation(
            facility=CECOT, actor=REGISTRY, now=NOW, count=count, counted_on=counted_on
        )
        return self.decide(REPORT_OWN_POPULATION, command)

    def reserve(
        self,
        number: int,
        facility: FacilityId = CECOT,
        who: int | None = None,
        *also: int,
    ) -> tuple[Event, ...]:
        command = ReservePlace(
            custody=custody(number),
            person=person(number if who is None else who),
            agreement=TERMS,
            facility=facility,
            manifest=MANIFEST,
            sending="USA",
            receiving="SLV",
            day=NIGHT,
            pseudonyms=tuple(map(person, also)),
        )
        return self.decide(RESERVE_PLACE, command)

    def release_place(self, number: int) -> tuple[Event, ...]:
        command = ReleaseReservation(custody=custody(number), manifest=MANIFEST)
        return self.decide(RELEASE_RESERVATION, command)

    def offer(
        self,
        number: int,
        agreement: AgreementRef = TERMS,
        facility: FacilityId = CECOT,
        custodian: Custodian = CUSTODIAN,
        entry: int = 17,
        *,
        term: CustodyTerm | None = None,
    ) -> tuple[Event, ...]:
        command = RecordHandoverOffer(
            custody=custody(number),
            person=person(number),
            agreement=agreement,
            facility=facility,
            offer=EntryRef(f"accord.example/intake/0#{entry}"),
            custodian=custodian,
            sending="USA",
            receiving="SLV",
            offered_by="USA:escort:escort-1",
            offered_at=OFFERED,
            term=term,
        )
        return self.decide(RECORD_HANDOVER_OFFER, command)

    def accept(
        self,
        number: int,
        accepted_at: datetime = TAKEN,
        custodian: Custodian = CUSTODIAN,
        actor: Actor = REGISTRY,
        facility: FacilityId = CECOT,
    ) -> tuple[Event, ...]:
        command = AcceptCustody(
            custody=custody(number),
            actor=actor,
            now=NOW,
            facility=facility,
            accepted_at=accepted_at,
            custodian=custodian,
        )
        return self.decide(ACCEPT_CUSTODY, command)

    def refuse(
        self,
        number: int,
        refused_at: datetime = TAKEN,
        ground: ArrivalGround = "excluded-by-agreement",
        actor: Actor = REGISTRY,
    ) -> tuple[Event, ...]:
        command = RefuseArrival(
            custody=custody(number),
            actor=actor,
            now=NOW,
            refused_at=refused_at,
            ground=ground,
            reference="AR-2025-8",
            evidence="ab" * 32,
        )
        return self.decide(REFUSE_ARRIVAL, command)

    def hold(self, *numbers: int) -> Story:
        """Persons whose custody went its ordinary way: reserved, offered, accepted."""
        for number in numbers:
            self.reserve(number)
            self.offer(number)
            self.accept(number)
        return self

    def end(
        self, number: int, ended_at: datetime, kind: Release = "released", actor: Actor = REGISTRY
    ) -> tuple[Event, ...]:
        command = EndCustody(
            custody=custody(number), actor=actor, now=NOW, kind=kind, ended_at=ended_at
        )
        return self.decide(END_CUSTODY, command)

    def back(
        self, number: int, completed_at: datetime, actor: Actor = SENDING_AUTHORITY
    ) -> tuple[Event, ...]:
        command = CompleteReturn(
            custody=custody(number), actor=actor, now=NOW, completed_at=completed_at
        )
        return self.decide(COMPLETE_RETURN, command)

    def depart(
        self, number: int, departed_at: datetime, actor: Actor = REGISTRY
    ) -> tuple[Event, ...]:
        command = DepartReturn(
            custody=custody(number), actor=actor, now=NOW, departed_at=departed_at
        )
        return self.decide(DEPART_RETURN, command)

    def attest(
        self,
        night: date,
        *numbers: int,
        actor: Actor = REGISTRY,
        attested_at: datetime | None = None,
    ) -> tuple[Event, ...]:
        command = AttestHeadcount(
            facility=CECOT,
            actor=actor,
            now=NOW,
            night=night,
            present=frozenset(custody(number) for number in numbers),
            attested_at=attested_at,
        )
        return self.decide(ATTEST_HEADCOUNT, command)


@pytest.fixture
def story() -> Story:
    """An empty log."""
    return Story()
