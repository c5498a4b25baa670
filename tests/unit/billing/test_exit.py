"""What was charged from the day of departure on is taken back, exactly (T7)."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.billing.domain.account import fold as account_fold
from services.billing.domain.exit import StayAlreadyClosed, StayUnknown
from services.billing.domain.stay import StayAlreadyOpen
from services.billing.domain.terms import ACTIVATE_TERMS, ActivateTerms
from shared.contracts.agreement import PerNight, Prepaid, digest
from shared.contracts.billing import (
    AccrualReversed,
    NightAlreadyCharged,
    NightNotCharged,
    NightsAccrued,
    NightUnpriced,
    StayClosed,
)
from shared.kernel.ids import AgreementId, AgreementRef, EntryRef
from shared.kernel.money import Money
from shared.tariff import prepaid
from tests.unit.billing.story import (
    BED,
    NAME,
    PLACES,
    REGISTRY,
    TERMS,
    YEAR,
    Story,
    custody,
    document,
)

ARRIVAL = date(2025, 3, 30)


def nights(number: int) -> list[date]:
    """That many nights from the arrival on."""
    return [ARRIVAL + timedelta(days=day) for day in range(number)]


def test_an_exit_closes_the_stay(story: Story) -> None:
    story.arrive(1, ARRIVAL)

    (closed,) = story.leave(1, date(2025, 4, 2))

    assert isinstance(closed, StayClosed)
    assert closed.departed_on == date(2025, 4, 2)


def test_a_custody_opens_and_ends_once(story: Story) -> None:
    with pytest.raises(StayUnknown):
        story.leave(1, ARRIVAL)
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
        (one.night, one.amount, one.because)
        for one in taken_back
        if isinstance(one, AccrualReversed)
    ] == [
        (date(2025, 4, 2), Money("-65.00", "USD"), "accord.example/placement/0#99"),
        (date(2025, 4, 1), Money("-65.00", "USD"), "accord.example/placement/0#99"),
    ]
    assert story.balances() == {"receivable-usa": 13000, "earned-bed": -13000}


def test_a_stay_of_one_day_keeps_its_one_night(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL)
    story.attest(1, ARRIVAL)

    assert len(story.leave(1, ARRIVAL)) == 1


def test_a_reversal_gives_back_every_component(story: Story) -> None:
    story.terms(BED, PerNight("food", Money("4.10", "USD")))
    story.arrive(1, ARRIVAL)
    for night in nights(2):
        story.attest(1, night)

    story.leave(1, nights(2)[1])

    assert story.balances() == {"receivable-usa": 6910, "earned-bed": -6500, "earned-food": -410}


def test_a_reversed_night_can_be_charged_again(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL, who=7)
    for night in nights(2):
        story.attest(1, night, who=7)
    story.leave(1, nights(2)[1], who=7)
    story.arrive(2, nights(2)[1], who=7)

    (again,) = story.attest(2, nights(2)[1], who=7)

    assert isinstance(again, NightsAccrued)
    assert story.balance("receivable-usa") == 13000


def test_t8_what_was_kept_off_for_another_custodys_night_is_charged_when_that_is_taken_back(
    story: Story,
) -> None:
    story.terms(BED, PerNight("food", Money("4.10", "USD")))
    for order in (1, 2):
        story.arrive(order, ARRIVAL, who=7)
    for night in nights(4):
        story.attest(1, night, who=7)
        story.attest(2, night, who=7)
    second = [one for one in story.log if isinstance(one, NightAlreadyCharged)]

    after = story.leave(1, nights(4)[2], who=7)

    charged = [one for one in after if isinstance(one, NightsAccrued)]
    assert [(one.night, one.custody, one.component) for one in charged] == [
        (night, custody(2), component) for night in nights(4)[2:] for component in ("bed", "food")
    ]
    assert [one.attested for one in charged[::2]] == [one.attested for one in second[2:]]
    assert {one.attested_by for one in charged} == {str(REGISTRY)}
    assert story.balance("receivable-usa") == 4 * 6910
    assert [type(one) for one in story.leave(2, nights(4)[3], who=7)][1:] == [AccrualReversed] * 2


def test_g20_a_night_kept_off_twice_is_owed_again_once_by_its_latest_attestation(
    story: Story,
) -> None:
    story.terms(BED)
    for order in (1, 2):
        story.arrive(order, ARRIVAL, who=7)
    night = nights(2)[1]
    story.attest(1, night, who=7)
    story.attest(2, night, who=7)
    (latest,) = story.attest(2, night, who=7)

    *_, again = story.leave(1, night, who=7)

    assert isinstance(latest, NightAlreadyCharged)
    assert isinstance(again, NightsAccrued)
    assert (again.custody, again.attested) == (custody(2), latest.attested)
    assert story.balance("receivable-usa") == 6500


def test_g20_one_custody_alone_takes_the_place_of_the_one_that_was_charged(story: Story) -> None:
    story.terms(BED)
    for order in (1, 2, 3):
        story.arrive(order, ARRIVAL, who=7)
        for night in nights(2):
            story.attest(order, night, who=7)

    story.leave(1, nights(2)[1], who=7)
    assert story.balance("receivable-usa") == 13000
    story.leave(2, nights(2)[1], who=7)
    assert story.balance("receivable-usa") == 13000
    story.leave(3, nights(2)[1], who=7)
    assert story.balance("receivable-usa") == 6500


def test_g20_a_night_after_the_second_stay_is_not_charged_for_it_either(story: Story) -> None:
    story.terms(BED)
    for order in (1, 2):
        story.arrive(order, ARRIVAL, who=7)
        for night in nights(3):
            story.attest(order, night, who=7)

    story.leave(2, nights(3)[1], who=7)
    taken_back = story.leave(1, ARRIVAL, who=7)

    assert [type(one) for one in taken_back] == [StayClosed, AccrualReversed, AccrualReversed]
    assert story.balance("receivable-usa") == 6500


def test_what_is_owed_again_falls_into_the_month_that_is_open(story: Story) -> None:
    story.terms(BED)
    for order in (1, 2):
        story.arrive(order, ARRIVAL, who=7)
        for night in nights(2):
            story.attest(order, night, who=7)
    story.close("2025-03")

    *_, again = story.leave(1, nights(2)[1], who=7)

    assert isinstance(again, NightsAccrued)
    assert (again.night, again.period) == (date(2025, 3, 31), "2025-04")


def test_under_another_agreement_the_next_attested_night_brings_what_was_kept_off(
    story: Story,
) -> None:
    other = AgreementRef("usa-gtm-2025@1")
    story.terms(BED)
    signed = msgspec.structs.replace(document(BED), agreement=AgreementId("usa-gtm-2025"))
    story.decide(
        ACTIVATE_TERMS,
        ActivateTerms(
            agreement=signed.ref, document=signed, digest=digest(signed), signed=EntryRef("i#9")
        ),
    )
    story.arrive(1, ARRIVAL, who=7)
    story.arrive(2, ARRIVAL, who=7, agreement=other)
    for night in nights(2):
        story.attest(1, night, who=7)
        story.attest(2, night, who=7, agreement=other)
    assert len(story.leave(1, nights(2)[1], who=7)) == 2

    following, caught_up = story.attest(2, nights(3)[2], who=7, agreement=other)

    assert isinstance(following, NightsAccrued)
    assert isinstance(caught_up, NightsAccrued)
    assert (caught_up.custody, caught_up.night) == (custody(2), nights(2)[1])


def test_a_release_that_is_reported_late_is_reversed_in_the_open_month(story: Story) -> None:
    story.terms(BED)
    story.arrive(1, ARRIVAL)
    for night in nights(3):
        story.attest(1, night)
    story.close("2025-03")

    _, april, march = story.leave(1, date(2025, 3, 31))

    assert isinstance(april, AccrualReversed)
    assert isinstance(march, AccrualReversed)
    assert (april.night, april.period) == (date(2025, 4, 1), "2025-04")
    assert (march.night, march.period) == (date(2025, 3, 31), "2025-04")


def test_an_unpriced_night_after_departure_waits_for_no_price(story: Story) -> None:
    story.terms(Prepaid("p", Money("100.00", "USD"), 1, 1, YEAR))
    story.arrive(1, ARRIVAL)
    story.attest(1, ARRIVAL)
    (waiting,) = story.attest(1, nights(2)[1])
    assert isinstance(waiting, NightUnpriced)

    _, settled = story.leave(1, nights(2)[1])

    assert isinstance(settled, NightNotCharged)
    story.close("2025-03")


def test_f7_everybody_leaves_after_124_nights_though_more_were_attested(story: Story) -> None:
    """The same figure with a smaller pool: what is earned follows from the count alone."""
    pool = Prepaid("places", Money("4760.00", "USD"), 7, 365, YEAR)
    story.terms(pool)
    story.pay_ahead(amount=pool.amount)
    for number in range(1, 8):
        story.arrive(number, YEAR.start)
        for day in range(126):
            story.attest(number, YEAR.start + timedelta(days=day))
    for number in range(1, 8):
        story.leave(number, YEAR.start + timedelta(days=124))

    assert -story.balance("earned-places") == prepaid.earned(pool, 7 * 124).minor
    assert -story.balance("unearned-places") == prepaid.unearned(pool, 7 * 124).minor


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
    pool = Prepaid("places", Money.of(minor, "USD"), 3, 9, YEAR)
    story.terms(pool)
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
            story.pay_ahead(amount=pool.amount)
            paid = True
        count = story.fold(account_fold(NAME)).of(TERMS, "places").attested
        earned = prepaid.earned(pool, count).minor
        assert -story.balance("earned-places") == earned
        assert story.balance("receivable-usa") == 0
        assert -story.balance("unearned-places") == (minor - earned if paid else -earned)
        assert sum(story.balances().values()) == 0


def test_the_pool_is_as_big_as_it_was_signed(story: Story) -> None:
    assert prepaid.capacity(PLACES) == 86_870
    story.terms(PLACES)
    story.arrive(1, YEAR.start)
    story.attest(1, YEAR.start)
    assert story.fold(account_fold(NAME)).of(TERMS, "places").attested == 1
