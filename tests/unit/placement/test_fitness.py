"""G17: a death, an allegation, a lapsed report, either party or a court suspends a facility."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.placement.domain.facility.agree_facility import AGREE_FACILITY, AgreeFacility
from services.placement.domain.facility.record_report import (
    TOPICS,
    MonitorIsIndependent,
    ReportIncomplete,
    ReportRunOut,
)
from services.placement.domain.facility.state import FacilityIsUnknown
from services.placement.domain.facility.suspend_facility import (
    CannotSuspend,
    NotSuspendedByYou,
    SuspendedByYou,
)
from services.placement.domain.incident.allege_ill_treatment import AllegeIllTreatment
from shared.contracts.facility_course import (
    FacilityReinstated,
    FacilitySuspended,
    MonitorReportRecorded,
)
from shared.kernel.actor import Actor
from tests.unit.placement.fitness_told import (
    ANOTHER,
    COURT,
    DAY,
    JUDGE,
    NEXT,
    SENDING,
    TODAY,
    died,
    is_open,
    kinds,
    refused,
    report,
    suspend,
    take_back,
)
from tests.unit.placement.story import (
    AUTHORITY,
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
from tests.unit.placement.test_incidents import incident


def test_g17_a_death_suspends_new_departures_until_the_monitor_reports(held: Story) -> None:
    *_, suspended = died(held)
    assert suspended == FacilitySuspended(
        facility=CECOT,
        ground="death",
        since=TODAY,
        suspended_by=str(REGISTRY),
        incident=custody(1),  # type: ignore[arg-type]  # a death is named like its custody
        reference="DC-1",
    )
    assert f"suspended since {TODAY} by death" in refused(held, 2)
    recorded, reinstated = report(held)
    assert isinstance(recorded, MonitorReportRecorded)
    assert recorded.lifts == ("death",)
    assert reinstated == FacilityReinstated(facility=CECOT, reinstated_by=str(MONITOR))
    assert is_open(held, 2)


def test_g17_an_allegation_of_ill_treatment_suspends_too(held: Story) -> None:
    incident(held, AllegeIllTreatment, MONITOR)
    assert "by ill-treatment" in refused(held, 2)


@pytest.mark.parametrize("found_on", [NIGHT, TODAY - DAY, TODAY])
@pytest.mark.parametrize("told_on", [NOW, NOW + DAY])
def test_g17_a_report_made_before_the_fault_was_told_lifts_nothing(
    held: Story, found_on: date, told_on: datetime
) -> None:
    """Going round it: the monitor came before the death was told, or on that very day, and its
    report is recorded at once or late.
    """
    died(held)
    (again,) = report(held, found_on, now=told_on)
    assert isinstance(again, MonitorReportRecorded)
    assert again.lifts == ()
    refused(held, 2)


def test_g17_a_second_death_has_to_be_reported_on_again(held: Story) -> None:
    held.hold(2)
    died(held)
    report(held)
    died(held, 2)
    refused(held, 3)


def test_g17_a_report_that_finds_one_topic_inadequate_reinstates_nothing(held: Story) -> None:
    died(held)
    assert kinds(report(held, adequate=False)) == [MonitorReportRecorded, FacilitySuspended]
    assert kinds(report(held, adequate=False)) == [MonitorReportRecorded]
    assert "by report" in refused(held, 2)
    (same_day,) = report(held, NEXT, now=NOW + 9 * DAY)
    assert same_day.lifts == ("death",)  # type: ignore[attr-defined]  # it is the report
    later, _ = report(held, NEXT + DAY, now=NOW + 2 * DAY)
    assert later.lifts == ("report",)  # type: ignore[attr-defined]  # it is the report
    assert is_open(held, 2)


def test_g17_the_latest_inadequate_finding_is_the_one_to_be_answered(held: Story) -> None:
    """Going round it: an inspection between two that found something wanting, told last."""
    late = NOW + 9 * DAY
    assert FacilitySuspended in kinds(report(held, TODAY, adequate=False, now=late))
    report(held, TODAY + 4 * DAY, adequate=False, now=late)
    report(held, TODAY + DAY, adequate=False, now=late)
    (between,) = report(held, TODAY + 3 * DAY, now=late)
    assert between.lifts == ()  # type: ignore[attr-defined]  # it is the report
    assert FacilityReinstated in kinds(report(held, TODAY + 5 * DAY, now=late))


def test_g17_the_monitor_is_independent_and_reports_on_every_topic(held: Story) -> None:
    """Going round it: who holds the people says that all is well."""
    died(held)
    for actor in (REGISTRY, AUTHORITY, Actor("SLV", "monitor", "own/one"), COURT):
        with pytest.raises(MonitorIsIndependent):
            report(held, actor=actor)
    for topics in (TOPICS[:-1], (*TOPICS, "water")):
        with pytest.raises(ReportIncomplete, match="one finding of each: sanitation, water"):
            report(held, topics=topics)
    with pytest.raises(ReportIncomplete, match="has come"):
        report(held, NEXT + DAY)
    with pytest.raises(ReportRunOut):
        report(held, until=TODAY - DAY)
    refused(held, 2)


@pytest.mark.parametrize("actor", [COURT, AUTHORITY, SENDING])
def test_g17_either_party_or_a_court_suspends_and_reinstates_by_its_own_word(
    actor: Actor, held: Story
) -> None:
    """Going round it: neither the monitor's report nor another's word lifts it."""
    suspend(held, actor)
    assert f"of {actor.party}:{actor.office}" in refused(held, 2)
    with pytest.raises(SuspendedByYou):
        suspend(held, actor)
    assert kinds(report(held)) == [MonitorReportRecorded]
    for other in {COURT, AUTHORITY, SENDING} - {actor}:
        with pytest.raises(NotSuspendedByYou):
            take_back(held, other)
    refused(held, 3)
    assert FacilityReinstated in kinds(take_back(held, JUDGE if actor == COURT else actor))
    assert is_open(held, 4)


def test_g17_what_else_stands_stays_when_a_word_is_taken_back(held: Story) -> None:
    died(held)
    suspend(held, COURT)
    suspend(held, SENDING)
    assert FacilityReinstated not in kinds(take_back(held, COURT))
    assert FacilityReinstated not in kinds(report(held))
    assert FacilityReinstated in kinds(take_back(held, SENDING))


def test_g17_nobody_else_suspends_a_facility(held: Story) -> None:
    for actor in (ANOTHER, REGISTRY, Actor("USA", "counsel", "bar/one")):
        with pytest.raises(CannotSuspend):
            suspend(held, actor)


def test_a_facility_that_there_is_not_is_neither_suspended_nor_reported_on(story: Story) -> None:
    with pytest.raises(FacilityIsUnknown):
        suspend(story, COURT)
    with pytest.raises(FacilityIsUnknown):
        report(story)


def test_g17_a_suspension_stops_no_exit_and_no_arrival(held: Story) -> None:
    held.reserve(2)
    held.offer(2)
    suspend(held, COURT)
    held.accept(2)
    held.back(1, TAKEN)
    held.end(2, TAKEN)


def test_g17_a_suspension_outlives_another_states_registration_of_the_name(story: Story) -> None:
    """Going round it: the facility is registered anew by the state that an agreement names."""
    story.registered(Actor("HND", "facility-registry", "hnd-registry"))
    suspend(story, COURT)
    agree = AgreeFacility(
        facility=CECOT, agreement=TERMS, country="SLV", timezone=ZONE, begins=NIGHT, sending="USA"
    )
    story.decide(AGREE_FACILITY, agree)
    story.facility(3)
    refused(story, 1)
