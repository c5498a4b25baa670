"""G17 by the audit's own check: nobody is sent to a facility that is suspended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from services.intake.domain.leg.authorise_leg import AUTHORISE_LEG
from services.intake.domain.leg.depart_leg import DEPART_LEG
from services.intake.domain.manifest.departures import STOP_DEPARTURES, Departures
from services.placement.domain.custody.reserve_place import RESERVE_PLACE
from services.placement.domain.facility.fitness import Fitness
from shared.contracts.departures import DeparturesResumed, DeparturesStopped
from shared.contracts.facility_course import (
    FacilityReinstated,
    FacilitySuspended,
    MonitorReportLapsed,
    MonitorReportRecorded,
    SuspensionWithdrawn,
)
from shared.contracts.manifest import LegDeparted
from shared.contracts.placement import PlaceReserved
from shared.kernel.decider import Decider
from shared.kernel.rejected import Conflict, Rejected
from tests.unit.audit.fitness_told import fitness, suspended
from tests.unit.audit.incidents_told import died
from tests.unit.audit.reports_told import findings
from tests.unit.audit.rules import broken, missing
from tests.unit.audit.story import Story, audited, in_custody
from tests.unit.audit.tampering import Tampering, said

if TYPE_CHECKING:
    from shared.kernel.event import Event

DAY = timedelta(days=1)
BY_COURT, BY_STATE, BY_ALLEGATION, BY_DEATH, BY_REPORT, BY_LAPSE = range(6)
OPENING, FIRST, SECOND, INADEQUATE, AGAIN, THIRD = range(6)


def one_more() -> Story:
    """One person in custody, and another who is cleared."""
    story = in_custody(1)
    story.registered(2)
    story.proposed(2)
    story.cleared(2)
    return story


def blind(decider: Decider[Any, Any], **less: object) -> tuple[Decider[Any, Any], ...]:
    """A service whose decision does not see something."""

    def decide(command: object, state: msgspec.Struct) -> tuple[Event, ...]:
        return decider.decide(command, msgspec.structs.replace(state, **less))

    return decider, Decider(decider.boundary, decide)


def test_g17_an_honest_story_of_suspensions_has_no_finding() -> None:
    assert audited(fitness())[1] == []


def test_g17_a_place_reserved_in_a_suspended_facility_is_found() -> None:
    story = one_more()
    story.in_step = False
    story.opened(2)
    story.listed(2, 2)
    died(story, 1)
    whole = RESERVE_PLACE.decide

    def decide(command: Any, state: Any) -> tuple[Event, ...]:  # noqa: ANN401 - a decision that looks at less
        fit = msgspec.structs.replace(state.facility, fitness=Fitness(report_until=date.max))
        return whole(command, msgspec.structs.replace(state, facility=fit))

    story.world.weakened.append((RESERVE_PLACE, Decider(RESERVE_PLACE.boundary, decide)))
    story.world.settle()
    facts = story.facts()
    assert broken("G17") in Tampering(facts, PlaceReserved, 1).here()


def test_g17_a_place_reserved_after_the_report_was_good_is_found() -> None:
    story = one_more()
    story.inspected(good_for=3)
    story.opened(2)
    story.listed(2, 2)
    facts = story.facts()
    report = Tampering(facts, MonitorReportRecorded, FIRST)
    earlier = report.words.valid_until - 9 * DAY
    changed = Tampering(report.event(valid_until=earlier).facts, PlaceReserved, 1)
    assert broken("G17") in changed.here()


def test_g17_a_place_where_no_monitor_ever_reported_is_found() -> None:
    """Going round it: a placement that does not ask for the report holds a place all the same."""
    changed = Tampering(one_more().facts(), MonitorReportRecorded, OPENING).gone()
    assert broken("G17") in said(changed.findings())


def test_g17_a_departure_to_a_suspended_facility_is_found() -> None:
    story = one_more()
    story.opened(2)
    story.listed(2, 2)
    story.sealed(2)
    story.boarded(2, 2)
    suspended(story)
    with pytest.raises(Rejected, match="the gate is closed"):
        story.departed(2)
    for decider in (AUTHORISE_LEG, DEPART_LEG):
        story.world.weakened.append(blind(decider, departures=Departures()))  # type: ignore[arg-type]  # a pair
    story.departed(2)
    assert broken("G17") in Tampering(story.facts(), LegDeparted, 1).here()


def test_g17_an_intake_that_does_not_follow_a_suspension_is_found() -> None:
    story = one_more()

    def deaf(command: object, state: object) -> tuple[Event, ...]:
        raise Conflict(f"{command} is nothing to us, in {state}")

    story.world.weakened.append((STOP_DEPARTURES, Decider(STOP_DEPARTURES.boundary, deaf)))
    suspended(story)
    story.opened(2)
    story.listed(2, 2)
    assert missing("G17") in said(story.audited()[1])


ROWS: tuple[tuple[type[Any], int, dict[str, Any]], ...] = (
    (FacilitySuspended, BY_COURT, {"since": "earlier"}),
    (FacilitySuspended, BY_DEATH, {"incident": "another"}),
    (FacilitySuspended, BY_ALLEGATION, {"ground": "report"}),
    (MonitorReportRecorded, THIRD, {"lifts": ("death",)}),
    (MonitorReportRecorded, THIRD, {"lifts": ("death", "order", "report")}),
    (MonitorReportRecorded, SECOND, {"findings": "earlier"}),
    (MonitorReportRecorded, SECOND, {"findings": "the day before"}),
    (MonitorReportRecorded, THIRD, {"findings": "the day before"}),
    (MonitorReportRecorded, FIRST, {"findings": "none"}),
    (MonitorReportRecorded, FIRST, {"findings": "later"}),
    (MonitorReportRecorded, SECOND, {"findings": "inadequate"}),
    (MonitorReportRecorded, FIRST, {"valid_until": "earlier"}),
)


@pytest.mark.parametrize("row", ROWS)
def test_g17_what_suspends_and_what_lifts_is_as_it_was(
    row: tuple[type[Any], int, dict[str, Any]],
) -> None:
    event, nth, changed = row
    story = Tampering(fitness(), event, nth)
    ((field, value),) = changed.items()
    today = story.fact.recorded_at.date()
    if field in ("since", "valid_until"):
        value = today - 9 * DAY
    if field == "findings":
        value = {
            "earlier": findings(today - 9 * DAY),
            "the day before": findings(today - DAY),
            "later": findings(today + 9 * DAY),
            "inadequate": findings(today, adequate=False),
            "none": findings(today)[1:],
        }[value]
    assert broken("G17") in story.event(**{field: value}).here()


def test_g17_the_monitor_of_a_state_reports_nothing() -> None:
    for actor in ("SLV:monitor:own/one", "XX:court:a/b"):
        report = Tampering(fitness(), MonitorReportRecorded).event(reported_by=actor)
        assert broken("G17") in report.envelope(actor=actor).here()


@pytest.mark.parametrize(
    "actor", ["VEN:central-authority:a/b", "SLV:facility-registry:a/b", "USA:counsel:a/b"]
)
def test_g17_nobody_else_suspends(actor: str) -> None:
    story = Tampering(fitness(), FacilitySuspended, BY_COURT).event(suspended_by=actor)
    assert broken("G17") in story.envelope(actor=actor).here()


def test_g17_a_word_is_taken_back_by_whose_it_is() -> None:
    """Going round it: another court takes back the order."""
    actor = "XX:court:district-court-8/clerk-1"
    story = Tampering(fitness(), SuspensionWithdrawn).event(withdrawn_by=actor)
    assert broken("G17") in story.envelope(actor=actor).here()


def test_g17_nobody_suspends_twice() -> None:
    facts = fitness()
    again = Tampering(facts, SuspensionWithdrawn)
    first = Tampering(facts, FacilitySuspended, BY_COURT)
    assert broken("G17") in again.instead(first.words).envelope(actor=first.fact.actor).here()


def test_g17_a_lapse_is_said_by_the_clock_when_it_is_due() -> None:
    facts = fitness()
    story = Tampering(facts, MonitorReportLapsed)
    assert broken("G17") in Tampering(facts, MonitorReportLapsed).envelope(actor="SLV:ops:a").here()
    early = story.fact.recorded_at - 20 * DAY
    assert broken("G17") in Tampering(facts, MonitorReportLapsed).envelope(recorded_at=early).here()
    another = story.words.valid_until - DAY
    assert broken("G17") in story.event(valid_until=another).here()


def test_g17_a_lapse_that_nobody_marks_is_found() -> None:
    """Going round it: the clock keeps silent, and nobody is told that the report has run out."""
    facts = fitness()
    silent = Tampering(facts, MonitorReportLapsed)
    silent = Tampering(silent.gone().facts, FacilitySuspended, BY_LAPSE)
    expected = [finding.expected for finding in silent.gone().findings()]
    assert any(said.startswith("the lapse of the report of cecot") for said in expected)


@pytest.mark.parametrize("nth", [BY_ALLEGATION, BY_DEATH, BY_REPORT, BY_LAPSE])
def test_g17_an_incident_or_a_bad_report_that_suspends_nothing_is_found(nth: int) -> None:
    assert missing("G17") in said(Tampering(fitness(), FacilitySuspended, nth).gone().findings())


@pytest.mark.parametrize("event", [FacilityReinstated, DeparturesStopped, DeparturesResumed])
def test_g17_a_reinstatement_is_said_and_followed(event: type[Event]) -> None:
    found = said(Tampering(fitness(), event).gone().findings())
    assert {missing("G17"), broken("G17")} & found


def test_g17_a_facility_that_still_stands_suspended_is_not_reinstated() -> None:
    facts = fitness()
    report = Tampering(facts, MonitorReportRecorded, SECOND)
    by = report.fact.actor
    wrong = FacilityReinstated(facility=report.words.facility, reinstated_by=by)
    assert broken("G17") in report.instead(wrong).here()
