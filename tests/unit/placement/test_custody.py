"""Custody: places assigned, and exits that depend on nothing else."""

from datetime import date, timedelta

import msgspec
import pytest

from services.placement.domain.custody.assign_place import (
    ASSIGN_PLACE,
    AssignPlace,
    PlaceAlreadyAssigned,
)
from services.placement.domain.custody.end_custody import END_CUSTODY, EndCustody
from services.placement.domain.custody.exit import ExitBeforeCustody, ExitInTheFuture
from services.placement.domain.custody.state import (
    CustodyIsUnknown,
    CustodyState,
    NotInCustody,
    NotTheReceivingState,
    evolve,
    fold,
)
from shared.contracts.placement import (
    PersonAccountedFor,
    PersonReleased,
    PersonUnaccounted,
    PlaceAssigned,
)
from shared.kernel.decider import Boundary
from shared.kernel.event import Event
from tests.unit.placement.story import NIGHT, NOW, REGISTRY, SENDER, TAKEN, Story, custody


def assign(story: Story, place: str) -> tuple[Event, ...]:
    command = AssignPlace(custody=custody(1), actor=REGISTRY, now=NOW, place=place)
    return story.decide(ASSIGN_PLACE, command)


def test_a_place_is_assigned_and_can_be_changed(story: Story) -> None:
    story.facility(1).hold(1)
    (assigned,) = assign(story, "module-3-cell-12")
    assert isinstance(assigned, PlaceAssigned)
    with pytest.raises(PlaceAlreadyAssigned):
        assign(story, "module-3-cell-12")
    assign(story, "module-4-cell-1")


def test_an_exit_frees_the_place(story: Story) -> None:
    story.facility(1).hold(1)
    (ended,) = story.end(1, TAKEN)
    assert isinstance(ended, PersonReleased)
    assert (ended.ended_at, ended.departed_on) == (TAKEN, date(2025, 3, 16))
    assert (story.site.in_custody, story.site.available) == (0, 1)


def test_release_and_return_depend_on_the_custody_alone() -> None:
    """T9: releases go on whatever cannot be read; the facility records them."""
    command = EndCustody(
        custody=custody(1), actor=REGISTRY, now=NOW, kind="released", ended_at=TAKEN
    )
    boundary = END_CUSTODY.boundary(command)
    assert isinstance(boundary, Boundary)
    tags = {tag for alternative in boundary.query.alternatives for tag in alternative.tags}
    assert tags == {f"custody:{custody(1)}"}


def test_the_day_of_departure_is_the_facilitys_own(story: Story) -> None:
    (ended,) = story.facility(1).hold(1).end(1, TAKEN.replace(day=20, hour=5))
    assert isinstance(ended, PersonReleased)
    assert ended.departed_on == date(2025, 3, 19)


def test_nobody_leaves_before_custody_began_or_in_the_future(story: Story) -> None:
    story.facility(1).hold(1)
    with pytest.raises(ExitBeforeCustody):
        story.end(1, TAKEN - timedelta(seconds=1))
    with pytest.raises(ExitInTheFuture):
        story.end(1, NOW + timedelta(seconds=3))


def test_a_custody_ends_once(story: Story) -> None:
    story.facility(1).hold(1).end(1, TAKEN)
    with pytest.raises(NotInCustody, match=r"ended on 2025-03-16 \(PersonReleased\)"):
        story.end(1, TAKEN)


def test_a_custody_that_was_not_accepted_cannot_end(story: Story) -> None:
    story.facility(1)
    with pytest.raises(CustodyIsUnknown):
        story.end(1, TAKEN)
    story.offer(1)
    with pytest.raises(NotInCustody, match="the sending state is responsible"):
        story.end(1, TAKEN)


def test_only_the_state_that_holds_the_person_speaks_for_the_custody(story: Story) -> None:
    story.facility(1).hold(1)
    with pytest.raises(NotTheReceivingState):
        story.end(1, TAKEN, actor=SENDER)


def test_who_was_only_missed_after_leaving_is_accounted_for_by_a_late_release(
    story: Story,
) -> None:
    story.facility(2).hold(1, 2)
    story.attest(date(2025, 3, 18), 2)
    released, accounted = story.end(1, TAKEN.replace(day=18))
    assert isinstance(released, PersonReleased)
    assert isinstance(accounted, PersonAccountedFor)
    assert accounted.night == released.departed_on == date(2025, 3, 18)


def test_an_exit_does_not_explain_a_night_before_it(story: Story) -> None:
    story.facility(2).hold(1, 2)
    story.attest(date(2025, 3, 17), 2)
    story.attest(date(2025, 3, 18), 2)
    assert [type(event) for event in story.end(1, TAKEN.replace(day=18))] == [PersonReleased]


def test_an_event_of_something_else_leaves_the_custody_alone(story: Story) -> None:
    story.facility(1)
    assert evolve(CustodyState(), story.events[0]) == CustodyState()


def test_a_missed_night_is_remembered_until_the_person_is_accounted_for(story: Story) -> None:
    story.facility(1).hold(1).attest(NIGHT)
    missing = story.events[-1]
    assert isinstance(missing, PersonUnaccounted)
    once = evolve(CustodyState(), missing)
    assert once.missed_from == NIGHT
    later = msgspec.structs.replace(missing, night=NIGHT + timedelta(days=1))
    assert evolve(once, later).missed_from == NIGHT
    assert evolve(evolve(CustodyState(), later), missing).missed_from == NIGHT


def test_who_was_counted_again_owes_no_explanation_when_leaving(story: Story) -> None:
    story.facility(2).hold(1, 2).attest(NIGHT, 2)
    story.attest(date(2025, 3, 17), 1, 2)
    assert [type(event) for event in story.end(1, TAKEN.replace(day=18))] == [PersonReleased]
    assert story.fold(fold(custody(1))).missed_from is None
