"""What is told about whether a facility may take anybody: deaths, reports, suspensions (G17)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from services.placement.domain.facility.agree_facility import AGREE_FACILITY, AgreeFacility
from services.placement.domain.facility.record_report import (
    RECORD_REPORT,
    TOPICS,
    RecordReport,
)
from services.placement.domain.facility.suspend_facility import (
    SUSPEND_FACILITY,
    WITHDRAW_SUSPENSION,
    SuspendFacility,
    WithdrawSuspension,
)
from services.placement.domain.incident.report_death import REPORT_DEATH, ReportDeath
from shared.contracts.facility_course import (
    Inspected,
)
from shared.contracts.placement import PlaceRefused, PlaceReserved
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from tests.unit.placement.story import (
    CECOT,
    MONITOR,
    NIGHT,
    NOW,
    REGISTRY,
    TAKEN,
    TERMS,
    ZONE,
    Story,
    custody,
)

TODAY = NOW.date()
DAY = timedelta(days=1)
NEXT = TODAY + DAY
"""When the monitor comes: the day after what happened was told."""
COURT = Actor("XX", "court", "district-court-9/clerk-1")
JUDGE = Actor("XX", "court", "District-Court-9/clerk-2")
SENDING = Actor("USA", "central-authority", "usa-authority")
ANOTHER = Actor("VEN", "central-authority", "them/one")


def died(story: Story, number: int = 1) -> tuple[Event, ...]:
    command = ReportDeath(
        custody=custody(number), actor=REGISTRY, now=NOW, ended_at=TAKEN, reference="DC-1"
    )
    return story.decide(REPORT_DEATH, command)


def report(
    story: Story,
    found_on: date = NEXT,
    *,
    adequate: bool = True,
    until: date = TODAY + 30 * DAY,
    actor: Actor = MONITOR,
    topics: tuple[str, ...] = TOPICS,
    now: datetime = NOW + DAY,
) -> tuple[Event, ...]:
    command = RecordReport(
        facility=CECOT,
        actor=actor,
        now=now,
        findings=tuple(Inspected(topic, found_on, adequate) for topic in topics),  # type: ignore[arg-type]  # a topic each, or one that is missing
        valid_until=until,
        reference="INSP-1",
    )
    return story.decide(RECORD_REPORT, command)


def suspend(story: Story, actor: Actor) -> tuple[Event, ...]:
    command = SuspendFacility(facility=CECOT, actor=actor, now=NOW, reference="O-1")
    return story.decide(SUSPEND_FACILITY, command)


def take_back(story: Story, actor: Actor) -> tuple[Event, ...]:
    command = WithdrawSuspension(facility=CECOT, actor=actor, now=NOW, reference="O-2")
    return story.decide(WITHDRAW_SUSPENSION, command)


def kinds(events: tuple[Event, ...]) -> list[type[Event]]:
    return [type(event) for event in events]


def refused(story: Story, number: int) -> str:
    """Why no place is held for a person."""
    (answer,) = story.reserve(number)
    assert isinstance(answer, PlaceRefused)
    assert (answer.refusal.rule, answer.refusal.reason) == ("G17", "FacilityIsSuspended")
    return answer.refusal.detail


def is_open(story: Story, number: int) -> bool:
    return isinstance(story.reserve(number)[0], PlaceReserved)


@pytest.fixture
def held(story: Story) -> Story:
    """A facility that an agreement sends to, with places, and one person in custody there."""
    agree = AgreeFacility(
        facility=CECOT,
        agreement=TERMS,
        country="SLV",
        timezone=ZONE,
        begins=NIGHT,
        sending="USA",
    )
    story.decide(AGREE_FACILITY, agree)
    return story.facility(9).hold(1)
