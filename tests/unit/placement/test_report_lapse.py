"""G17: a facility needs an independent monitor's report, and one that has not run out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.placement.deadlines import deadlines, fall_due
from services.placement.domain.facility.record_report import (
    NotLapsed,
)
from shared.contracts.facility_course import (
    MonitorReportLapsed,
)
from shared.contracts.placement import PlaceRefused
from shared.kernel.dates import last_second
from tests.unit.placement.fitness_told import (
    DAY,
    NEXT,
    TODAY,
    is_open,
    kinds,
    refused,
    report,
)
from tests.unit.placement.story import (
    NIGHT,
    NOW,
    REGISTRY,
    TAKEN,
    Story,
)
from tests.unit.placement.test_headcount_deadline import recorded


def test_g17_a_lapsed_report_suspends_with_the_last_second_of_its_last_day(held: Story) -> None:
    recorded_report, *_ = report(held, until=NEXT)
    (deadline,) = deadlines(recorded(recorded_report, NOW))
    assert (deadline.due_at, deadline.kind) == (last_second(NEXT), "report")
    with pytest.raises(NotLapsed):
        held.decide(*fall_due(deadline, deadline.due_at - timedelta(seconds=1)))
    lapsed, suspended = held.decide(*fall_due(deadline, deadline.due_at))
    assert isinstance(lapsed, MonitorReportLapsed)
    assert (suspended.ground, suspended.suspended_by) == ("report", "XX:ops:placement-clock")  # type: ignore[attr-defined]  # it is a suspension
    refused(held, 2)
    with pytest.raises(NotLapsed):
        held.decide(*fall_due(deadline, deadline.due_at))


def test_g17_a_report_that_was_renewed_does_not_lapse(held: Story) -> None:
    first, *_ = report(held, until=NEXT)
    report(held)
    (deadline,) = deadlines(recorded(first, NOW))
    with pytest.raises(NotLapsed):
        held.decide(*fall_due(deadline, deadline.due_at))


def test_g17_an_inadequate_report_lapses_and_suspends_once(held: Story) -> None:
    first, _ = report(held, adequate=False, until=NEXT)
    (deadline,) = deadlines(recorded(first, NOW))
    assert kinds(held.decide(*fall_due(deadline, deadline.due_at))) == [MonitorReportLapsed]


def test_g17_no_place_is_held_on_a_day_after_the_report_even_if_the_clock_stands(
    held: Story,
) -> None:
    """Going round it: what has lapsed is found also before the service says so."""
    report(held, NIGHT - 9 * DAY, until=NIGHT - DAY, now=TAKEN - 2 * DAY)
    assert f"was good until {NIGHT - DAY}" in refused(held, 2)


def test_g17_a_facility_needs_an_independent_monitors_report_that_has_not_expired(
    story: Story,
) -> None:
    """Going round it: places are approved where no monitor has ever been."""
    story.registered(REGISTRY)
    story.propose(9)
    story.approve(9)
    (never,) = story.reserve(1)
    assert isinstance(never, PlaceRefused)
    assert (never.refusal.rule, never.refusal.reason) == ("G17", "FacilityNotReportedOn")
    assert "have the independent monitor inspect it" in never.refusal.detail
    report(story, TODAY, adequate=False)
    refused(story, 1)
    report(story)
    assert is_open(story, 1)


def test_g17_a_facility_whose_report_has_lapsed_is_refused_until_there_is_another(
    held: Story,
) -> None:
    first, *_ = report(held, until=NEXT)
    (deadline,) = deadlines(recorded(first, NOW))
    held.decide(*fall_due(deadline, deadline.due_at))
    refused(held, 2)
    report(held)
    assert is_open(held, 2)
