"""Nights that waited for a price get one from a version that both states signed later (F8)."""

from datetime import date

import msgspec
import pytest

from services.billing.domain.period_close import NightsWithoutPrice
from services.billing.domain.prepayment import NotTheReceivingTreasury
from services.billing.domain.repricing import NothingWaits, StillWithoutPrice
from services.billing.domain.terms import TermsUnknown
from shared.contracts.billing import FeeAccrued, NightAlreadyCharged, NightNotCharged, NightUnpriced
from shared.contracts.invoice import InvoiceIssued
from shared.kernel.ids import AgreementRef
from shared.kernel.money import Money
from tests.support.tariffs import nightly, pool
from tests.unit.billing.story import BED, PAYER, YEAR, Story, person

ONE_NIGHT = pool("p", "100.00", 1, 1, YEAR)
DAYS = [date(2025, 4, day) for day in (1, 2, 3)]
LATER = AgreementRef("usa-slv-2025@2")


@pytest.fixture
def waiting(story: Story) -> Story:
    """Three attested nights, of which the signed terms price the first alone."""
    story.terms(ONE_NIGHT)
    story.arrive(1, DAYS[0])
    for night in DAYS:
        story.attest(1, night)
    return story


def test_a_month_with_unpriced_nights_closes_once_a_later_version_prices_them(
    waiting: Story,
) -> None:
    with pytest.raises(NightsWithoutPrice, match="2025-04:reprice"):
        waiting.close("2025-04")
    waiting.terms(BED, version=2)

    priced = waiting.reprice(1, "2025-04")

    assert [
        (accrual.night, accrual.agreement, accrual.amount.amount)
        for accrual in priced
        if isinstance(accrual, FeeAccrued)
    ] == [(DAYS[1], LATER, "65.00"), (DAYS[2], LATER, "65.00")]
    issued = waiting.close("2025-04")[-1]
    assert isinstance(issued, InvoiceIssued)
    assert issued.due == Money("130.00", "USD")
    assert sum(waiting.balances().values()) == 0


def test_a_night_attested_after_the_new_version_needs_no_second_look(waiting: Story) -> None:
    waiting.terms(BED, version=2)

    (night,) = waiting.attest(1, date(2025, 4, 4))

    assert isinstance(night, FeeAccrued)
    assert night.agreement == LATER


def test_d6_what_the_version_in_force_does_not_price_no_older_one_does(story: Story) -> None:
    story.terms(BED)
    story.terms(ONE_NIGHT, version=2)
    story.arrive(1, DAYS[0])

    (night,) = story.attest(1, DAYS[0])
    (unpriced,) = story.attest(1, DAYS[1])

    assert isinstance(night, FeeAccrued)
    assert night.component == "p"
    assert isinstance(unpriced, NightUnpriced)


def test_what_one_waiting_night_takes_from_a_pool_the_next_cannot_have(waiting: Story) -> None:
    waiting.terms(pool("q", "100.00", 1, 1, YEAR), version=2)

    (priced,) = waiting.reprice(1, "2025-04")

    assert isinstance(priced, FeeAccrued)
    assert priced.night == DAYS[1]
    with pytest.raises(NightsWithoutPrice) as broken:
        waiting.close("2025-04")
    assert len(broken.value.findings) == 1


def test_g20_of_two_custodies_that_wait_with_one_night_one_is_charged_and_the_other_kept_off(
    story: Story,
) -> None:
    """Each custody's night waits by itself: none is forgotten for the other's sake."""
    story.terms(ONE_NIGHT)
    story.arrive(1, DAYS[0], who=2)
    story.attest(1, DAYS[0], who=2)
    for number in (3, 4):
        story.arrive(number, DAYS[1], who=5)
        (waits,) = story.attest(number, DAYS[1], who=5)
        assert isinstance(waits, NightUnpriced)
    story.terms(BED, version=2)

    (charged,) = story.reprice(3, "2025-04", who=5)
    assert isinstance(charged, FeeAccrued)
    with pytest.raises(NightsWithoutPrice):
        story.close("2025-04")
    (kept_off,) = story.reprice(4, "2025-04", who=5)
    assert isinstance(kept_off, NightAlreadyCharged)
    assert isinstance(story.close("2025-04")[-1], InvoiceIssued)


def test_unpriced_is_never_free(waiting: Story) -> None:
    with pytest.raises(StillWithoutPrice) as broken:
        waiting.reprice(1, "2025-04")

    assert [finding.evidence for finding in broken.value.findings] == [
        "accord.example/placement/0#102",
        "accord.example/placement/0#103",
    ]


def test_a_version_in_another_currency_prices_nothing_for_an_older_custody(waiting: Story) -> None:
    waiting.terms(nightly("euro-bed", Money("60.00", "EUR")), version=2, currency="EUR")

    with pytest.raises(StillWithoutPrice):
        waiting.reprice(1, "2025-04")


def test_g20_a_waiting_night_that_another_custody_was_charged_for_is_not_charged_again(
    story: Story,
) -> None:
    story.terms(ONE_NIGHT)
    story.arrive(1, DAYS[0])
    story.attest(1, DAYS[0])
    story.arrive(2, DAYS[0], who=7)
    story.attest(2, DAYS[1], who=7)
    other = AgreementRef("usa-swz-2025@1")
    charged = next(event for event in story.events if isinstance(event, FeeAccrued))
    elsewhere = {"person": person(7), "night": DAYS[1], "agreement": other}
    story.events.append(msgspec.structs.replace(charged, **elsewhere))
    story.terms(BED, version=2)

    (kept_off,) = story.reprice(2, "2025-04", who=7)

    assert isinstance(kept_off, NightNotCharged)
    assert kept_off.refusal.reason == "PersonNightAlreadyCharged"


def test_only_the_state_that_is_paid_asks_for_prices(waiting: Story) -> None:
    with pytest.raises(NotTheReceivingTreasury, match="SLV"):
        waiting.reprice(1, "2025-04", actor=PAYER)


def test_where_nothing_waits_there_is_nothing_to_price(story: Story) -> None:
    with pytest.raises(TermsUnknown):
        story.reprice(1, "2025-04")
    story.terms(BED)
    with pytest.raises(NothingWaits, match="2025-04"):
        story.reprice(1, "2025-04")
