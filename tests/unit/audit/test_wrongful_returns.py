"""A wrongful transfer is ordered back by rule, as a second reader sees it (D7)."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest

from services.placement.domain.returns.order_by_rule import ORDER_BY_RULE, OrderByRule
from services.placement.domain.returns.order_return import ReturnOrderedAlready
from shared.contracts.hold import PersonScope
from shared.contracts.returns import ReturnOrdered
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from tests.unit.audit.names import AUTHORITY, person
from tests.unit.audit.return_stories import held_three_nights
from tests.unit.audit.rules import Row, breaks, broken
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import night

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

NOTHING = "accord.example/intake/0#0"


@cache
def found_in_custody() -> list[Entry]:
    """An order comes about somebody in custody, and one about somebody who was back by then."""
    story = held_three_nights()
    story.held(1, PersonScope(person(1)))
    story.on(night(4)).counted(night(3), 1, 2)
    story.back(2)
    story.on(night(5)).held(2, PersonScope(person(2)))
    story.counted(night(4), 1)
    return story.facts()


def test_d7_the_return_of_a_wrongful_transfer_is_ordered_by_rule_and_nothing_accrues() -> None:
    replay, found = audited(found_in_custody())
    assert found == []
    assert replay.report().waiting == {}
    facts = found_in_custody()
    (ordered,) = (fact.event for fact in facts if isinstance(fact.event, ReturnOrdered))
    assert ordered.ground == "wrongful-transfer"
    report = replay.report()
    assert report.nights_accrued - report.nights_reversed == 7


ROWS: dict[str, Row] = {
    "it is ordered by rule": (ReturnOrdered, {"ground": "court-order"}, broken("G16")),
    "it costs whom the agreement says": (ReturnOrdered, {"cost_of": "SLV"}, broken("G16")),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_d7_an_order_by_rule_that_breaks_one_is_found(row: Row) -> None:
    assert breaks(found_in_custody(), row)


def test_d7_nobody_orders_a_return_by_a_rule_that_does_not_ask_for_it() -> None:
    """Going round it: the follower's word without what was found, or as of another time."""
    without = Tampering(found_in_custody(), ReturnOrdered).envelope(causation=NOTHING)
    assert broken("G16") in without.here()
    earlier = Tampering(found_in_custody(), ReturnOrdered)
    at = earlier.words.ordered_at - timedelta(hours=1)
    assert broken("G16") in earlier.event(ordered_at=at).here()
    by_hand = Tampering(found_in_custody(), ReturnOrdered).envelope(
        actor=str(AUTHORITY), causation=None
    )
    assert broken("G16") in by_hand.here()


def test_d7_a_return_that_placement_does_not_order_is_waited_for_until_nobody_is_there() -> None:
    story = held_three_nights()
    story.world.weakened.append((ORDER_BY_RULE, Decider(ORDER_BY_RULE.boundary, _nothing)))
    story.held(1, PersonScope(person(1)))
    story.registered(9)
    assert story.audited()[0].report().waiting["by rule"] == 1
    story.on(night(4)).back(1)
    assert "by rule" not in story.audited()[0].report().waiting


def _nothing(_command: OrderByRule, _state: object) -> tuple[Event, ...]:
    raise ReturnOrderedAlready("")
