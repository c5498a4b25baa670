"""The tests' own harness says no where a test would show nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from services.intake.domain.hold.assert_hold import ASSERT_HOLD, HoldStandsAlready
from services.intake.domain.hold.lift_hold import LIFT_HOLD, LiftHold
from services.intake.domain.hold.state import HoldIsUnknown
from shared.kernel.ids import HoldId, PersonId
from tests.support.decider_specification import DecisionLog, given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import COURT, HOLD, REGISTERED
from tests.unit.intake.test_hold import assert_hold

if TYPE_CHECKING:
    from shared.kernel.event import Event

STRANGER = made_events.replaced(REGISTERED, person=PersonId("somebody-else"))


def asserted() -> tuple[Event, ...]:
    """What an order on the registered person leads to."""
    return given(REGISTERED).when(ASSERT_HOLD, assert_hold()).events


def test_then_means_exactly_these_events() -> None:
    outcome = given(REGISTERED).when(ASSERT_HOLD, assert_hold())
    outcome.then(*asserted())
    with pytest.raises(AssertionError):
        outcome.then()
    with pytest.raises(AssertionError):
        outcome.then(*asserted(), *asserted())


def test_a_refusal_that_was_not_looked_for_fails_the_test() -> None:
    again = given(REGISTERED, *asserted()).when(ASSERT_HOLD, assert_hold())
    with pytest.raises(HoldStandsAlready):
        again.then()


def test_refused_wants_this_refusal_these_words_and_exactly_what_it_leaves() -> None:
    again = given(REGISTERED, *asserted()).when(ASSERT_HOLD, assert_hold())
    rejected = again.refused(HoldStandsAlready)
    assert again.refused(HoldStandsAlready, rejected.detail[:9], rule=rejected.rule) is rejected
    for wrong in (
        lambda: again.refused(HoldIsUnknown),
        lambda: again.refused(HoldStandsAlready, "other words"),
        lambda: again.refused(HoldStandsAlready, rule="G99"),
        lambda: again.refused(HoldStandsAlready, recording=type(REGISTERED)),
        lambda: given(REGISTERED).when(ASSERT_HOLD, assert_hold()).refused(HoldStandsAlready),
    ):
        with pytest.raises(AssertionError):
            wrong()


def test_an_event_that_the_decision_does_not_read_is_no_circumstance_of_it() -> None:
    with pytest.raises(AssertionError, match="reads no PersonRegistered"):
        given(REGISTERED, STRANGER).when(ASSERT_HOLD, assert_hold())
    with pytest.raises(AssertionError, match="reads PersonRegistered"):
        given().beside(REGISTERED).when(ASSERT_HOLD, assert_hold())
    given(REGISTERED).beside(STRANGER).when(ASSERT_HOLD, assert_hold()).then(*asserted())


def test_a_log_of_decisions_keeps_what_each_records_and_folds_what_was_exchanged() -> None:
    log = DecisionLog((REGISTERED,))
    (event,) = log.decide(ASSERT_HOLD, assert_hold())
    assert log.events == [REGISTERED, event]
    other = made_events.replaced(event, hold=HoldId("other"))
    log.exchange(event, other)
    lift = LiftHold(hold=HOLD, instrument="x", now=datetime(2025, 3, 18, tzinfo=UTC), actor=COURT)
    with pytest.raises(HoldIsUnknown):
        log.decide(LIFT_HOLD, lift)
    assert log.last(type(other)) is other
