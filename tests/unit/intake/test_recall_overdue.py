"""A recall that is not completed at its deadline is overdue, every day until it is (D2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.api.manifest_reads import shown
from services.intake.deadlines import deadlines, fall_due
from services.intake.domain.manifest import state as manifests
from services.intake.domain.wrongful_transfer.complete_recall import (
    COMPLETE_RECALL,
    CompleteRecall,
)
from services.intake.domain.wrongful_transfer.late_order import (
    FIND_WRONGFUL_TRANSFERS,
    FindWrongfulTransfers,
)
from services.intake.domain.wrongful_transfer.overdue_recall import (
    MARK_RECALL_OVERDUE,
    MarkRecallOverdue,
    RecallNotOverdue,
)
from shared.contracts.wrongful_transfer import RecallOrdered, RecallOverdue
from shared.kernel.event import Event
from shared.kernel.ids import HoldId
from shared.ledger.deadlines import Deadline
from tests.support.entries import BEGINNING, foreign
from tests.support.intake_log import DEPARTURE, ESCORT, MANIFEST, SHA, hold, on_country, traveller
from tests.support.journeys import Journey

ONE = traveller(1)
DAY = timedelta(days=1)
DUE_AT = datetime(2025, 3, 30, 23, 59, 59, tzinfo=UTC)


def recalled() -> Journey:
    """One person is in the air when an order comes."""
    journey = Journey(1).departed()
    journey.log.events.append(hold(on_country()))
    found_at = DEPARTURE + timedelta(hours=1)
    command = FindWrongfulTransfers(hold=HoldId("hold-1"), found_at=found_at)
    journey.log.decide(FIND_WRONGFUL_TRANSFERS, command)
    return journey


def mark(journey: Journey, at: datetime = DUE_AT, now: datetime | None = None) -> tuple[Event, ...]:
    """The clock looks at the recall."""
    command = MarkRecallOverdue(manifest=MANIFEST, case=ONE.case, overdue_at=at, now=now or at)
    return journey.log.decide(MARK_RECALL_OVERDUE, command)


def test_d2_a_recall_is_overdue_at_its_deadline_and_every_day_after() -> None:
    journey = recalled()
    (overdue,) = mark(journey)
    assert isinstance(overdue, RecallOverdue)
    assert (overdue.case, overdue.due_at, overdue.overdue_at) == (ONE.case, DUE_AT, DUE_AT)
    with pytest.raises(RecallNotOverdue, match="stands for a day"):
        mark(journey, DUE_AT + DAY - timedelta(seconds=1))
    mark(journey, DUE_AT + DAY)
    state = journey.log.fold(manifests.fold(MANIFEST))
    assert state is not None
    persons: Any = shown(state)["persons"]
    assert [person["recall_overdue_at"] for person in persons] == [DUE_AT + DAY]


def test_no_recall_is_overdue_before_its_deadline_or_its_time() -> None:
    with pytest.raises(RecallNotOverdue, match="not overdue yet"):
        mark(recalled(), DUE_AT - timedelta(seconds=1))
    with pytest.raises(RecallNotOverdue, match="not overdue yet"):
        mark(recalled(), DUE_AT, DUE_AT - timedelta(seconds=1))


def test_who_is_back_or_was_never_recalled_is_not_overdue() -> None:
    with pytest.raises(RecallNotOverdue, match="nobody"):
        mark(Journey(1).departed())
    journey = recalled()
    at = DEPARTURE + timedelta(hours=3)
    words = {"manifest": MANIFEST, "case": ONE.case, "evidence": SHA, "actor": ESCORT}
    journey.log.decide(COMPLETE_RECALL, CompleteRecall(completed_at=at, now=DUE_AT, **words))  # type: ignore[arg-type]  # its fields
    with pytest.raises(RecallNotOverdue, match="nobody"):
        mark(journey)


def test_the_deadline_of_a_recall_sets_an_alarm_and_each_alarm_the_next() -> None:
    journey = recalled()
    ordered = journey.log.last(RecallOrdered)
    mark(journey)
    overdue = journey.log.last(RecallOverdue)
    told = max(DUE_AT, foreign(1, ordered).recorded_at)
    name = f"{MANIFEST}/{ONE.case}"
    assert list(deadlines(foreign(1, ordered))) == [Deadline(told, "recall", name)]
    again = Deadline(DUE_AT + DAY, "recall", name)
    assert list(deadlines(foreign(2, overdue))) == [again]
    decider, command = fall_due(again, BEGINNING)
    assert decider is MARK_RECALL_OVERDUE
    assert command == MarkRecallOverdue(
        manifest=MANIFEST, case=ONE.case, overdue_at=DUE_AT + DAY, now=BEGINNING
    )
