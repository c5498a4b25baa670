"""Placement follows a suspension: it reserves no new place, and everything else goes on (D12)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.placement.domain.suspension import (
    RESUME_RESERVATIONS,
    SUSPEND_RESERVATIONS,
    FollowedAlready,
    ResumeReservations,
    SuspendReservations,
    Suspensions,
    evolve,
)
from shared.contracts.intake import PersonRegistered
from shared.contracts.placement import CustodyAccepted, PlaceRefused, PlaceReserved
from shared.contracts.reservations import ReservationsResumed, ReservationsSuspended
from shared.kernel.ids import AgreementRef, SuspensionId
from tests.unit.placement.story import TAKEN, TERMS, Story, person

NEXT_VERSION = AgreementRef("usa-slv-2025@2")
BY = "XX:court:district-court-9/clerk-1"


def suspended(story: Story, number: int, terms: AgreementRef = TERMS) -> None:
    command = SuspendReservations(
        agreement=terms, suspension=SuspensionId(f"suspension-{number}"), suspended_by=BY
    )
    (event,) = story.decide(SUSPEND_RESERVATIONS, command)
    assert isinstance(event, ReservationsSuspended)


def resumed(story: Story, number: int) -> None:
    command = ResumeReservations(agreement=TERMS, suspension=SuspensionId(f"suspension-{number}"))
    (event,) = story.decide(RESUME_RESERVATIONS, command)
    assert isinstance(event, ReservationsResumed)


@pytest.mark.parametrize("terms", [TERMS, NEXT_VERSION])
def test_g23_no_place_is_reserved_before_every_suspension_is_lifted(
    story: Story, terms: AgreementRef
) -> None:
    """D12: whichever version a suspension names."""
    story.facility(5)
    suspended(story, 1, terms)
    suspended(story, 2)
    for number in (1, 2):
        (refused,) = story.reserve(number)
        assert isinstance(refused, PlaceRefused)
        assert (refused.refusal.rule, refused.refusal.reason) == ("G23", "NoPlacesWhileSuspended")
        assert f"usa-slv-2025 is suspended by {BY}" in refused.refusal.detail
        resumed(story, number)
    (reserved,) = story.reserve(3)
    assert isinstance(reserved, PlaceReserved)


def test_g23_who_has_a_place_or_is_offered_is_taken_over_under_a_suspension(story: Story) -> None:
    story.facility(5).reserve(1)
    suspended(story, 1)
    story.offer(1)
    assert isinstance(story.accept(1)[-1], CustodyAccepted)
    story.offer(2)
    assert isinstance(story.accept(2)[-1], CustodyAccepted)
    story.end(1, TAKEN + timedelta(days=1))


def test_a_suspension_of_another_agreement_stops_nobody_here(story: Story) -> None:
    story.facility(5)
    suspended(story, 1, AgreementRef("nor-slv-2026@1"))
    assert isinstance(story.reserve(1)[0], PlaceReserved)


def test_what_is_told_twice_is_recorded_once(story: Story) -> None:
    suspended(story, 1)
    with pytest.raises(FollowedAlready):
        suspended(story, 1)
    resumed(story, 1)
    with pytest.raises(FollowedAlready):
        resumed(story, 1)


def test_what_stands_is_told_by_suspensions_alone() -> None:
    other = PersonRegistered(person=person(1), registered_by="USA", commitment="0" * 64)
    stand = Suspensions(())

    assert evolve(stand, other) is stand
