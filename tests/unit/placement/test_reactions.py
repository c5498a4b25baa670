"""Which of intake's entries lead to which of placement's commands."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.placement.domain.custody.record_handover_offer import RecordHandoverOffer
from services.placement.domain.custody.release_reservation import ReleaseReservation
from services.placement.domain.custody.reserve_place import ReservePlace
from services.placement.domain.facility.agree_facility import AgreeFacility
from services.placement.domain.onward.authorise import (
    AUTHORISE_ONWARD_TRANSFER,
    AuthoriseOnwardTransfer,
)
from services.placement.domain.suspension import ResumeReservations, SuspendReservations
from services.placement.reactions import TYPES, react
from shared.contracts.agreement_course import AgreementResumed, AgreementSuspended
from shared.contracts.intake import AgreementActivated
from shared.contracts.manifest import (
    HandoverOffered,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
)
from shared.contracts.onward_transfer import OnwardTransferAgreed
from shared.contracts.wrongful_transfer import RecallCompleted, WrongfulTransferFound
from shared.kernel.event import Event, tags_of
from shared.kernel.ids import CaseId, CustodyId, SuspensionId
from shared.ledger.recorded import Recorded
from tests.support.intake_log import DOCUMENT
from tests.unit.placement.story import CECOT, CUSTODIAN, MANIFEST, OFFERED, TERMS, person

CASE = CaseId("01930000-0000-7000-8000-000000000001")
PASSENGER: dict[str, Any] = {
    "manifest": MANIFEST,
    "agreement": TERMS,
    "case": CASE,
    "person": person(1),
}
STATES: dict[str, Any] = {"sending": "USA", "receiving": "SLV"}


def recorded(event: Event) -> Recorded:
    return Recorded(
        event=event,
        tags=tags_of(event),
        sequence=17,
        origin="accord.example/intake/0",
        entry_id="01940000-0000-7000-8000-000000000001",
        time=OFFERED,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        actor="USA:escort:escort-1",
        correlation="a-story",
    )


def test_an_agreement_in_force_says_whose_its_facilities_are() -> None:
    active = AgreementActivated(agreement=DOCUMENT.ref, digest="0" * 64, document=DOCUMENT)
    (step,) = react(recorded(active))
    (facility,) = DOCUMENT.facilities
    assert step.command == AgreeFacility(
        facility=facility.facility,
        agreement=DOCUMENT.ref,
        country=DOCUMENT.parties.receiving,
        timezone=facility.timezone,
        begins=DOCUMENT.effective.start,
        sending=DOCUMENT.parties.sending,
    )


def test_who_is_put_on_a_manifest_needs_a_place() -> None:
    (step,) = react(recorded(PersonManifested(**PASSENGER, facility=CECOT, **STATES)))
    assert step.command == ReservePlace(
        custody=CustodyId(CASE),
        person=person(1),
        agreement=TERMS,
        facility=CECOT,
        manifest=MANIFEST,
        **STATES,
        day=OFFERED.date(),
    )
    assert step.provenance.causation == "accord.example/intake/0#17"
    assert (step.provenance.correlation, step.provenance.time) == ("a-story", OFFERED)


def test_who_is_taken_off_needs_it_no_longer() -> None:
    removed = PersonRemoved(**PASSENGER, facility=CECOT, cause="requested")
    (step,) = react(recorded(removed))
    assert step.command == ReleaseReservation(custody=CustodyId(CASE), manifest=MANIFEST)


def test_d2_whoever_is_brought_back_needs_no_place_and_no_return_from_it() -> None:
    back = RecallCompleted(
        **PASSENGER,
        custody=CustodyId(CASE),
        completed_at=OFFERED,
        completed_by="USA:escort:escort-1",
        evidence="0" * 64,
    )
    (step,) = react(recorded(back))
    assert step.command == ReleaseReservation(custody=CustodyId(CASE), manifest=MANIFEST)


def test_an_offer_is_recorded_with_the_entry_that_is_the_senders_signature() -> None:
    offered = HandoverOffered(
        **PASSENGER,
        facility=CECOT,
        custody=CustodyId(CASE),
        custodian=CUSTODIAN,
        sending="USA",
        receiving="SLV",
        offered_by="USA:escort:escort-1",
        offered_at=OFFERED,
    )
    (step,) = react(recorded(offered))
    assert isinstance(step.command, RecordHandoverOffer)
    assert step.command.offer == "accord.example/intake/0#17"
    assert (step.command.custodian, step.command.offered_at) == (CUSTODIAN, OFFERED)


def test_d12_a_suspension_and_its_end_are_followed() -> None:
    suspension, by = SuspensionId("suspension-1"), "XX:court:a/b"
    what: dict[str, Any] = {"agreement": TERMS, "suspension": suspension}
    suspended = AgreementSuspended(
        **what, reference="note-7", suspended_at=OFFERED, suspended_by=by
    )
    (step,) = react(recorded(suspended))
    assert step.command == SuspendReservations(**what, suspended_by=by)
    (step,) = react(
        recorded(
            AgreementResumed(
                **what,
                reference="note-8",
                resumed_by=by,
                resumed_at=datetime(2025, 3, 18, tzinfo=UTC),
            )
        )
    )
    assert step.command == ResumeReservations(**what)


def test_g5_the_sending_states_agreement_to_send_a_person_on_is_followed() -> None:
    agreed = OnwardTransferAgreed(
        case=CASE,
        person=person(1),
        agreement=TERMS,
        custody=CustodyId(CASE),
        onward="VEN",
        consent="ef" * 32,
        assessment="ab" * 32,
        agreed_at=OFFERED,
        ends_at=OFFERED + timedelta(hours=24),
        agreed_by="USA:central-authority:authority/one",
    )
    (step,) = react(recorded(agreed))
    assert step.decider is AUTHORISE_ONWARD_TRANSFER
    command = step.command
    assert isinstance(command, AuthoriseOnwardTransfer)
    assert (command.onward, command.agreed) == ("VEN", recorded(agreed).ref)


def test_nothing_else_is_placements_business() -> None:
    assert (
        react(recorded(PersonBoarded(**PASSENGER, boarded_at=datetime(2025, 3, 16, tzinfo=UTC))))
        == ()
    )
    assert set(TYPES) == {
        AgreementActivated,
        AgreementSuspended,
        AgreementResumed,
        PersonManifested,
        PersonRemoved,
        HandoverOffered,
        WrongfulTransferFound,
        RecallCompleted,
        OnwardTransferAgreed,
    }
