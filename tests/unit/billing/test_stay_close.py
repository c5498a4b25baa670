"""What was charged from the day of departure on is taken back, exactly (T7)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.billing.domain.account import fold as account_fold
from services.billing.domain.stay import StayAlreadyOpen
from services.billing.domain.stay_close import StayAlreadyClosed, StayUnknown
from shared.contracts.billing import (
    FeeAccrued,
    FeeReversed,
    NightNotCharged,
    NightUnpriced,
    StayClosed,
)
from shared.kernel.money import Money
from shared.tariff.component import Statement
from tests.support.tariffs import nightly, pool
from tests.unit.billing.story import (
    BED,
    NAME,
    PLACES,
    YEAR,
    Story,
)

ARRIVAL = date(2025, 3, 30)


def nights(number: int) -> list[date]:
    """That many nights from the arrival on."""
    return [ARRIVAL + timedelta(days=day) for day in range(number)]


def stated(story: Story, component: str) -> Statement:
    """What a reader is told of a component."""
    standing = story.fold(account_fold(NAME)).of(component)
    return standing.component.statement(standing.tally)


def test_an_exit_closes_the_stay(story: Story) -> None:
    story.arrive(1, ARRIVAL)

    (closed,) = story.leave(1, date(2025, 4, 2))

    assert isinstance(closed, StayClosed)
    assert closed.departed_on == date(2025, 4, 2)


def test_a_custody_opens_and_ends_once(story: Story) -> None:
    with pytest.raises(StayUnknown):
        story.leave(1, ARRIVAL)
    story.terms(BED)
    story.arrive(1, ARRIVAL)
    with pytest.raises(StayAlreadyOpen):
        story.arrive(1, ARRIVAL)
    story.leave(1, ARRIVAL)
    with pytest.raises(StayAlreadyClosed):
        story.leave(1, ARRIVAL)


def test_the_day_of_departure_is_not_a_night(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL)
    for night in nights(4):
        story.attest(1, night)

    _, *taken_back = story.leave(1, date(2025, 4, 1))

    assert [
        (event.night, event.amount, event.because)
        for event in taken_back
        if isinstance(event, FeeReversed)
    ] == [
        (date(2025, 4, 2), Money("-65.00", "USD"), "accord.example/placement/0#99"),
        (date(2025, 4, 1), Money("-65.00", "USD"), "accord.example/placement/0#99"),
    ]
    assert story.balances() == {"accrued-SLV": 13000, "accrued-USA": -13000}


def test_a_stay_of_one_day_keeps_its_one_night(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL)
    story.attest(1, ARRIVAL)

    assert len(story.leave(1, ARRIVAL)) == 1


def test_a_reversal_gives_back_every_component(story: Story) -> None:
    story.terms(BED, nightly("food", "4.10"))
    story.arrive(1, ARRIVAL)
    for night in nights(2):
        story.attest(1, night)

    story.leave(1, nights(2)[1])

    assert story.balances() == {"accrued-SLV": 6910, "accrued-USA": -6910}


def test_a_reversed_night_can_be_charged_again(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL, who=7)
    for night in nights(2):
        story.attest(1, night, who=7)
    story.leave(1, nights(2)[1], who=7)
    story.arrive(2, nights(2)[1], who=7)

    (again,) = story.attest(2, nights(2)[1], who=7)

    assert isinstance(again, FeeAccrued)
    assert story.balance("accrued-SLV") == 13000


def test_a_release_that_is_reported_late_is_reversed_in_the_open_month(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL)
    for night in nights(3):
        story.attest(1, night)
    story.close("2025-03")

    _, april, march = story.leave(1, date(2025, 3, 31))

    assert isinstance(april, FeeReversed)
    assert isinstance(march, FeeReversed)
    assert (april.night, april.period) == (date(2025, 4, 1), "2025-04")
    assert (march.night, march.period) == (date(2025, 3, 31), "2025-04")


def test_an_unpriced_night_after_departure_waits_for_no_price(story: Story) -> None:
    story.terms(pool("p", "100.00", 1, 1, YEAR))
    story.arrive(1, ARRIVAL)
    story.attest(1, ARRIVAL)
    (waiting,) = story.attest(1, nights(2)[1])
    assert isinstance(waiting, NightUnpriced)

    _, settled = story.leave(1, nights(2)[1])

    assert isinstance(settled, NightNotCharged)
    story.close("2025-03")


def test_f7_everybody_leaves_after_124_nights_though_more_were_attested(story: Story) -> None:
    """The same figure with a smaller pool: what is earned follows from the count alone."""
    places = pool("places", "4760.00", 7, 365, YEAR)
    story.terms(places)
    story.pay_ahead(amount=places.amount)
    for number in range(1, 8):
        story.arrive(number, YEAR.start)
        for day in range(126):
            story.attest(number, YEAR.start + timedelta(days=day))
    for number in range(1, 8):
        story.leave(number, YEAR.start + timedelta(days=124))

    unearned = places.amount - places.earned(7 * 124)
    assert story.balance("prepaid-USA") == unearned.minor
    assert -story.balance("prepaid-SLV") == unearned.minor


moves = st.lists(
    st.tuples(st.sampled_from(("attest", "leave", "pay")), st.integers(1, 4), st.integers(0, 9)),
    max_size=40,
)


@settings(deadline=None, max_examples=60)  # a story of 40 steps takes as long as it takes
@given(moves, st.integers(0, 99_999))
def test_what_a_pool_has_earned_follows_from_its_count_at_every_moment(
    steps: list[tuple[str, int, int]], minor: int
) -> None:
    story = Story()
    places = pool("places", Money.of(minor, "USD"), 3, 9, YEAR)
    story.terms(places)
    left, paid = set[int](), False
    for number in range(1, 5):
        story.arrive(number, ARRIVAL)
    for what, number, day in steps:
        if what == "attest":
            story.attest(number, ARRIVAL + timedelta(days=day))
        elif what == "leave" and number not in left:
            story.leave(number, ARRIVAL + timedelta(days=day))
            left.add(number)
        elif what == "pay" and not paid:
            story.pay_ahead(amount=places.amount)
            paid = True
        statement = stated(story, "places")
        assert story.balance("accrued-SLV") == 0
        earned = statement.earned.minor
        assert -story.balance("prepaid-SLV") == (minor - earned if paid else -earned)
        assert sum(story.balances().values()) == 0


def test_the_pool_is_as_big_as_it_was_signed(story: Story) -> None:
    assert PLACES.capacity == 86_870
    story.terms(PLACES)
    story.arrive(1, YEAR.start)
    story.attest(1, YEAR.start)
    assert stated(story, "places").used == 1
