"""Returns as a second reader sees them: by whom, by when, and what may not be charged (G16)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.contracts.returns import ReturnOrdered
from tests.unit.audit.return_stories import ORDERED, held_three_nights, return_ordered
from tests.unit.audit.rules import Row, breaks, broken
from tests.unit.audit.story import audited


def test_g16_an_honest_order_has_no_finding() -> None:
    assert audited(return_ordered())[1] == []


def test_g16_an_order_that_is_told_after_the_exit_is_honest_if_it_was_given_before() -> None:
    story = held_three_nights()
    story.left(1)
    story.return_ordered(1, at=ORDERED - timedelta(days=1))
    assert story.audited()[1] == []


ROWS: dict[str, Row] = {
    "an order is of whom it says": (ReturnOrdered, {"ground": "sending-state"}, broken("G16")),
    "an order is due when the agreement says": (
        ReturnOrdered, {"due_at": datetime(2026, 3, 19, tzinfo=UTC)}, broken("G16")),
    "an order is on the facility's day": (
        ReturnOrdered, {"ordered_on": date(2025, 3, 18)}, broken("G16")),
    "a return costs whom the agreement says": (ReturnOrdered, {"cost_of": "SLV"}, broken("G16")),
    "who orders says so": (ReturnOrdered, {"ordered_by": "XX:court:nobody"}, broken("G16")),
    "a return is from where they are": (ReturnOrdered, {"facility": "x"}, broken("G16")),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_order_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(return_ordered(), row)
