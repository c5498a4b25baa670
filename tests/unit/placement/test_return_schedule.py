"""A return is scheduled by the sending state, with an order on record or without one (D2)."""

from datetime import date, timedelta

import pytest

from services.placement.domain.custody.state import CustodyIsUnknown, NotInCustody
from services.placement.domain.returns.complete_return import NotTheSendingState
from services.placement.domain.returns.depart_return import ReturnHasDeparted
from services.placement.domain.returns.schedule_return import (
    SCHEDULE_RETURN,
    ReturnScheduledAlready,
    ScheduledInThePast,
    ScheduleReturn,
)
from shared.contracts.returns import ReturnScheduled
from shared.kernel.actor import Actor
from tests.unit.placement.story import NOW, REGISTRY, SENDING_AUTHORITY, TAKEN, Story, custody
from tests.unit.placement.test_return_order import order

TODAY = NOW.date()


def schedule(
    story: Story,
    number: int = 1,
    departs_on: date = TODAY,
    actor: Actor = SENDING_AUTHORITY,
) -> ReturnScheduled:
    command = ScheduleReturn(
        custody=custody(number),
        actor=actor,
        now=NOW,
        carrier="AIR-7",
        departs_on=departs_on,
        travel_document="LP-2025-77",
    )
    (scheduled,) = story.decide(SCHEDULE_RETURN, command)
    assert isinstance(scheduled, ReturnScheduled)
    return scheduled


def test_d2_a_return_is_scheduled_with_an_order_or_without_one_and_blocks_no_step(
    story: Story,
) -> None:
    story.facility(2).hold(1, 2)
    order(story)
    for number in (1, 2):
        assert schedule(story, number).departs_on == TODAY
        story.depart(number, TAKEN + timedelta(days=3))
        story.back(number, TAKEN + timedelta(days=4))


def test_the_latest_schedule_counts_and_the_same_is_said_once(story: Story) -> None:
    story.facility(1).hold(1)
    schedule(story)
    with pytest.raises(ReturnScheduledAlready):
        schedule(story, actor=Actor("USA", "escort", "escort-1"))
    schedule(story, departs_on=TODAY + timedelta(days=1))


def test_d2_the_sending_state_alone_says_how_it_takes_a_person_back(story: Story) -> None:
    """Going round it: the state that holds them schedules a return that nobody awaits."""
    story.facility(1).hold(1)
    with pytest.raises(NotTheSendingState):
        schedule(story, actor=REGISTRY)


def test_d2_no_return_is_scheduled_for_a_day_that_has_passed(story: Story) -> None:
    story.facility(1).hold(1)
    with pytest.raises(ScheduledInThePast):
        schedule(story, departs_on=TODAY - timedelta(days=1))


def test_d2_who_was_refused_at_arrival_is_taken_back_by_a_schedule_too(story: Story) -> None:
    story.facility(1).reserve(1)
    story.offer(1)
    with pytest.raises(NotInCustody):
        schedule(story)
    story.refuse(1)
    schedule(story)


def test_nobody_is_scheduled_who_has_left_or_is_unknown(story: Story) -> None:
    story.facility(2).hold(1, 2)
    story.depart(1, TAKEN + timedelta(days=3))
    with pytest.raises(ReturnHasDeparted):
        schedule(story)
    story.end(2, TAKEN + timedelta(days=3))
    with pytest.raises(NotInCustody):
        schedule(story, 2)
    with pytest.raises(CustodyIsUnknown):
        schedule(story, 9)
