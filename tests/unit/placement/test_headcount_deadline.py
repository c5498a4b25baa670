"""D3: a facility that is silent at its deadline is overdue, at once (G14)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.placement.deadlines import HEADCOUNT, deadlines, fall_due
from services.placement.domain.headcount_deadline import (
    HeadcountNotDueYet,
    NoSilentNight,
    headcount_due,
)
from shared.contracts.placement import HeadcountOverdue
from shared.kernel.actor import Actor
from shared.kernel.event import Event, tags_of
from shared.ledger.deadlines import Deadline
from shared.ledger.recorded import Recorded
from tests.unit.placement.story import CECOT, NIGHT, ZONE, Story

DUE = datetime(2025, 3, 17, 17, 59, 59, tzinfo=UTC)
"""Twelve hours after 16 March has ended in El Salvador."""
IN_TIME = DUE - timedelta(hours=20)
NEXT = NIGHT + timedelta(days=1)


def subject(night: date, count: int = 1) -> str:
    """A facility's so many nights from this one on, as a deadline names them."""
    return f"{CECOT}/{night}/{night + timedelta(days=count)}"


def fall(
    story: Story, night: date = NIGHT, due_at: datetime = DUE, now: datetime | None = None
) -> tuple[Event, ...]:
    """What follows when a night's headcount falls due."""
    deadline = Deadline(due_at, HEADCOUNT, subject(night))
    return story.decide(*fall_due(deadline, now or due_at))


def recorded(event: Event, recorded_at: datetime) -> Recorded:
    """An entry that was recorded at some time."""
    actor = str(Actor("SLV", "facility-registry", "cecot-registry"))
    return Recorded(
        event, tags_of(event), 0, "origin", "id", recorded_at, recorded_at, actor, "story"
    )


def test_a_facility_that_is_silent_at_its_deadline_is_overdue_at_once(story: Story) -> None:
    """D3."""
    story.facility(3).hold(1, 2)
    assert fall(story) == (
        HeadcountOverdue(facility=CECOT, night=NIGHT, timezone=ZONE, due_at=DUE, awaited=2),
    )


def test_nothing_falls_due_early(story: Story) -> None:
    story.facility(3).hold(1)
    with pytest.raises(HeadcountNotDueYet, match="2025-03-17T17:59:59"):
        fall(story, now=DUE - timedelta(microseconds=1))


def test_a_night_that_was_attested_in_the_meantime_is_not_overdue(story: Story) -> None:
    story.facility(3).hold(1)
    story.attest(NIGHT, 1)
    with pytest.raises(NoSilentNight):
        fall(story)


def test_a_facility_without_anybody_to_count_owes_no_headcount(story: Story) -> None:
    story.facility(3).hold(1)
    story.end(1, datetime(2025, 3, 17, 15, tzinfo=UTC))
    assert len(fall(story)) == 1, "who left the day after was there on that night"
    with pytest.raises(NoSilentNight):
        fall(story, NEXT)


def test_a_night_is_overdue_once_however_often_it_falls_due(story: Story) -> None:
    story.facility(3).hold(1)
    fall(story)
    with pytest.raises(NoSilentNight):
        fall(story, due_at=DUE + timedelta(hours=1))


def test_a_night_that_is_overdue_can_still_be_attested(story: Story) -> None:
    """D3: a late attestation is billed in the open period."""
    story.facility(3).hold(1)
    fall(story)
    assert len(story.attest(NIGHT, 1)) == 1


def test_the_first_night_of_a_stay_is_due_twelve_hours_after_its_date_has_ended_there(
    story: Story,
) -> None:
    story.facility(3).hold(1)
    (deadline,) = deadlines(recorded(story.events[-1], IN_TIME))
    assert deadline == Deadline(DUE, "headcount", subject(NIGHT))


def test_nobody_is_late_with_what_the_record_did_not_tell_in_time(story: Story) -> None:
    """A stay that is recorded later gives the facility its twelve hours from then on."""
    story.facility(3).hold(1)
    told = DUE + timedelta(days=400)
    (deadline,) = deadlines(recorded(story.events[-1], told))
    assert deadline.due_at == told + timedelta(hours=12)


def test_every_night_that_was_past_when_a_stay_is_told_is_due_with_the_first(
    story: Story,
) -> None:
    """G14: no attestation of one of them puts off another."""
    story.facility(3).hold(1)
    told = datetime(2025, 3, 20, 6, 0, tzinfo=UTC)  # midnight in El Salvador: the 19th has ended
    for instant, nights in ((told, 4), (told - timedelta(microseconds=1), 3)):
        (deadline,) = deadlines(recorded(story.events[-1], instant))
        assert deadline == Deadline(
            instant + timedelta(hours=12), "headcount", subject(NIGHT, nights)
        )


def test_each_silent_night_of_a_story_that_is_told_late_is_named_at_once(story: Story) -> None:
    """G14; D3: those that are attested by then are not, nor is one that is overdue already."""
    story.facility(3).hold(1)
    story.attest(NEXT, 1)
    fall(story, NIGHT + timedelta(days=3))
    due_at = DUE + timedelta(days=9)
    deadline = Deadline(due_at, HEADCOUNT, subject(NIGHT, 6))

    events = story.decide(*fall_due(deadline, due_at))

    assert [
        (event.night - NIGHT).days for event in events if isinstance(event, HeadcountOverdue)
    ] == [0, 2, 4, 5]
    assert {event.due_at for event in events if isinstance(event, HeadcountOverdue)} == {due_at}
    with pytest.raises(NoSilentNight, match="2025-03-16 up to 2025-03-22"):
        story.decide(*fall_due(deadline, due_at))


def test_nights_after_somebody_left_are_nobodys_silence(story: Story) -> None:
    story.facility(3).hold(1)
    story.end(1, datetime(2025, 3, 18, 15, tzinfo=UTC))
    deadline = Deadline(DUE, HEADCOUNT, subject(NIGHT, 6))

    assert len(story.decide(*fall_due(deadline, DUE))) == 2


def test_after_a_night_that_was_attested_the_next_one_is_due(story: Story) -> None:
    story.facility(3).hold(1)
    (attested,) = story.attest(NIGHT, 1)
    (deadline,) = deadlines(recorded(attested, IN_TIME))
    assert deadline == Deadline(DUE + timedelta(days=1), "headcount", subject(NEXT))


def test_after_a_silent_night_the_next_one_is_due_also_when_the_clock_itself_was_late(
    story: Story,
) -> None:
    """An outage of the service gives the facility no more time than it had."""
    story.facility(3).hold(1)
    (overdue,) = fall(story)
    (deadline,) = deadlines(recorded(overdue, DUE + timedelta(days=30)))
    assert deadline == Deadline(DUE + timedelta(days=1), "headcount", subject(NEXT))


def test_nothing_else_sets_a_deadline(story: Story) -> None:
    story.facility(3).hold(1)
    sets = ("CustodyAccepted", "MonitorReportRecorded")
    others = [event for event in story.events if type(event).__name__ not in sets]
    assert [deadline for other in others for deadline in deadlines(recorded(other, DUE))] == []


def test_a_kind_that_this_build_does_not_know_is_no_command() -> None:
    with pytest.raises(LookupError, match="'clearance'"):
        fall_due(Deadline(DUE, "clearance", "case"), DUE)


def test_a_deadline_is_a_last_second_and_no_limit_is_before_what_was_told() -> None:
    assert headcount_due(NIGHT, ZONE, IN_TIME) == DUE
    assert headcount_due(NIGHT, ZONE, DUE + timedelta(seconds=1)) == DUE + timedelta(seconds=1)
