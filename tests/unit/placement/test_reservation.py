"""G19: reserved, en route and in custody never exceed the approved capacity."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.placement.domain import person_location
from services.placement.domain.custody.release_reservation import NothingReserved
from services.placement.domain.custody.reserve_place import PlaceAlreadyReserved
from services.placement.domain.person_location import PersonLocation
from shared.contracts.placement import PlaceRefused, PlaceReserved, ReservationReleased
from shared.kernel.actor import Actor
from shared.kernel.ids import FacilityId
from shared.kernel.rejected import Rejected
from tests.unit.placement.story import (
    CECOT,
    MANIFEST,
    NIGHT,
    REGISTRY,
    TAKEN,
    Story,
    custody,
    person,
)


def test_d1_a_place_is_held_for_a_person_on_a_manifest(story: Story) -> None:
    (reserved,) = story.facility(1).reserve(1)
    assert isinstance(reserved, PlaceReserved)
    assert (reserved.custody, reserved.person) == (custody(1), person(1))
    assert (reserved.manifest, story.site.reserved) == (MANIFEST, 1)


def test_the_last_place_is_held_once_and_the_refusal_is_a_fact(story: Story) -> None:
    story.facility(2, own=1).reserve(1)
    (refused,) = story.reserve(2)
    assert isinstance(refused, PlaceRefused)
    assert (refused.refusal.rule, refused.refusal.reason) == ("G19", "NoPlaceAvailable")
    assert refused.refusal.findings[0].missing == (
        "approved 2, own population 1, reserved 1, in custody 0"
    )
    assert story.site.reserved == 1


def test_a_facility_that_nobody_registered_has_no_place(story: Story) -> None:
    (refused,) = story.reserve(1, FacilityId("nowhere"))
    assert isinstance(refused, PlaceRefused)
    assert "has not been registered" in refused.refusal.detail


@pytest.mark.parametrize("party", ["USA", "VEN"])
def test_g19_neither_sender_nor_third_state_says_how_many_the_receiving_one_holds(
    story: Story, party: str
) -> None:
    """D11: nobody is placed in a sending state's own facility under an agreement."""
    registry = Actor(party, "facility-registry", "one")
    story.registered(registry).propose(5, registry)
    story.approve(5, Actor(party, "central-authority", "two"))
    (refused,) = story.reserve(1)
    assert isinstance(refused, PlaceRefused)
    assert (refused.refusal.rule, refused.refusal.reason) == ("G19", "FacilityOfAnotherState")
    assert f"{party} registered facility slv-cecot" in refused.refusal.detail
    assert "a facility of SLV" in refused.refusal.detail
    assert story.site.reserved == 0


def test_a_place_that_was_released_can_be_held_again(story: Story) -> None:
    story.facility(1).reserve(1)
    (released,) = story.release_place(1)
    assert isinstance(released, ReservationReleased)
    assert isinstance(story.reserve(2)[0], PlaceReserved)


def test_a_person_holds_one_place_at_most(story: Story) -> None:
    story.facility(2).reserve(1)
    with pytest.raises(PlaceAlreadyReserved):
        story.reserve(1)


def test_a_place_that_is_not_held_cannot_be_released(story: Story) -> None:
    story.facility(1)
    with pytest.raises(NothingReserved):
        story.release_place(1)


def test_a_person_who_is_here_keeps_the_place_whatever_is_heard_of_the_manifest(
    story: Story,
) -> None:
    story.facility(1).reserve(1)
    story.offer(1)
    with pytest.raises(NothingReserved):
        story.release_place(1)


def test_a_person_who_was_handed_over_needs_no_place_on_another_journey(story: Story) -> None:
    (refused,) = story.facility(2).hold(1).reserve(1)
    assert isinstance(refused, PlaceRefused)
    assert refused.refusal.reason == "PersonAlreadyHandedOver"


def test_a_person_who_is_awaited_or_held_in_one_case_travels_in_no_other(story: Story) -> None:
    story.facility(3).reserve(1)
    (awaited,) = story.reserve(2, who=1)
    story.offer(1)
    story.accept(1)
    (held,) = story.reserve(2, who=1)
    for refused in (awaited, held):
        assert isinstance(refused, PlaceRefused)
        assert (refused.refusal.rule, refused.refusal.reason) == ("G12", "PersonElsewhere")
        assert f"in custody {custody(1)}" in refused.refusal.detail
    assert (story.site.reserved, story.site.in_custody) == (0, 1)


def test_g12_who_is_awaited_or_held_by_another_pseudonym_travels_by_none(story: Story) -> None:
    """Whoever the manifest says that the person is or may be is looked for."""
    story.facility(3).reserve(1)
    (awaited,) = story.reserve(2, CECOT, 2, 1, 3)
    story.offer(1)
    story.accept(1)
    (held,) = story.reserve(2, CECOT, 2, 3, 1)
    for refused in (awaited, held):
        assert isinstance(refused, PlaceRefused)
        assert (refused.refusal.rule, refused.refusal.reason) == ("G12", "PersonElsewhere")
        assert f"as {person(1)}" in refused.refusal.detail
    story.end(1, TAKEN)
    assert isinstance(story.reserve(2, CECOT, 2, 1, 3)[0], PlaceReserved)


def test_a_person_who_was_let_go_can_be_awaited_in_another_case(story: Story) -> None:
    story.facility(3).reserve(1)
    story.release_place(1)
    story.reserve(1)
    story.offer(1)
    story.accept(1)
    story.end(1, TAKEN)
    assert isinstance(story.reserve(2, who=1)[0], PlaceReserved)


def test_a_fact_about_a_facility_moves_nobody(story: Story) -> None:
    (registered,) = story.registered(REGISTRY).events
    assert person_location.evolve(PersonLocation(), registered) == PersonLocation()


Move = tuple[str, int]
MOVES = st.lists(
    st.tuples(
        st.sampled_from(("reserve", "release", "offer", "accept", "exit", "own", "capacity")),
        st.integers(1, 6),
    ),
    max_size=60,
)


def play(story: Story, move: Move) -> None:
    what, number = move
    match what:
        case "reserve":
            story.reserve(number)
        case "release":
            story.release_place(number)
        case "offer":
            story.offer(number)
        case "accept":
            story.accept(number)
        case "exit":
            story.end(number, TAKEN)
        case "own":
            story.own(number // 2, NIGHT)
        case _:
            story.propose(number)
            story.approve(number)


@given(MOVES)
def test_whatever_happens_nobody_is_let_in_beyond_the_approved_capacity(
    moves: list[Move],
) -> None:
    story = Story().facility(3)
    for move in moves:
        before = story.site
        with suppress(Rejected):
            play(story, move)
        after = story.site
        let_in = after.reserved + after.in_custody > before.reserved + before.in_custody
        assert not let_in or after.taken <= after.approved
        assert after.approved >= before.approved or after.taken <= after.approved
        assert min(after.reserved, after.in_custody, after.available) >= 0
