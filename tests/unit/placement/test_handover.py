"""G13: a handover needs both signatures on the same words; until then the sender is responsible."""

from datetime import date, timedelta

import msgspec
import pytest

from services.placement.domain.custody.accept_custody import (
    AcceptedBeforeOffer,
    AcceptedInTheFuture,
    CustodianDiffers,
    HeldElsewhere,
    NoHandoverOffered,
    SignedForAnotherState,
)
from services.placement.domain.custody.record_handover_offer import HandoverAlreadyOffered
from services.placement.domain.custody.state import CustodyAlreadyAccepted, CustodyIsUnknown
from services.placement.domain.facility.free_place import NoPlaceAvailable
from shared.contracts.placement import (
    CustodyAccepted,
    HandoverPending,
    HandoverRefused,
    ReservationReleased,
)
from shared.kernel.ids import FacilityId
from tests.unit.placement.story import (
    AUTHORITY,
    CECOT,
    CUSTODIAN,
    NOW,
    OFFERED,
    SENDER,
    TAKEN,
    ZONE,
    Story,
)


def refused(story: Story) -> HandoverRefused:
    last = story.events[-1]
    assert isinstance(last, HandoverRefused)
    return last


def test_with_one_signature_a_handover_stays_pending_and_the_sender_is_responsible(
    story: Story,
) -> None:
    """T6."""
    story.facility(1).reserve(1)
    (pending,) = story.offer(1)
    assert isinstance(pending, HandoverPending)
    assert (pending.sending, pending.receiving, pending.place_was_reserved) == ("USA", "SLV", True)
    assert (story.site.reserved, story.site.in_custody) == (1, 0)


def test_both_signatures_make_custody_and_the_held_place_is_taken(story: Story) -> None:
    story.facility(1).reserve(1)
    story.offer(1)
    (accepted,) = story.accept(1)
    assert isinstance(accepted, CustodyAccepted)
    assert accepted.custodian == CUSTODIAN
    assert accepted.offer == "accord.example/intake/0#17"
    assert (accepted.place_was_reserved, accepted.timezone) == (True, ZONE)
    assert (story.site.reserved, story.site.in_custody) == (0, 1)


def test_the_day_of_arrival_is_the_facilitys_own(story: Story) -> None:
    story.facility(1).offer(1)
    (accepted,) = story.accept(1, accepted_at=OFFERED.replace(day=17, hour=5, minute=59))
    assert isinstance(accepted, CustodyAccepted)
    assert accepted.arrived_on == date(2025, 3, 16)


def test_nobody_is_lost_who_comes_without_a_reservation(story: Story) -> None:
    (pending,) = story.offer(1)
    assert isinstance(pending, HandoverPending)
    assert not pending.place_was_reserved
    story.facility(1)
    (accepted,) = story.accept(1)
    assert isinstance(accepted, CustodyAccepted)
    assert not accepted.place_was_reserved
    assert (story.site.reserved, story.site.in_custody) == (0, 1)


def test_who_comes_without_a_reservation_takes_no_place_that_is_held_for_another(
    story: Story,
) -> None:
    story.facility(1).reserve(2)
    story.offer(1)
    with pytest.raises(NoPlaceAvailable):
        story.accept(1)
    assert refused(story).refusal.rule == "G19"


def test_a_handover_elsewhere_frees_the_place_that_was_held_here(story: Story) -> None:
    story.facility(1).reserve(1)
    released, pending = story.offer(1, facility=FacilityId("slv-other"))
    assert isinstance(pending, HandoverPending)
    assert not pending.place_was_reserved
    assert isinstance(released, ReservationReleased)
    assert (released.facility, story.site.reserved) == (CECOT, 0)
    with pytest.raises(HeldElsewhere, match="slv-other"):
        story.accept(1)


def test_custody_is_not_taken_without_the_senders_signature(story: Story) -> None:
    story.facility(1).reserve(1)
    with pytest.raises(NoHandoverOffered) as raised:
        story.accept(1)
    assert refused(story).refusal == raised.value.refusal
    assert story.site.in_custody == 0


@pytest.mark.parametrize("field", ["party", "body", "responsible_state"])
def test_both_signatures_name_the_same_custodian_and_responsible_state(
    story: Story, field: str
) -> None:
    story.facility(1).reserve(1)
    story.offer(1)
    with pytest.raises(CustodianDiffers):
        story.accept(1, custodian=msgspec.structs.replace(CUSTODIAN, **{field: "XXX"}))
    (finding,) = refused(story).refusal.findings
    assert (finding.rule, finding.missing.partition(":")[0]) == ("G13", field)
    assert finding.evidence == "accord.example/intake/0#17"


def test_the_sending_state_cannot_sign_for_the_receiving_one(story: Story) -> None:
    story.facility(1).reserve(1)
    with pytest.raises(SignedForAnotherState):
        story.accept(1, actor=SENDER)
    story.offer(1)
    with pytest.raises(SignedForAnotherState):
        story.accept(1, actor=SENDER)
    assert refused(story).refusal.rule == "G13"
    assert story.site.in_custody == 0


def test_a_facility_of_another_state_than_the_offers_cannot_take_custody(story: Story) -> None:
    story.offer(1)
    with pytest.raises(SignedForAnotherState):
        story.accept(1)


def test_custody_does_not_begin_before_the_offer_or_in_the_future(story: Story) -> None:
    story.facility(1).offer(1)
    with pytest.raises(AcceptedBeforeOffer):
        story.accept(1, accepted_at=OFFERED - timedelta(seconds=1))
    with pytest.raises(AcceptedInTheFuture):
        story.accept(1, accepted_at=NOW + timedelta(seconds=3))
    assert refused(story).refusal.reason == "AcceptedInTheFuture"
    story.accept(1, accepted_at=OFFERED)


def test_each_signature_is_given_once(story: Story) -> None:
    story.facility(1).reserve(1)
    story.offer(1)
    with pytest.raises(HandoverAlreadyOffered, match="intake/0#17"):
        story.offer(1)
    story.accept(1)
    with pytest.raises(CustodyAlreadyAccepted, match="2025-03-16T10:00:00"):
        story.accept(1, accepted_at=TAKEN)


def test_a_custody_that_nobody_has_heard_of_is_unknown(story: Story) -> None:
    story.facility(1)
    with pytest.raises(CustodyIsUnknown):
        story.accept(1, actor=AUTHORITY)


MISTAKEN = msgspec.structs.replace(CUSTODIAN, body="house-two")


def test_g13_the_acceptance_matches_the_current_offer_when_the_sender_has_offered_again(
    story: Story,
) -> None:
    story.facility(1).reserve(1)
    story.offer(1, custodian=MISTAKEN)
    (again,) = story.offer(1, entry=18)
    assert isinstance(again, HandoverPending)
    assert again.place_was_reserved
    with pytest.raises(CustodianDiffers):
        story.accept(1, custodian=MISTAKEN)
    assert refused(story).refusal.findings[0].evidence == "accord.example/intake/0#18"
    (accepted,) = story.accept(1)
    assert isinstance(accepted, CustodyAccepted)
    assert (accepted.offer, accepted.custodian) == ("accord.example/intake/0#18", CUSTODIAN)
    assert (story.site.reserved, story.site.in_custody) == (0, 1)


def test_g13_an_offer_that_comes_after_the_acceptance_changes_nothing(story: Story) -> None:
    story.facility(1).hold(1)
    before = tuple(story.events)
    with pytest.raises(CustodyAlreadyAccepted, match=r"intake/0#17 is accepted: it stands"):
        story.offer(1, custodian=MISTAKEN, entry=18)
    assert tuple(story.events) == before
