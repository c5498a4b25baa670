"""Fees for a person stop the moment their return is ordered, so delay never pays (G16)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.billing.domain.return_order import FeesStoppedAlready
from shared.contracts.billing import FeeReversed, NightNotCharged
from shared.contracts.fee_stop import FeesStopped, NightAfterReturnOrder
from shared.kernel.event import Event
from tests.support.tariffs import pool
from tests.unit.billing.story import BED, OVERFLOW, PLACES, YEAR, Story, custody

ARRIVAL = date(2025, 4, 1)
TINY = pool("tiny", "100.00", 1, 2, YEAR)
"""Two person-nights, and no price for the third."""


def day(number: int) -> date:
    """So many days after the arrival."""
    return ARRIVAL + timedelta(days=number)


def nights(events: tuple[Event, ...], kind: type[FeeReversed | NightNotCharged]) -> list[date]:
    """The nights of these entries, of one kind."""
    return [event.night for event in events if isinstance(event, kind) and event.night]


def held(story: Story, *attested: int, components: tuple[object, ...] = (BED,)) -> Story:
    story.terms(*components)  # type: ignore[arg-type]  # components of any kind
    story.arrive(1, ARRIVAL)
    for number in attested:
        story.attest(1, day(number))
    return story


def test_g16_from_the_order_on_nothing_accrues_and_what_did_is_taken_back(story: Story) -> None:
    held(story, 0, 1, 2, 3)
    stopped, *rest = story.order_return(1, day(2))
    assert isinstance(stopped, FeesStopped)
    assert nights(tuple(rest), FeeReversed) == [day(3), day(2)]
    assert nights(tuple(rest), NightAfterReturnOrder) == [day(3), day(2)]
    assert [*story.charged(1)] == [day(0), day(1)]


def test_g16_a_night_after_the_order_is_never_owed_even_when_a_headcount_attests_it(
    story: Story,
) -> None:
    held(story, 0).order_return(1, day(1))
    for number in (1, 2, 30):
        (kept,) = story.attest(1, day(number))
        assert isinstance(kept, NightAfterReturnOrder)
        assert (kept.refusal.rule, kept.order) == ("G16", "accord.example/placement/0#77")
    story.leave(1, day(31))
    assert [*story.charged(1)] == [day(0)]


def test_g16_an_order_on_the_day_of_arrival_leaves_no_night(story: Story) -> None:
    held(story, 0).order_return(1, ARRIVAL - timedelta(days=1))
    assert story.charged(1) == {}


def test_two_orders_stop_the_fee_from_the_earlier_day(story: Story) -> None:
    """Going round it: a later order, or the same one again, gives no night back."""
    held(story, 0, 1, 2, 3).order_return(1, day(2))
    for later in (2, 3):
        with pytest.raises(FeesStoppedAlready, match="from 2025-04-03 on"):
            story.order_return(1, day(later), order=78)
    story.order_return(1, day(1), order=79)
    assert [*story.charged(1)] == [day(0)]
    (kept,) = story.attest(1, day(4))
    assert isinstance(kept, NightAfterReturnOrder)
    assert kept.order == "accord.example/placement/0#79"


def test_an_order_that_is_told_after_the_exit_takes_back_the_nights_between(story: Story) -> None:
    held(story, 0, 1, 2).leave(1, day(3))
    stopped, *_ = story.order_return(1, day(1))
    assert isinstance(stopped, FeesStopped)
    assert stopped.departed_on == day(3)
    assert [*story.charged(1)] == [day(0)]


def test_g16_an_order_from_before_the_custody_binds_in_it_and_in_no_other(story: Story) -> None:
    """A court orders the return of who is on the way: nothing accrues from the acceptance on."""
    story.terms(BED)
    (stopped,) = story.order_return(1, ARRIVAL)
    assert isinstance(stopped, FeesStopped)
    assert stopped.before_custody
    with pytest.raises(FeesStoppedAlready):
        story.order_return(1, ARRIVAL, order=78)
    story.arrive(1, ARRIVAL)
    (kept,) = story.attest(1, day(0))
    assert isinstance(kept, NightAfterReturnOrder)
    story.leave(1, day(1))
    story.arrive(2, day(1), who=1)
    story.attest(2, day(1), who=1)
    assert story.charged(1) == {day(1): [custody(2)]}


def test_who_never_arrived_because_of_an_order_is_paid_for_in_another_case(story: Story) -> None:
    story.terms(BED)
    story.order_return(1, ARRIVAL)
    story.arrive(2, day(9), who=1)
    story.attest(2, day(9), who=1)
    assert story.charged(1) == {day(9): [custody(2)]}


def test_a_night_that_waits_for_a_price_needs_none_any_more(story: Story) -> None:
    held(story, 0, 1, 2, 3, components=(TINY,))
    events = story.order_return(1, day(3))
    assert nights(events, NightAfterReturnOrder) == [day(3)]
    assert nights(events, FeeReversed) == []
    _, *rest = story.order_return(1, day(1), order=78)
    assert nights(tuple(rest), NightAfterReturnOrder) == [day(2), day(1)]


def test_g16_another_pseudonym_of_the_person_pays_for_no_night_either(story: Story) -> None:
    """Going round it: the person is counted in a second custody, under a second pseudonym."""
    held(story, 0)
    story.arrive(2, day(0))
    for number in (1, 2):
        story.attest(1, day(number))
        story.attest(2, day(number))
    story.merge(2, 1)
    story.order_return(1, day(1))
    assert [*story.charged(1, 2)] == [day(0)]
    story.attest(2, day(3))
    story.leave(1, day(4))
    story.attest(2, day(5))
    assert [*story.charged(1, 2)] == [day(0)]


def test_g16_a_pseudonym_that_is_merged_after_the_order_pays_nothing_back_to_its_day(
    story: Story,
) -> None:
    held(story, 0).order_return(1, day(1))
    story.arrive(2, day(0))
    for number in (1, 2):
        story.attest(2, day(number))
    story.merge(2, 1)
    assert [*story.charged(1, 2)] == [day(0)]
    story.tell_apart(1, 2)
    assert story.charged(2) == {day(1): [custody(2)], day(2): [custody(2)]}


def test_who_comes_back_in_a_new_custody_is_paid_for_again(story: Story) -> None:
    held(story, 0).order_return(1, day(1))
    story.leave(1, day(3))
    story.arrive(2, day(3), who=1)
    story.attest(2, day(3), who=1)
    story.attest(2, day(4), who=1)
    assert [*story.charged(1)] == [day(0), day(3), day(4)]


def test_a_night_that_was_kept_off_for_one_that_the_order_stops_is_owed_in_a_later_custody(
    story: Story,
) -> None:
    """Two custodies beside one another, one of which began after the ordered one was over."""
    held(story, 0).order_return(1, day(2))
    story.leave(1, day(2))
    story.arrive(2, day(0), who=2)
    story.attest(2, day(4))
    story.arrive(3, day(3), who=2)
    story.attest(3, day(4), who=2)
    assert story.charged(2) == {day(4): [custody(2)]}
    story.merge(2, 1)
    assert story.charged(1, 2) == {day(0): [custody(1)], day(4): [custody(3)]}


@settings(max_examples=60, deadline=None)
@given(
    order=st.permutations(["order", "later order", "exit", "merge", *range(6), *range(10, 16)]),
    start=st.integers(0, 5),
)
def test_g16_whatever_comes_first_no_night_from_the_order_on_is_owed(
    order: list[str | int], start: int
) -> None:
    """Orders, attestations, exit and merging in any sequence come to the same nights."""
    story = Story()
    story.terms(PLACES, OVERFLOW)
    story.arrive(1, ARRIVAL)
    story.arrive(2, ARRIVAL)
    for step in order:
        match step:
            case "order":
                story.order_return(1, day(start))
            case "later order":
                _order_later(story, start + 1)
            case "exit":
                story.leave(1, day(5))
            case int():
                story.attest(1 + step // 10, day(step % 10))
            case _:
                story.merge(2, 1)
    assert [*story.charged(1, 2)] == [day(number) for number in range(start)]
    assert all(len(holders) == 1 for holders in story.charged(1, 2).values())


def _order_later(story: Story, start: int) -> None:
    try:
        story.order_return(1, day(start), order=78)
    except FeesStoppedAlready:
        return
