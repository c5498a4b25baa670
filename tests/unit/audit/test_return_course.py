"""The course of a return as a second reader sees it: each side's own word, once (D2)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from services.audit.domain.replay import Replay
from services.intake.domain.return_case import RETURN_CASE, ReturnCase, ReturnedAlready
from services.placement.domain.returns.schedule_return import (
    SCHEDULE_RETURN,
    ScheduleReturn,
    ToBeReturned,
)
from shared.contracts.case_return import CaseReturned
from shared.contracts.returns import ReturnCompleted, ReturnDeparted, ReturnScheduled
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from tests.unit.audit.names import ESCORT, REGISTRY, custody
from tests.unit.audit.return_stories import arrived, held_three_nights, returned_in_any_order
from tests.unit.audit.rules import SIDES, Row, breaks, broken, missing
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import night

LONG_AGO, LATE = timedelta(days=30), timedelta(days=9)
NOTHING = "accord.example/placement/0#0"


def test_d2_an_honest_return_has_no_finding_in_whatever_order_it_is_told() -> None:
    replay, found = audited(returned_in_any_order())
    assert found == []
    report = replay.report()
    assert report.waiting == {}
    assert report.left == {
        "placement.ReturnCompleted.v1": 4,
        "placement.DeathReported.v1": 1,
    }
    (cecot,) = report.occupancy
    assert (cecot.reserved, cecot.in_custody) == (0, 0)


BACK_FIRST = Tampering(returned_in_any_order(), ReturnDeparted).words
ROWS: dict[str, Row] = {
    "a departure is within the custody": (
        ReturnDeparted, {"departed_at": BACK_FIRST.departed_at - LONG_AGO}, broken("G13")),
    "a departure is on the facility's day": (
        ReturnDeparted, {"departed_on": night(0)}, broken("D2")),
    "nobody leaves after they were back": (
        (ReturnDeparted, 2), {"departed_at": BACK_FIRST.departed_at + LATE}, broken("D2")),
    "a departure is of a custody": (ReturnDeparted, {"custody": custody(9)}, missing("G13")),
    "who was refused never left": (ReturnDeparted, {"custody": custody(5)}, broken("D2")),
    "nobody is back before they left": (
        ReturnCompleted, {"ended_at": BACK_FIRST.departed_at - LONG_AGO}, broken("D2")),
    "a return is of the day of departure": (
        ReturnCompleted, {"departed_on": night(5)}, broken("fees")),
    "who was in custody was not refused": (
        ReturnCompleted, {"from_arrival": True}, broken("T4")),
    "who was refused was not in custody": (
        (ReturnCompleted, 1), {"from_arrival": False}, broken("T4")),
    "nobody is back before they were refused": (
        (ReturnCompleted, 1), {"ended_at": BACK_FIRST.departed_at - LONG_AGO}, broken("D2")),
    "who was refused is back on a day of the facility": (
        (ReturnCompleted, 1), {"departed_on": night(9)}, broken("D2")),
    "a return is of a custody": (ReturnCompleted, {"custody": custody(9)}, missing("G13")),
    "a case is returned because of an entry": (
        CaseReturned, {"completed": NOTHING}, broken("D2")),
    "a case is returned whose person is": (CaseReturned, {"custody": custody(3)}, missing("D2")),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_d2_a_return_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(returned_in_any_order(), row)


def test_d2_a_return_that_departs_twice_is_found() -> None:
    again = Tampering(returned_in_any_order(), ReturnDeparted, 1).instead(BACK_FIRST)
    assert broken("D2") in again.here()


def test_d2_a_return_that_the_receiving_state_completes_is_found() -> None:
    """Going round it: who holds the person says that the sending state has them."""
    theirs = Tampering(returned_in_any_order(), ReturnCompleted).envelope(actor=str(REGISTRY))
    assert broken("D2") in theirs.here()
    ours = Tampering(returned_in_any_order(), ReturnDeparted).envelope(actor=str(ESCORT))
    assert broken("G13") in ours.here() or SIDES in ours.here()


def test_d2_who_is_on_the_way_back_keeps_the_place() -> None:
    story = held_three_nights()
    story.on_the_way_back(1)
    replay: Replay = story.audited()[0]
    facility = replay.state.facilities.of(replay.state.custodies[custody(1)].facility)
    assert (len(facility.present), facility.taken - facility.own) == (1, 2)


def test_d2_a_case_that_is_not_returned_is_found() -> None:
    story = arrived(1, 2)
    story.accepted(1, 2)
    story.world.weakened.append((RETURN_CASE, Decider(RETURN_CASE.boundary, _not_returned)))
    story.on(night(1)).back(1)
    assert story.audited()[0].report().waiting == {"returned": 1}


def _not_returned(_command: ReturnCase, _state: object) -> tuple[Event, ...]:
    raise ReturnedAlready("")


def test_d2_a_schedule_of_a_day_that_has_passed_or_of_nobody_is_found() -> None:
    """Going round it: a return is said to be scheduled, so that nobody asks."""
    for changed, breach in (
        ({"departs_on": night(-3)}, broken("D2")),
        ({"custody": custody(9)}, missing("G13")),
    ):
        told = Tampering(returned_in_any_order(), ReturnScheduled).event(**changed)
        assert breach in told.here()


def test_d2_a_schedule_for_somebody_who_has_left_is_found() -> None:
    """Placement does not see that they have."""
    story = arrived(1)
    story.accepted(1)
    story.on(night(2)).on_the_way_back(1)

    def decide(command: ScheduleReturn, state: ToBeReturned) -> tuple[Event, ...]:
        there = msgspec.structs.replace(state.custody, departed=None)
        return SCHEDULE_RETURN.decide(command, msgspec.structs.replace(state, custody=there))

    story.world.weakened.append((SCHEDULE_RETURN, Decider(SCHEDULE_RETURN.boundary, decide)))
    story.return_scheduled(1, night(3))
    assert broken("D2") in Tampering(story.facts(), ReturnScheduled).here()
