"""Whoever should not have departed is ordered back by rule (D7; G16)."""

from datetime import UTC, datetime, timedelta

import pytest

from services.placement.domain.custody.state import CustodyIsUnknown, NotInCustody
from services.placement.domain.returns.order_return import ReturnOrderedAlready
from services.placement.reactions import react
from shared.contracts.agreement import ReturnTerms
from shared.contracts.returns import ReturnOrdered
from shared.contracts.wrongful_transfer import WrongfulTransferFound
from shared.kernel.ids import CaseId
from shared.kernel.rejected import Finding
from tests.support.entries import foreign
from tests.unit.placement.story import CECOT, MANIFEST, NIGHT, TAKEN, TERMS, Story, custody, person
from tests.unit.placement.test_return_order import agreed, order

FOUND = datetime(2025, 4, 10, 22, 30, tzinfo=UTC)
HOLD = "hold/01930000-0000-7000-8000-000000000077"


def found(story: Story, at: datetime = FOUND, evidence: str = HOLD) -> ReturnOrdered:
    """Intake says that an order would have stopped the departure of person 1."""
    event = WrongfulTransferFound(
        manifest=MANIFEST,
        agreement=TERMS,
        case=CaseId(str(custody(1))),
        person=person(1),
        facility=CECOT,
        custody=custody(1),
        sending="USA",
        receiving="SLV",
        closes=Finding(rule="G3", missing="an order that stands", evidence=evidence),
        since=at,
        departed_at=TAKEN,
        found_at=at,
    )
    (step,) = react(foreign(1, event))
    (ordered,) = story.decide(step.decider, step.command)
    assert isinstance(ordered, ReturnOrdered)
    return ordered


def test_d7_what_would_have_closed_the_gate_orders_the_return_with_the_agreements_deadline(
    story: Story,
) -> None:
    story.facility(1).hold(1)
    agreed(story, 1, NIGHT, ReturnTerms(days=3, cost_of="receiving"))
    ordered = found(story)
    assert (ordered.ground, ordered.reference) == ("wrongful-transfer", HOLD)
    assert ordered.due_at == datetime(2025, 4, 13, 23, 59, 59, tzinfo=UTC)
    assert (ordered.ordered_at, ordered.cost_of) == (FOUND, "SLV")
    assert ordered.ordered_by == "XX:ops:placement-follower"


def test_d7_who_is_taken_over_after_it_was_found_is_ordered_back_all_the_same(
    story: Story,
) -> None:
    """Going round it: the receiving state takes the person over before it has heard of it."""
    story.facility(1).reserve(1)
    assert found(story, TAKEN - timedelta(hours=2)).facility == CECOT
    story.offer(1)
    story.accept(1)
    assert found(story, TAKEN - timedelta(hours=1), "hold/another").ordered_on == NIGHT


def test_d7_one_order_of_return_for_each_of_what_was_found_while_there_is_somebody(
    story: Story,
) -> None:
    with pytest.raises(CustodyIsUnknown):
        found(story)
    story.facility(1).hold(1)
    order(story, ref=HOLD)
    found(story)
    with pytest.raises(ReturnOrderedAlready):
        found(story)
    story.back(1, FOUND + timedelta(days=2))
    with pytest.raises(NotInCustody, match="nobody to return"):
        found(story, FOUND + timedelta(days=3), "hold/another")
    late = found(story, FOUND + timedelta(days=1), "hold/another")
    assert late.ordered_at == FOUND + timedelta(days=1)
