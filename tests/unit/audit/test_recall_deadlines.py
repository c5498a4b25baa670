"""Recalls that are late, as the audit checks them: an alarm a day, by the clock (D2)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from shared.contracts.wrongful_transfer import RecallOrdered, RecallOverdue
from tests.unit.audit.names import AUTHORITY, case, person
from tests.unit.audit.recalls_told import never_back
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering


def test_d2_a_recall_is_overdue_at_its_deadline_and_every_day_after() -> None:
    assert audited(never_back())[1] == []
    alarms = [fact.event for fact in never_back() if isinstance(fact.event, RecallOverdue)]
    due_at = Tampering(never_back(), RecallOrdered).words.due_at
    assert [alarm.overdue_at - due_at for alarm in alarms] == [
        timedelta(days=number) for number in range(len(alarms))
    ]
    assert {alarm.case for alarm in alarms} == {case(1)}
    assert len(alarms) > 1


ROWS: dict[str, Row] = {
    "an alarm is at its instant": (
        RecallOverdue,
        {"overdue_at": datetime.fromisoformat("2025-04-09T12:00:00Z")},
        broken("D2"),
    ),
    "of the deadline that the recall names": (
        RecallOverdue,
        {"due_at": datetime.fromisoformat("2025-04-09T12:00:00Z")},
        broken("D2"),
    ),
    "and of somebody who is recalled": (
        RecallOverdue,
        {"case": case(2), "person": person(2)},
        missing("D2"),
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_alarm_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(never_back(), row)


def test_an_alarm_that_is_early_or_of_anybody_is_found() -> None:
    left = Tampering(never_back(), RecallOrdered).fact.recorded_at
    assert broken("D2") in Tampering(never_back(), RecallOverdue).envelope(recorded_at=left).here()
    by_hand = Tampering(never_back(), RecallOverdue).envelope(actor=str(AUTHORITY))
    assert broken("D2") in by_hand.here()


def test_d2_a_day_without_an_alarm_is_found_as_long_as_they_are_not_back() -> None:
    facts = never_back()
    last = max(index for index, fact in enumerate(facts) if isinstance(fact.event, RecallOverdue))
    number = sum(isinstance(fact.event, RecallOverdue) for fact in facts[:last])
    before = Tampering(facts, RecallOverdue, number).gone().facts
    assert missing("D2") in Tampering(before, RecallOverdue, number - 1).here()
