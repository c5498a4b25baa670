"""G18: deaths and serious incidents reach both states and the monitor, or are overdue."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.placement.deadlines import INCIDENT, deadlines, fall_due
from services.placement.domain.custody import state as custody_state
from services.placement.domain.custody.state import (
    CustodyIsUnknown,
    NotInCustody,
    NotTheReceivingState,
)
from services.placement.domain.incident import state as incident_state
from services.placement.domain.incident.acknowledge_incident import (
    ACKNOWLEDGE_INCIDENT,
    AcknowledgedAlready,
    AcknowledgeIncident,
    NotAddressed,
)
from services.placement.domain.incident.allege_ill_treatment import (
    ALLEGE_ILL_TREATMENT,
    AllegeIllTreatment,
    OfficeCannotAllege,
)
from services.placement.domain.incident.notice_deadline import IncidentNotDueYet, NothingOverdue
from services.placement.domain.incident.report_death import REPORT_DEATH, ReportDeath
from services.placement.domain.incident.report_emergency import REPORT_EMERGENCY, ReportEmergency
from services.placement.domain.incident.report_escape import (
    RECORD_RECAPTURE,
    REPORT_ESCAPE,
    EscapedAlready,
    NotAtLarge,
    RecordRecapture,
    ReportEscape,
)
from services.placement.domain.incident.report_incident import (
    IncidentInTheFuture,
    IncidentOutsideCustody,
)
from services.placement.domain.incident.state import IncidentIsUnknown
from shared.contracts.incident import (
    EscapeReported,
    IllTreatmentAlleged,
    IncidentNotified,
    IncidentOverdue,
    MedicalEmergencyReported,
    Recaptured,
)
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.ids import IncidentId
from shared.ledger.deadlines import Deadline
from tests.unit.placement.story import AUTHORITY, NOW, REGISTRY, SENDER, TAKEN, Story, custody
from tests.unit.placement.test_headcount_deadline import recorded

FIRST = IncidentId("01930000-0000-7000-8000-000000000001")
HOURS = timedelta(hours=1)
HAPPENED = TAKEN + 5 * HOURS
DUE = HAPPENED + 6 * HOURS
SENDING = Actor("USA", "central-authority", "usa-authority")
MONITOR = Actor("XX", "monitor", "inspection/one")
COUNSEL = Actor("VEN", "counsel", "bar/one")
EACH = [("USA", "central-authority"), ("SLV", "central-authority"), ("XX", "monitor")]


def incident(
    story: Story,
    kind: type[Any] = ReportEmergency,
    actor: Actor = REGISTRY,
    at: datetime = HAPPENED,
    who: int = 1,
) -> tuple[Event, ...]:
    deciders: dict[type[Any], Decider[Any, Any]] = {
        ReportEmergency: REPORT_EMERGENCY,
        ReportEscape: REPORT_ESCAPE,
        AllegeIllTreatment: ALLEGE_ILL_TREATMENT,
    }
    command = kind(
        custody=custody(who),
        incident=FIRST,
        actor=actor,
        now=NOW,
        happened_at=at,
        reference="R-1",
    )
    return story.decide(deciders[kind], command)


def recapture(story: Story, at: datetime) -> tuple[Event, ...]:
    command = RecordRecapture(custody=custody(1), actor=REGISTRY, now=NOW, recaptured_at=at)
    return story.decide(RECORD_RECAPTURE, command)


def acknowledge(story: Story, actor: Actor, named: str = FIRST) -> tuple[Event, ...]:
    command = AcknowledgeIncident(incident=IncidentId(named), actor=actor, now=NOW)
    return story.decide(ACKNOWLEDGE_INCIDENT, command)


def fall(story: Story, party: str, office: str, now: datetime = DUE) -> tuple[Event, ...]:
    return story.decide(*fall_due(Deadline(DUE, INCIDENT, f"{FIRST}/{party}/{office}"), now))


@pytest.fixture
def held(story: Story) -> Story:
    """One person in custody."""
    return story.facility(2).hold(1)


@pytest.mark.parametrize(
    ("kind", "actor", "fact"),
    [
        (ReportEmergency, REGISTRY, MedicalEmergencyReported),
        (ReportEscape, REGISTRY, EscapeReported),
        (AllegeIllTreatment, COUNSEL, IllTreatmentAlleged),
    ],
)
def test_g18_an_incident_has_to_reach_both_states_and_the_monitor_within_hours(
    kind: type[Any], actor: Actor, fact: type[Event], held: Story
) -> None:
    reported, *events = incident(held, kind, actor)
    assert isinstance(reported, fact)
    notices = [event for event in events if isinstance(event, IncidentNotified)]
    assert [(event.party, event.office, event.due_at) for event in notices] == [
        (party, office, DUE) for party, office in EACH
    ]
    due = [deadline for event in notices for deadline in deadlines(recorded(event, NOW))]
    assert due == [Deadline(DUE, "incident", f"{FIRST}/{party}/{office}") for party, office in EACH]


def test_g18_a_death_has_to_reach_them_too_and_is_named_like_its_custody(held: Story) -> None:
    command = ReportDeath(
        custody=custody(1), actor=REGISTRY, now=NOW, ended_at=HAPPENED, reference="DC-1"
    )
    notices = [
        event for event in held.decide(REPORT_DEATH, command) if isinstance(event, IncidentNotified)
    ]
    assert [(str(event.incident), event.party, event.due_at) for event in notices] == [
        (str(custody(1)), party, DUE) for party, _ in EACH
    ]
    (said,) = acknowledge(held, MONITOR, custody(1))
    assert (said.office, said.acknowledged_by) == ("monitor", str(MONITOR))  # type: ignore[attr-defined]  # it is an acknowledgement


def test_g18_each_office_acknowledges_for_itself_and_once(held: Story) -> None:
    """Going round it: the holder cannot say that it has reached the others."""
    with pytest.raises(IncidentIsUnknown):
        acknowledge(held, SENDING)
    incident(held)
    for another in (REGISTRY, COUNSEL, Actor("VEN", "central-authority", "them/one")):
        with pytest.raises(NotAddressed, match="USA central-authority, SLV central-authority, XX"):
            acknowledge(held, another)
    acknowledge(held, AUTHORITY)
    with pytest.raises(AcknowledgedAlready):
        acknowledge(held, AUTHORITY)
    notices = held.fold(incident_state.fold(FIRST)).notices
    assert [notice.acknowledged for notice in notices] == [False, True, False]


def test_g18_what_has_not_reached_an_office_when_it_is_due_there_is_overdue(held: Story) -> None:
    incident(held)
    acknowledge(held, AUTHORITY)
    with pytest.raises(IncidentNotDueYet, match="2025-03-16T21:00:00"):
        fall(held, *EACH[0], now=DUE - timedelta(microseconds=1))
    (overdue,) = fall(held, *EACH[0])
    assert isinstance(overdue, IncidentOverdue)
    assert (overdue.party, overdue.office, overdue.due_at) == (*EACH[0], DUE)
    for settled in (EACH[0], EACH[1], ("VEN", "consulate")):
        with pytest.raises(NothingOverdue):
            fall(held, *settled)
    acknowledge(held, SENDING)
    assert held.fold(incident_state.fold(FIRST)).to(*EACH[0]).acknowledged  # type: ignore[union-attr]  # it was told


def test_g18_an_incident_that_is_told_late_is_overdue_at_once(held: Story) -> None:
    """Going round it: hours count from what happened, so that telling late wins no time."""
    _, notice, *_ = incident(held, at=TAKEN + timedelta(days=1))
    assert isinstance(notice, IncidentNotified)
    (deadline,) = deadlines(recorded(notice, NOW))
    assert deadline.due_at < NOW
    assert len(held.decide(*fall_due(deadline, NOW))) == 1


@pytest.mark.parametrize("kind", [ReportEmergency, ReportEscape])
def test_an_incident_is_told_by_who_holds_the_person(kind: type[Any], held: Story) -> None:
    with pytest.raises(NotTheReceivingState):
        incident(held, kind, SENDER)


def test_g18_whoever_holds_the_person_cannot_keep_an_allegation_from_being_made(
    held: Story,
) -> None:
    for office in ("facility-registry", "escort"):
        with pytest.raises(OfficeCannotAllege, match="court, counsel, consulate"):
            incident(held, AllegeIllTreatment, Actor("SLV", office, "somebody"))
    held.end(1, HAPPENED)
    incident(held, AllegeIllTreatment, MONITOR, HAPPENED + timedelta(days=9))


@pytest.mark.parametrize(
    ("kind", "actor"),
    [
        (ReportEmergency, REGISTRY),
        (ReportEscape, REGISTRY),
        (AllegeIllTreatment, MONITOR),
    ],
)
def test_an_incident_happened_in_the_custody_and_has_happened(
    kind: type[Any], actor: Actor, held: Story
) -> None:
    with pytest.raises(IncidentOutsideCustody):
        incident(held, kind, actor, TAKEN - HOURS)
    with pytest.raises(IncidentInTheFuture):
        incident(held, kind, actor, NOW + HOURS)
    with pytest.raises(CustodyIsUnknown):
        incident(held, kind, actor, who=2)
    held.reserve(2)
    with pytest.raises(NotInCustody):
        incident(held, kind, actor, who=2)


def test_an_emergency_is_told_also_after_the_exit_but_not_of_a_later_time(held: Story) -> None:
    held.end(1, HAPPENED)
    incident(held)
    with pytest.raises(IncidentOutsideCustody, match="give a time within it"):
        incident(held, at=HAPPENED + HOURS)
    with pytest.raises(NotInCustody):
        incident(held, ReportEscape)


def test_an_escape_is_no_exit_and_who_is_taken_again_is_in_custody(held: Story) -> None:
    with pytest.raises(NotAtLarge):
        recapture(held, HAPPENED)
    incident(held, ReportEscape)
    with pytest.raises(EscapedAlready):
        incident(held, ReportEscape)
    state = held.fold(custody_state.fold(custody(1)))
    assert (state.escaped is not None, state.ended) == (True, None)
    for wrong, refused in (
        (HAPPENED - HOURS, IncidentOutsideCustody),
        (NOW + HOURS, IncidentInTheFuture),
    ):
        with pytest.raises(refused):
            recapture(held, wrong)
    (back,) = recapture(held, HAPPENED + HOURS)
    assert isinstance(back, Recaptured)
    assert held.fold(custody_state.fold(custody(1))).escaped is None


def test_who_is_at_large_can_be_released_or_die(held: Story) -> None:
    """Nothing stands in the way of an exit."""
    incident(held, ReportEscape)
    held.end(1, HAPPENED + HOURS)


def test_what_is_no_notice_changes_no_incident(held: Story) -> None:
    state = incident_state.IncidentState()
    assert incident_state.evolve(state, held.events[-1]) is state
