"""What intake does about placement's entries, also when the world has moved on meanwhile."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from services.intake.domain import handover
from services.intake.domain.case import state as cases
from services.intake.domain.handover import AlreadyTransferred, HandoverNotOffered
from services.intake.domain.manifest import put_on
from services.intake.domain.manifest.confirm_place import PlaceAlreadyConfirmed
from services.intake.domain.manifest.journey import ManifestUnknown
from services.intake.domain.manifest.put_on import TakenOffManifest
from services.intake.domain.manifest.remove_person import AlreadyDeparted
from services.intake.domain.manifest.seal_manifest import NobodyOnManifest, NoPlaceHeld
from services.intake.reactions import TYPES, react
from shared.contracts.arrival import ArrivalRefused
from shared.contracts.facility import CapacityApproved
from shared.contracts.facility_course import FacilityReinstated, FacilitySuspended
from shared.contracts.intake import CaseTransferred
from shared.contracts.manifest import PersonRemoved, PlaceConfirmed, SealRefused
from shared.contracts.placement import CustodyAccepted, PlaceRefused, PlaceReserved
from shared.contracts.returns import ReturnCompleted
from shared.kernel.event import Event, tags_of
from shared.kernel.ids import EntryRef, ManifestId, custody_of
from shared.kernel.rejected import Refusal
from shared.ledger.recorded import Recorded
from tests.support.decider_specification import DecisionLog
from tests.support.intake_log import (
    AFTER,
    CUSTODIAN,
    DOCUMENT,
    FACILITY,
    MANIFEST,
    RECEIVER,
    SENDER,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)
ABOUT = {
    "custody": custody_of(ONE.case),
    "person": ONE.person,
    "agreement": DOCUMENT.ref,
    "facility": FACILITY,
}
RESERVED = PlaceReserved(
    **ABOUT,  # type: ignore[arg-type]  # fields as a map
    manifest=MANIFEST,
    sending=SENDER,
    receiving=RECEIVER,
)
REFUSED = PlaceRefused(
    **ABOUT,  # type: ignore[arg-type]  # fields as a map
    manifest=MANIFEST,
    sending=SENDER,
    receiving=RECEIVER,
    refusal=Refusal(rule="G19", reason="NoPlaceLeft", detail="there is no place left"),
)
ACCEPTED = CustodyAccepted(
    **ABOUT,  # type: ignore[arg-type]  # fields as a map
    offer=EntryRef("intake#1"),
    custodian=CUSTODIAN,
    sending=SENDER,
    receiving=RECEIVER,
    accepted_at=AFTER,
    arrived_on=AFTER.date(),
    timezone="UTC",
    place_was_reserved=True,
)

TURNED_BACK = ArrivalRefused(
    **ABOUT,  # type: ignore[arg-type]  # fields as a map
    offer=EntryRef("intake#1"),
    sending=SENDER,
    receiving=RECEIVER,
    refused_at=AFTER,
    ground="excluded-by-agreement",
    reference="AR-2025-8",
    evidence="ab" * 32,
    place_was_reserved=True,
    refused_by=f"{RECEIVER}:facility-registry:house/one",
)

BACK = ReturnCompleted(
    **ABOUT,  # type: ignore[arg-type]  # fields as a map
    ended_at=AFTER,
    departed_on=AFTER.date(),
)


def recorded(event: Event) -> Recorded:
    return Recorded(
        event=event,
        tags=tags_of(event),
        sequence=7,
        origin="accord.example/placement/0",
        entry_id="entry-7",
        time=AFTER,
        recorded_at=datetime(2025, 3, 17, tzinfo=UTC),
        actor="BBB:facility-registry:registry-1",
        correlation="story-1",
    )


def told(log: DecisionLog, event: Event) -> None:
    """Intake follows one of placement's entries."""
    for step in react(recorded(event)):
        log.decide(step.decider, step.command)


def test_a_step_carries_on_the_story_of_the_entry_that_caused_it() -> None:
    (step,) = react(recorded(RESERVED))
    assert str(step.provenance.actor) == "XX:ops:intake-follower"
    assert (step.provenance.time, step.provenance.correlation) == (AFTER, "story-1")
    assert step.provenance.causation == "accord.example/placement/0#7"


def test_every_type_that_intake_reacts_to_leads_to_one_step() -> None:
    suspended = FacilitySuspended(
        facility=FACILITY, ground="death", since=date(2025, 3, 16), suspended_by="SLV:monitor:a/b"
    )
    reinstated = FacilityReinstated(facility=FACILITY, reinstated_by="XX:monitor:a/b")
    events: tuple[Event, ...] = (
        RESERVED,
        REFUSED,
        ACCEPTED,
        TURNED_BACK,
        BACK,
        suspended,
        reinstated,
    )
    assert tuple(type(event) for event in events) == TYPES
    assert [len(react(recorded(event))) for event in events] == [1] * len(TYPES)


def test_nothing_follows_from_placements_own_affairs() -> None:
    assert react(recorded(CapacityApproved(facility=FACILITY, places=3))) == ()


def test_a_reserved_place_is_confirmed_once() -> None:
    journey = Journey(1).opened()
    journey.manifest(ONE)
    told(journey.log, RESERVED)
    assert journey.log.last(PlaceConfirmed).reservation == "accord.example/placement/0#7"
    with pytest.raises(PlaceAlreadyConfirmed):
        told(journey.log, RESERVED)


def test_a_place_for_somebody_who_was_taken_off_is_refused_and_freed_by_the_removal() -> None:
    journey = Journey(1).opened()
    journey.manifest(ONE)
    journey.remove(ONE)
    for event in (RESERVED, REFUSED):
        with pytest.raises(TakenOffManifest):
            told(journey.log, event)


def test_g19_who_gets_no_place_is_taken_off_whoever_asked() -> None:
    journey = Journey(1).opened()
    journey.manifest(ONE)
    told(journey.log, REFUSED)
    removed = journey.log.last(PersonRemoved)
    assert (removed.cause, removed.no_place) == ("no-place", REFUSED.refusal)


def test_g19_who_seals_a_list_that_is_empty_for_want_of_places_is_told_why() -> None:
    journey = Journey(1).opened()
    journey.manifest(ONE)
    told(journey.log, REFUSED)
    with pytest.raises(NoPlaceHeld, match=REFUSED.refusal.detail):
        journey.seal()
    refusal = journey.log.last(SealRefused).refusal
    assert [finding.rule for finding in refusal.findings] == ["G19"]


def test_who_was_taken_off_on_request_is_no_reason_to_seal_nobody() -> None:
    journey = Journey(1).opened()
    journey.manifest(ONE)
    journey.remove(ONE)
    with pytest.raises(NobodyOnManifest):
        journey.seal()


def test_a_place_on_a_journey_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ManifestUnknown):
        told(DecisionLog(), RESERVED)


def test_a_refused_place_takes_nobody_off_who_has_departed() -> None:
    journey = Journey(1).departed()
    with pytest.raises(AlreadyDeparted):
        told(journey.log, REFUSED)


def test_g13_the_receiving_states_signature_completes_the_transfer_once() -> None:
    journey = Journey(1).arrived()
    with pytest.raises(HandoverNotOffered):
        told(journey.log, ACCEPTED)
    journey.offer()
    told(journey.log, ACCEPTED)
    transferred = journey.log.last(CaseTransferred)
    assert (transferred.case, transferred.person) == (ONE.case, ONE.person)
    assert journey.log.fold(cases.fold(ONE.case)).status == "transferred"
    with pytest.raises(AlreadyTransferred):
        told(journey.log, ACCEPTED)


def test_a_place_is_confirmed_for_a_second_journey_by_its_own_reservation_alone() -> None:
    """An answer about an earlier journey never counts for a later one: it names its manifest."""
    journey = Journey(1).opened()
    other = msgspec.structs.replace(RESERVED, manifest=ManifestId("manifest-2"))
    journey.manifest(ONE)
    with pytest.raises(ManifestUnknown):
        told(journey.log, other)


def test_a_fact_of_another_kind_changes_neither_listing_nor_handover() -> None:
    other = CapacityApproved(facility=FACILITY, places=3)
    listing, offer = put_on.ListingState(), handover.HandoverState()
    assert put_on.evolve(listing, other) is listing
    assert handover.evolve(offer, other) is offer
