"""A return that is late is an alarm at its deadline and every day after (G16)."""

from datetime import datetime, timedelta

import msgspec
import pytest

from services.placement.deadlines import deadlines, fall_due
from services.placement.domain.returns.overdue_return import (
    MARK_RETURN_OVERDUE,
    MarkReturnOverdue,
    ReturnNotOverdue,
)
from shared.contracts.returns import ReturnOverdue
from shared.kernel.event import Event
from shared.ledger.deadlines import Deadline
from shared.ledger.recorded import Recorded
from tests.support.entries import foreign
from tests.unit.placement.story import AUTHORITY, NOW, Story, custody
from tests.unit.placement.test_return_order import GIVEN, order

ONE_DAY = timedelta(days=1)


def told(event: Event, at: datetime) -> Recorded:
    """An entry that says so, recorded at an instant."""
    return msgspec.structs.replace(foreign(1, event), recorded_at=at)


def mark(story: Story, at: datetime, now: datetime = NOW) -> ReturnOverdue:
    command = MarkReturnOverdue(custody=custody(1), overdue_at=at, now=now)
    (overdue,) = story.decide(MARK_RETURN_OVERDUE, command)
    assert isinstance(overdue, ReturnOverdue)
    return overdue


def test_g16_a_return_that_is_late_is_overdue_at_its_deadline_and_every_day_after(
    story: Story,
) -> None:
    story.facility(1).hold(1)
    due_at = order(story).due_at
    for days in range(3):
        overdue = mark(story, due_at + days * ONE_DAY)
        assert (overdue.due_at, overdue.overdue_at) == (due_at, due_at + days * ONE_DAY)


def test_nothing_is_overdue_before_its_time_or_without_an_order(story: Story) -> None:
    story.facility(1).hold(1)
    with pytest.raises(ReturnNotOverdue):
        mark(story, GIVEN)
    due_at = order(story).due_at
    with pytest.raises(ReturnNotOverdue, match="not overdue yet"):
        mark(story, due_at - timedelta(seconds=1))
    with pytest.raises(ReturnNotOverdue, match="not overdue yet"):
        mark(story, due_at, now=due_at - timedelta(seconds=1))


def test_nobody_is_awaited_back_whose_place_was_given_up_before_the_journey(story: Story) -> None:
    story.facility(1).reserve(1)
    due_at = order(story).due_at
    story.release_place(1)
    with pytest.raises(ReturnNotOverdue, match="nobody is to be returned"):
        mark(story, due_at)


def test_two_orders_are_one_alarm_a_day_and_a_later_one_moves_no_deadline(story: Story) -> None:
    """Going round it: a second order with a later deadline gives no more time."""
    story.facility(1).hold(1)
    due_at = order(story).due_at
    order(story, by=AUTHORITY, at=GIVEN + ONE_DAY)
    assert mark(story, due_at + ONE_DAY / 2).due_at == due_at
    with pytest.raises(ReturnNotOverdue, match="stands for a day"):
        mark(story, due_at + ONE_DAY)
    mark(story, due_at + 3 * ONE_DAY / 2)


def test_a_person_who_has_left_is_awaited_no_more(story: Story) -> None:
    story.facility(1).hold(1)
    due_at = order(story).due_at
    mark(story, due_at)
    story.back(1, due_at + ONE_DAY)
    with pytest.raises(ReturnNotOverdue, match="ended"):
        mark(story, due_at + 2 * ONE_DAY)


def test_an_order_is_due_at_its_deadline_and_a_late_one_when_it_is_told(story: Story) -> None:
    story.facility(1).hold(1)
    ordered = order(story)
    early = told(ordered, GIVEN)
    late = told(ordered, NOW)
    assert [*deadlines(early)] == [Deadline(ordered.due_at, "return", custody(1))]
    assert [*deadlines(late)] == [Deadline(NOW, "return", custody(1))]
    overdue = mark(story, NOW)
    (tomorrow,) = deadlines(told(overdue, NOW))
    assert tomorrow == Deadline(NOW + ONE_DAY, "return", custody(1))
    decider, command = fall_due(tomorrow, NOW)
    assert decider is MARK_RETURN_OVERDUE
    assert command == MarkReturnOverdue(custody=custody(1), overdue_at=NOW + ONE_DAY, now=NOW)
