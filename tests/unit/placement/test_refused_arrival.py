"""A person whom the agreement excludes is refused at arrival, and goes back (T4; G13)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.placement.domain.custody.accept_custody import ArrivalWasRefused
from services.placement.domain.custody.state import (
    ArrivalRefusedAlready,
    CustodyAlreadyAccepted,
    CustodyIsUnknown,
    NotInCustody,
)
from services.placement.domain.person_location import fold as location_fold
from services.placement.domain.returns.refuse_arrival import (
    NothingToRefuse,
    RefusedBeforeOffer,
    RefusedForAnotherState,
    RefusedInTheFuture,
)
from shared.contracts.agreement import ReturnTerms
from shared.contracts.arrival import ArrivalRefused
from shared.contracts.placement import HandoverRefused
from shared.contracts.returns import ReturnOrdered
from shared.kernel.actor import Actor
from tests.unit.placement.story import (
    AUTHORITY,
    NIGHT,
    NOW,
    OFFERED,
    SENDER,
    TAKEN,
    Story,
    custody,
    person,
)
from tests.unit.placement.test_return_order import SENDING, agreed, order
from tests.unit.placement.test_return_overdue import mark


def test_t4_facts_that_come_late_are_an_arrival_refused_a_return_and_nothing_billed(
    story: Story,
) -> None:
    """A woman, under an agreement that excludes women, of whom that is learned at the door: she is
    refused with its ground and evidence, her return is ordered at the sender's cost, no custody
    begins, and the place is free.
    """
    story.facility(1)
    agreed(story, 1, NIGHT, ReturnTerms(days=3, cost_of="receiving"))
    story.reserve(1)
    story.offer(1)
    assert story.site.reserved == 1
    refused, ordered = story.refuse(1)
    assert isinstance(refused, ArrivalRefused)
    assert (refused.ground, refused.evidence) == ("excluded-by-agreement", "ab" * 32)
    assert (refused.sending, refused.place_was_reserved) == ("USA", True)
    assert isinstance(ordered, ReturnOrdered)
    assert (ordered.ground, ordered.cost_of) == ("arrival-refused", "USA")
    assert ordered.due_at == datetime(2025, 3, 19, 23, 59, 59, tzinfo=UTC)
    assert ordered.ordered_on == date(2025, 3, 16)
    assert (story.site.reserved, story.site.in_custody, story.site.available) == (0, 0, 1)


def test_t4_who_comes_without_a_place_is_refused_like_anybody(story: Story) -> None:
    story.facility(1).offer(1)
    refused, _ = story.refuse(1, ground="nationality-not-accepted")
    assert isinstance(refused, ArrivalRefused)
    assert not refused.place_was_reserved
    assert story.site.reserved == 0


def test_an_arrival_is_refused_at_a_facility_that_nobody_has_registered(story: Story) -> None:
    story.offer(1)
    _, ordered = story.refuse(1)
    assert isinstance(ordered, ReturnOrdered)
    assert ordered.ordered_on == date(2025, 3, 16)


def test_g13_who_was_refused_is_not_taken_over_after_all(story: Story) -> None:
    """Going round it: the refusal stands, another offer or not."""
    story.facility(1).reserve(1)
    story.offer(1)
    story.refuse(1)
    with pytest.raises(ArrivalWasRefused, match="USA is responsible"):
        story.accept(1)
    assert isinstance(story.events[-1], HandoverRefused)
    with pytest.raises(ArrivalRefusedAlready, match="it stands"):
        story.offer(1, entry=18)
    with pytest.raises(ArrivalRefusedAlready, match="excluded-by-agreement"):
        story.refuse(1)
    with pytest.raises(NotInCustody, match="not accepted yet"):
        story.end(1, TAKEN + timedelta(hours=1))
    located = story.fold(location_fold(person(1)))
    assert located.besides(custody(2)) is not None


def test_g13_an_arrival_is_refused_by_the_receiving_state_of_whom_it_was_offered(
    story: Story,
) -> None:
    with pytest.raises(CustodyIsUnknown):
        story.refuse(1)
    story.facility(2).reserve(1)
    with pytest.raises(NothingToRefuse, match="has not offered"):
        story.refuse(1)
    story.offer(1)
    for other in (SENDER, Actor("GTM", "facility-registry", "registry")):
        with pytest.raises(RefusedForAnotherState):
            story.refuse(1, actor=other)
    with pytest.raises(RefusedBeforeOffer):
        story.refuse(1, refused_at=OFFERED - timedelta(seconds=1))
    with pytest.raises(RefusedInTheFuture):
        story.refuse(1, refused_at=NOW + timedelta(seconds=3))
    story.accept(1)
    with pytest.raises(CustodyAlreadyAccepted, match="an order of return"):
        story.refuse(1)


def test_g16_either_state_and_a_court_order_back_who_was_refused_and_late_is_overdue(
    story: Story,
) -> None:
    story.facility(1).offer(1)
    _, first = story.refuse(1)
    assert isinstance(first, ReturnOrdered)
    for by in (SENDING, AUTHORITY):
        assert order(story, by=by, ref="EO-1").facility == first.facility
    assert order(story).ground == "court-order"
    assert mark(story, first.due_at).due_at == first.due_at
