"""No departure under an agreement before its return drill has been recorded (G24)."""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.domain.agreement.record_return_drill import (
    RECORD_RETURN_DRILL,
    RecordReturnDrill,
)
from services.intake.domain.agreement.state import NotSignedByBoth, fold
from services.intake.domain.agreement.stopped import NoReturnDrill
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.agreement_course import ReturnDrillRecorded
from shared.contracts.manifest import LegDeparted, LegDepartureRefused
from shared.kernel.actor import Actor
from tests.support.decider_specification import folded, given
from tests.support.intake_log import (
    AGREEMENT,
    AUTHORITY,
    DOCUMENT,
    NOW,
    RECEIVING_AUTHORITY,
    agreement_events,
)
from tests.support.journeys import Journey
from tests.unit.intake.made_events import replaced

*SIGNED, DRILL = agreement_events()
LATER = date(2025, 3, 17)
"""The day after the departure."""


def record(actor: Actor = AUTHORITY) -> RecordReturnDrill:
    return RecordReturnDrill(
        agreement=AGREEMENT, reference="drill-1", held_on=date(2025, 2, 20), now=NOW, actor=actor
    )


def without_drill(*events: ReturnDrillRecorded) -> Journey:
    """A journey whose agreement has these drills alone, with everybody on board."""
    journey = Journey(1)
    place = journey.log.events.index(DRILL)
    journey.log.events[place : place + 1] = events
    return journey.boarded()


def test_g24_the_sending_state_records_that_it_has_practised_a_return() -> None:
    given(*SIGNED).when(RECORD_RETURN_DRILL, record()).then(DRILL)


def test_g24_nobody_says_it_for_the_sending_state_or_before_both_have_signed() -> None:
    for actor in (RECEIVING_AUTHORITY, Actor("CCC", "central-authority", "a")):
        given(*SIGNED).when(RECORD_RETURN_DRILL, record(actor)).refused(ActsOnlyForItself)
    given(SIGNED[0]).when(RECORD_RETURN_DRILL, record()).refused(NotSignedByBoth)


def test_g24_who_is_on_board_does_not_depart_before_the_drill_is_recorded() -> None:
    journey = without_drill()
    with pytest.raises(NoReturnDrill, match="practise a return and record it"):
        journey.authorise()
    assert journey.log.last(LegDepartureRefused).refusal.rule == "G24"
    journey.log.record(DRILL)
    journey.authorise()
    journey.depart()
    assert journey.log.last(LegDeparted).leg == 1


def test_g24_a_drill_that_was_held_after_a_departure_is_none_before_it() -> None:
    """Whoever departs late with a drill of a later day departs no less before it."""
    assert isinstance(DRILL, ReturnDrillRecorded)
    journey = without_drill(replaced(DRILL, held_on=LATER))
    with pytest.raises(NoReturnDrill):
        journey.authorise()
    authorised = Journey(1).boarded()
    authorised.authorise()
    authorised.log.exchange(DRILL, replaced(DRILL, held_on=LATER))
    with pytest.raises(NoReturnDrill):
        authorised.depart()


def test_the_earliest_drill_counts_in_whichever_order_they_are_recorded() -> None:
    assert isinstance(DRILL, ReturnDrillRecorded)
    later = replaced(DRILL, held_on=LATER)
    for drills in ((DRILL, later), (later, DRILL)):
        assert folded(fold(AGREEMENT), (*SIGNED, *drills)).first_drill == DRILL


def test_g24_an_amendment_needs_no_drill_of_its_own() -> None:
    second = agreement_events(replaced(DOCUMENT, version=2))[:-1]
    journey = Journey(1)
    for event in second:
        journey.log.record(event)
    journey.departed()
    assert journey.log.last(LegDeparted).leg == 1


def test_g24_a_drill_under_another_agreement_lets_nobody_depart() -> None:
    assert isinstance(DRILL, ReturnDrillRecorded)
    journey = without_drill(replaced(DRILL, agreement="ccc-ddd-2025@1"))
    with pytest.raises(NoReturnDrill):
        journey.authorise()
