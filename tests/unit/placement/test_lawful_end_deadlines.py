"""G15: a lawful end is awaited, and past it there is an alarm, daily."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.placement.deadlines import APPROACH
from services.placement.domain.lawful_end.deadline import EndDoesNotBind, NotDueYet
from services.placement.domain.lawful_end.state import LawfulEndState, evolve, fold
from shared.contracts.lawful_end import CustodyTerm, DecisionName
from shared.contracts.overstay import (
    LawfulEndApproached,
    OverstayDetected,
)
from shared.contracts.placement import PlaceAssigned
from shared.ledger.deadlines import Deadline
from tests.unit.placement.ends import (
    COURT,
    DAY,
    END,
    ENDS,
    JUDGMENT,
    NAME,
    RECEIVING,
    TERM,
    decision,
    due,
    fall,
    held,
    past,
    say,
)
from tests.unit.placement.story import CECOT, NOW, TERMS, Story, custody, person


def test_g15_the_approach_is_due_when_the_margin_begins_and_the_alarm_when_the_end_has_come(
    story: Story,
) -> None:
    held(story)
    near, over = due(story, NOW - timedelta(days=365))
    assert near == Deadline(END - 30 * DAY, APPROACH, f"{custody(1)}/{ENDS}")
    assert over == past(1, END)
    about: dict[str, Any] = {
        "custody": custody(1),
        "person": person(1),
        "agreement": TERMS,
        "facility": CECOT,
    }
    assert fall(story, near) == (LawfulEndApproached(**about, ends_on=ENDS, due_at=END - 30 * DAY),)
    assert fall(story, over) == (OverstayDetected(**about, ends_on=ENDS, due_at=END, day=1),)


def test_g15_past_it_an_alarm_daily(story: Story) -> None:
    """Each sets the next one, also when the clock itself was late."""
    held(story)
    deadline = past(1, END)
    for day in range(1, 5):
        (alarm,) = fall(story, deadline, NOW)
        assert isinstance(alarm, OverstayDetected)
        assert (alarm.day, alarm.due_at) == (day, END + (day - 1) * DAY)
        (deadline,) = due(story, NOW)
    assert deadline == past(5, END + 4 * DAY)


def test_each_day_and_the_approach_are_said_once_and_never_early(story: Story) -> None:
    held(story)
    near = Deadline(END - 30 * DAY, APPROACH, f"{custody(1)}/{ENDS}")
    for deadline in (near, past(1, END)):
        with pytest.raises(NotDueYet):
            fall(story, deadline, deadline.due_at - timedelta(microseconds=1))
        fall(story, deadline)
        with pytest.raises(EndDoesNotBind, match="on record"):
            fall(story, deadline)


def test_nobody_overstays_who_has_left_or_never_came(story: Story) -> None:
    story.facility(3).reserve(1)
    with pytest.raises(EndDoesNotBind):
        fall(story, past(1, END))
    story.offer(1, term=TERM)
    story.accept(1)
    story.end(1, END - DAY)
    with pytest.raises(EndDoesNotBind):
        fall(story, past(1, END))


def test_an_end_told_late_is_an_alarm_at_once_for_the_day_on_which_it_is_told(
    story: Story,
) -> None:
    """Nothing that had passed is told in advance: there is no approach of it."""
    held(story, CustodyTerm(return_margin_days=30))
    say(story, decision(ENDS))
    told = datetime(2025, 10, 5, 9, tzinfo=UTC)
    assert due(story, told) == [past(5, told)]
    (alarm,) = fall(story, past(5, told))
    assert isinstance(alarm, OverstayDetected)
    assert due(story, told) == [past(6, END + 5 * DAY)]


def test_an_end_told_in_its_last_second_is_past_on_the_day_that_begins(story: Story) -> None:
    held(story)
    told = END + timedelta(milliseconds=300)
    assert due(story, told) == [past(1, told)]
    near, over = due(story, END)
    assert (near.due_at, over) == (END, past(1, END)), "in it, it is still to come"


def test_who_is_handed_over_without_an_end_has_none_and_nothing_is_due(story: Story) -> None:
    held(story, None)
    assert due(story, NOW) == []
    assert story.fold(fold(custody(1))).margin == 0
    event = say(story, decision(ENDS), RECEIVING)
    assert (event.binding.ends_on, event.return_margin_days) == (ENDS, 0)


def test_another_end_ends_the_alarms_of_the_former_one_and_they_go_on_if_it_binds_again(
    story: Story,
) -> None:
    """What was said of a day is not said again; the day on which it binds again is an alarm."""
    held(story)
    fall(story, past(1, END))
    put_off = say(story, decision(ENDS + 90 * DAY), COURT, NAME).lawful_end
    with pytest.raises(EndDoesNotBind, match="not until when"):
        fall(story, past(2, END + DAY))
    name = DecisionName(issued_by=put_off.issued_by, reference=put_off.reference)
    say(story, JUDGMENT, COURT, name)
    told = END + 3 * DAY + timedelta(hours=1)
    assert due(story, told) == [past(4, told)]
    assert len(fall(story, past(4, told))) == 1
    with pytest.raises(EndDoesNotBind, match="on record"):
        fall(story, past(3, END + 2 * DAY))


def test_what_is_none_of_its_business_changes_no_lawful_end() -> None:
    place = PlaceAssigned(
        custody=custody(1), person=person(1), agreement=TERMS, facility=CECOT, place="cell-1"
    )
    assert evolve(LawfulEndState(), place) == LawfulEndState()
