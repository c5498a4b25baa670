"""G16: 'a return order has a deadline': by which version, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from shared.contracts.placement import PersonReleased
from shared.contracts.returns import ReturnOrdered, ReturnOverdue
from tests.support.first_agreement import first_agreement
from tests.unit.audit.names import custody
from tests.unit.audit.return_stories import ORDERED, held_three_nights, return_ordered
from tests.unit.audit.rules import broken, missing
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Tampering

if TYPE_CHECKING:
    from datetime import date

    from services.audit.domain.entry import Entry


def _amended(begins: date) -> list[Entry]:
    """Version 2 gives three days instead of fourteen, at the other state's cost, from a day on;
    then a return is ordered.
    """
    story = held_three_nights()
    term = {**first_agreement()["effective"], "start": str(begins)}
    story.agreed(version="2", returns={"days": "3", "cost_of": "receiving"}, effective=term)
    story.world.settle()
    story.return_ordered(1, at=ORDERED)
    return story.facts()


@pytest.mark.parametrize(
    ("begins", "days", "cost_of"),
    [
        (ORDERED.date(), 3, "SLV"),
        (ORDERED.date() + timedelta(days=1), 14, "USA"),
    ],
)
def test_d6_a_return_is_due_by_the_version_that_binds_the_day_of_the_order(
    begins: date, days: int, cost_of: str
) -> None:
    """D6: 'the version of the day of the deed binds': one that is signed early does not yet."""
    facts = _amended(begins)
    assert audited(facts)[1] == []
    order = Tampering(facts, ReturnOrdered)
    assert order.words.due_at.date() == ORDERED.date() + timedelta(days=days)
    assert order.words.cost_of == cost_of
    by_the_other = datetime(2025, 3, 19, 23, 59, 59, tzinfo=UTC) + timedelta(days=17 - days)
    assert order.event(due_at=by_the_other).here() == {broken("G16")}


def test_g16_an_order_from_nobodys_custody_is_found() -> None:
    """There is nobody to return: the second reader says so, and reads on."""
    lost = Tampering(return_ordered(), ReturnOrdered).event(custody=custody(99))
    assert lost.here() == {missing("G13")}


def test_g16_an_order_that_is_given_after_the_exit_is_found() -> None:
    """Nobody is returned who has left; one that is told late was given before."""
    story = held_three_nights()
    story.left(1)
    story.return_ordered(1, at=ORDERED - timedelta(days=1))
    facts = story.facts()
    assert audited(facts)[1] == []
    left = Tampering(facts, PersonReleased).words.ended_at
    after = Tampering(facts, ReturnOrdered).event(ordered_at=left)
    words = {finding.expected for finding in after.findings()}
    assert f"an order before {left}" in words


def _returned(on: datetime) -> Story:
    """A return is ordered, and the person is back at that instant; then placement goes on."""
    story = held_three_nights()
    story.return_ordered(1, at=ORDERED)
    story.on(on).back(1)
    deadline = datetime(2025, 4, 3, 12, tzinfo=UTC)
    story.on(deadline).capacity(70)
    story.on(deadline + timedelta(hours=2)).capacity(80)
    return story


def test_g16_a_return_that_was_completed_in_time_is_overdue_for_nobody() -> None:
    """'Overdue at its deadline and every day after, until it is over'."""
    facts = _returned(datetime(2025, 4, 1, 12, tzinfo=UTC)).facts()
    assert not any(isinstance(fact.event, ReturnOverdue) for fact in facts)
    assert audited(facts)[1] == []
