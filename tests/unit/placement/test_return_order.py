"""Returns are ordered: by whom, from when, by when, and at whose cost (G16; D2)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.placement.domain.custody.state import (
    CustodyIsUnknown,
    NotInCustody,
)
from services.placement.domain.facility.agree_facility import AGREE_FACILITY, AgreeFacility
from services.placement.domain.returns.order_return import (
    ORDER_RETURN,
    NotAnAuthorityOfThisCustody,
    OrderReturn,
    ReturnOrderedAlready,
    ReturnOrderedBeforeCustody,
    ReturnOrderedInTheFuture,
    ReturnOrderIsDatedBack,
)
from services.placement.domain.returns.state import ReturnState, evolve
from shared.contracts.agreement import ReturnTerms
from shared.contracts.returns import ReturnOrdered
from shared.kernel.actor import Actor
from shared.kernel.ids import AgreementRef
from tests.unit.placement.story import (
    AUTHORITY,
    CECOT,
    NIGHT,
    NOW,
    REGISTRY,
    TAKEN,
    ZONE,
    Story,
    custody,
)

COURT = Actor("USA", "court", "supreme-court/clerk-1")
INTERNATIONAL = Actor("XX", "court", "human-rights-court/registrar")
SENDING = Actor("USA", "central-authority", "usa-authority")
GIVEN = datetime(2025, 4, 10, 22, 30, tzinfo=UTC)


def order(
    story: Story,
    number: int = 1,
    by: Actor = COURT,
    at: datetime = GIVEN,
    ref: str = "25-cv-951",
    *,
    now: datetime | None = None,
) -> ReturnOrdered:
    """A court's order is told long after; a state's own at once."""
    told = now or (NOW if by.office == "court" else at)
    command = OrderReturn(custody=custody(number), actor=by, now=told, ordered_at=at, reference=ref)
    (ordered,) = story.decide(ORDER_RETURN, command)
    assert isinstance(ordered, ReturnOrdered)
    return ordered


def agreed(story: Story, version: int, begins: date, returns: ReturnTerms) -> None:
    command = AgreeFacility(
        facility=CECOT,
        agreement=AgreementRef(f"usa-slv-2025@{version}"),
        country="SLV",
        timezone=ZONE,
        begins=begins,
        returns=returns,
    )
    story.decide(AGREE_FACILITY, command)


def test_g16_a_return_order_has_a_deadline(story: Story) -> None:
    """The agreement's: so many days after the order, with the last second of that day (D4)."""
    story.facility(1).hold(1)
    ordered = order(story)
    assert ordered.due_at == datetime(2025, 4, 24, 23, 59, 59, tzinfo=UTC)
    assert (ordered.ordered_on, ordered.cost_of) == (date(2025, 4, 10), "USA")


def test_d6_the_version_of_the_day_of_the_order_says_how_soon_and_at_whose_cost(
    story: Story,
) -> None:
    story.facility(1).hold(1)
    agreed(story, 1, NIGHT, ReturnTerms(days=3))
    agreed(story, 2, date(2025, 4, 10), ReturnTerms(days=30, cost_of="receiving"))
    before, on = order(story, at=GIVEN - timedelta(days=1)), order(story, ref="25-cv-952")
    assert (before.due_at.date(), before.cost_of) == (date(2025, 4, 12), "USA")
    assert (on.due_at.date(), on.cost_of) == (date(2025, 5, 10), "SLV")


@pytest.mark.parametrize(
    ("by", "ground"),
    [
        (COURT, "court-order"),
        (INTERNATIONAL, "court-order"),
        (Actor("SLV", "court", "sala-constitucional/una"), "court-order"),
        (SENDING, "sending-state"),
        (AUTHORITY, "receiving-state"),
    ],
    ids=str,
)
def test_g16_a_court_or_either_state_orders_it(story: Story, by: Actor, ground: str) -> None:
    story.facility(1).hold(1)
    assert order(story, by=by).ground == ground


@pytest.mark.parametrize(
    "by",
    [
        Actor("GTM", "court", "a-court/clerk"),
        Actor("GTM", "central-authority", "authority"),
        Actor("XX", "central-authority", "authority"),
        REGISTRY,
    ],
    ids=str,
)
def test_nobody_else_orders_a_return(story: Story, by: Actor) -> None:
    story.facility(1).hold(1)
    with pytest.raises(NotAnAuthorityOfThisCustody, match="central authority of USA or SLV"):
        order(story, by=by)


def test_two_orders_are_two_facts_and_one_order_is_one(story: Story) -> None:
    """Going round it: the second order moves no deadline of the first, and no order comes twice."""
    story.facility(1).hold(1)
    first = order(story)
    order(story, by=AUTHORITY, at=GIVEN + timedelta(days=9))
    order(story, by=INTERNATIONAL, at=GIVEN + timedelta(days=9))
    assert story.events[-3] == first
    with pytest.raises(ReturnOrderedAlready, match="due at 2025-04-24"):
        order(story, by=Actor("USA", "court", "supreme-court/clerk-2"), at=GIVEN)


def test_g16_an_order_stops_the_fee_from_when_it_was_given_never_from_a_future_day(
    story: Story,
) -> None:
    story.facility(1).hold(1)
    with pytest.raises(ReturnOrderedInTheFuture):
        order(story, at=NOW + timedelta(seconds=3))


def test_g16_no_order_is_from_before_the_custody_that_it_is_of(story: Story) -> None:
    """Going round it: an order dated back would take back the nights of a stay that is over."""
    story.facility(1).hold(1)
    with pytest.raises(ReturnOrderedBeforeCustody, match="began at 2025-03-16T10:00"):
        order(story, at=TAKEN - timedelta(seconds=1))
    assert order(story, at=TAKEN).ordered_at == TAKEN


@pytest.mark.parametrize("by", [SENDING, AUTHORITY], ids=str)
def test_g16_no_state_dates_its_own_order_back_further_than_a_day(story: Story, by: Actor) -> None:
    """Going round it: whoever pays, or is paid, says when it ordered. A court binds (D7)."""
    story.facility(1).hold(1)
    day_later = GIVEN + timedelta(hours=24)
    with pytest.raises(ReturnOrderIsDatedBack, match="a court's order alone"):
        order(story, by=by, now=day_later + timedelta(seconds=1))
    assert order(story, by=by, now=day_later).ordered_at == GIVEN
    assert order(story, now=day_later + timedelta(days=200)).ground == "court-order"


def test_an_order_after_the_exit_is_taken_if_it_was_given_before(story: Story) -> None:
    """D7: facts are taken at any time; who had gone when it was given cannot be brought back."""
    story.facility(1).hold(1).end(1, GIVEN)
    with pytest.raises(NotInCustody, match="nobody to return"):
        order(story, at=GIVEN)
    assert order(story, at=GIVEN - timedelta(days=2)).ordered_on == date(2025, 4, 8)


def test_d2_before_the_handover_the_sending_state_has_the_person(story: Story) -> None:
    story.facility(1)
    with pytest.raises(CustodyIsUnknown):
        order(story)
    story.offer(1)
    for state in (SENDING, AUTHORITY):
        with pytest.raises(NotInCustody, match="the sending state has the person"):
            order(story, by=state)


def test_g16_a_courts_order_in_flight_is_taken_and_binds_on_the_acceptance(story: Story) -> None:
    """Going round it: who is ordered back on the way is taken over all the same."""
    story.facility(1).reserve(1)
    on_the_way = order(story, at=TAKEN - timedelta(hours=5))
    assert (on_the_way.ground, on_the_way.facility) == ("court-order", CECOT)
    story.offer(1)
    landed = order(story, at=TAKEN - timedelta(hours=1), ref="25-cv-952")
    story.accept(1)
    assert (on_the_way.ordered_on, landed.ordered_on) == (NIGHT - timedelta(days=1), NIGHT)
    with pytest.raises(ReturnOrderedAlready):
        order(story, at=TAKEN)


def test_t9_an_order_depends_on_placements_own_log_alone(story: Story) -> None:
    story.facility(1).hold(1)
    order(story)
    tags = {
        tag
        for fold in story.read.values()
        for alternative in fold.alternatives
        for tag in alternative.tags
        if fold.name.startswith(("return/", f"custody/{custody(1)}"))
    }
    assert tags == {f"custody:{custody(1)}"}
    assert order(story, at=TAKEN, ref="25-cv-1").ordered_on == NIGHT


def test_an_event_of_something_else_leaves_the_return_alone(story: Story) -> None:
    story.facility(1)
    assert evolve(ReturnState(), story.events[0]) == ReturnState()
