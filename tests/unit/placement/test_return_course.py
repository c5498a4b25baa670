"""A return departs by the facility's word and ends by the sending state's signature (D2)."""

from datetime import date, timedelta

import pytest

from services.placement.domain.custody.exit import ExitBeforeCustody, ExitInTheFuture
from services.placement.domain.custody.state import (
    CustodyIsUnknown,
    NotInCustody,
    NotTheReceivingState,
)
from services.placement.domain.person_location import fold as location_fold
from services.placement.domain.returns.complete_return import (
    CompletedBeforeDeparture,
    NotTheSendingState,
)
from services.placement.domain.returns.depart_return import ReturnHasDeparted
from services.placement.domain.returns.overdue_return import ReturnNotOverdue
from services.placement.domain.roster import RosterState, evolve_of_late
from shared.contracts.placement import PersonAccountedFor, PersonUnaccounted
from shared.contracts.returns import ReturnCompleted, ReturnDeparted
from shared.contracts.unknown_person import UnknownPersonCounted
from tests.unit.placement.story import (
    AUTHORITY,
    NIGHT,
    NOW,
    SENDER,
    TAKEN,
    Story,
    custody,
    person,
)
from tests.unit.placement.test_return_order import order
from tests.unit.placement.test_return_overdue import mark

LEFT = TAKEN + timedelta(days=3)
BACK = LEFT + timedelta(days=1)
ONE_DAY = timedelta(days=1)


def test_d2_a_return_is_departed_by_the_facility_and_completed_by_the_sending_state(
    story: Story,
) -> None:
    """The custody goes on, and the place is kept, until the sending state has the person."""
    story.facility(1).hold(1)
    (departed,) = story.depart(1, LEFT)
    assert isinstance(departed, ReturnDeparted)
    assert departed.departed_on == NIGHT + 3 * ONE_DAY
    assert (story.site.in_custody, story.site.available) == (1, 0)
    (completed,) = story.back(1, BACK)
    assert isinstance(completed, ReturnCompleted)
    assert (completed.ended_at, completed.departed_on) == (BACK, NIGHT + 3 * ONE_DAY)
    assert not completed.from_arrival
    assert (story.site.in_custody, story.site.available) == (0, 1)


def test_d2_every_step_may_be_recorded_without_the_one_before_it(story: Story) -> None:
    """No order, no departure: nothing blocks the sending state's word that it has the person."""
    story.facility(1).hold(1)
    (completed,) = story.back(1, BACK)
    assert isinstance(completed, ReturnCompleted)
    assert completed.departed_on == date(2025, 3, 20)
    (departed,) = story.depart(1, LEFT)
    assert isinstance(departed, ReturnDeparted)


def test_each_step_twice_is_a_conflict(story: Story) -> None:
    story.facility(1).hold(1).depart(1, LEFT)
    with pytest.raises(ReturnHasDeparted):
        story.depart(1, LEFT)
    story.back(1, BACK)
    with pytest.raises(NotInCustody, match="ReturnCompleted"):
        story.back(1, BACK)
    with pytest.raises(NotInCustody, match="ReturnCompleted"):
        story.end(1, BACK)


def test_d2_who_is_on_the_way_back_is_not_counted_at_the_facility_and_not_missed(
    story: Story,
) -> None:
    story.facility(2).hold(1, 2)
    story.depart(1, LEFT)
    day = NIGHT + 3 * ONE_DAY
    events = story.attest(day, 2)
    assert not any(isinstance(event, PersonUnaccounted) for event in events)
    (unknown,) = story.attest(day + ONE_DAY, 1, 2)[1:]
    assert isinstance(unknown, UnknownPersonCounted)
    assert unknown.counted == custody(1)
    story.back(1, BACK)
    events = story.attest(day + 2 * ONE_DAY, 2)
    assert not any(isinstance(event, PersonUnaccounted) for event in events)


def test_a_departure_that_is_told_late_explains_whom_a_headcount_missed(story: Story) -> None:
    story.facility(1).hold(1)
    for number in range(5):
        story.attest(NIGHT + number * ONE_DAY, *([1] if number < 3 else []))
    departed, explained = story.depart(1, LEFT)
    assert isinstance(departed, ReturnDeparted)
    assert isinstance(explained, PersonAccountedFor)
    assert explained.night == NIGHT + 3 * ONE_DAY


def test_a_departure_of_long_ago_leaves_the_roster_of_late_as_it_is(story: Story) -> None:
    (departed,) = story.facility(1).hold(1).depart(1, LEFT)
    of_late = RosterState(since=date(2025, 9, 1))
    assert evolve_of_late(of_late, departed) == of_late


def test_a_departure_is_the_receiving_states_word_within_the_custody(story: Story) -> None:
    with pytest.raises(CustodyIsUnknown):
        story.depart(1, LEFT)
    story.facility(1).offer(1)
    with pytest.raises(NotInCustody, match="the sending state has the person"):
        story.depart(1, LEFT)
    story.accept(1)
    with pytest.raises(NotTheReceivingState):
        story.depart(1, LEFT, actor=SENDER)
    with pytest.raises(ExitBeforeCustody):
        story.depart(1, TAKEN - timedelta(seconds=1))
    with pytest.raises(ExitInTheFuture):
        story.depart(1, NOW + timedelta(seconds=3))
    story.end(1, LEFT)
    with pytest.raises(NotInCustody, match="nobody left after that"):
        story.depart(1, BACK)


def test_d2_a_return_is_complete_when_the_sending_state_says_so_and_nobody_else(
    story: Story,
) -> None:
    """Going round it: the receiving state says that somebody is back who is not."""
    with pytest.raises(CustodyIsUnknown):
        story.back(1, BACK)
    story.facility(1).offer(1)
    with pytest.raises(NotInCustody, match="you have the person"):
        story.back(1, BACK)
    story.accept(1)
    with pytest.raises(NotTheSendingState, match="SLV cannot"):
        story.back(1, BACK, actor=AUTHORITY)
    with pytest.raises(ExitBeforeCustody):
        story.back(1, TAKEN - timedelta(seconds=1))
    with pytest.raises(ExitInTheFuture):
        story.back(1, NOW + timedelta(seconds=3))
    story.depart(1, LEFT)
    with pytest.raises(CompletedBeforeDeparture):
        story.back(1, LEFT - timedelta(seconds=1))


@pytest.mark.parametrize("places", [0, 1])
def test_t4_who_was_refused_at_arrival_is_back_by_the_senders_word(
    story: Story, places: int
) -> None:
    if places:
        story.facility(places)
    story.offer(1)
    story.refuse(1)
    due_at = order(story).due_at
    with pytest.raises(ExitBeforeCustody):
        story.back(1, TAKEN - timedelta(seconds=1))
    (completed,) = story.back(1, BACK)
    assert isinstance(completed, ReturnCompleted)
    assert completed.from_arrival
    assert (story.site.in_custody, story.site.reserved) == (0, 0)
    assert story.fold(location_fold(person(1))).besides(custody(9)) is None
    with pytest.raises(ReturnNotOverdue, match="ended"):
        mark(story, due_at)
    if places:
        story.hold(2)
        assert story.attest(NIGHT, 2)
