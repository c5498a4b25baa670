"""The money behind an agreement: by two subjects, within the appropriation, said when used."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.billing.domain.appropriate_funding import (
    APPROPRIATE_FUNDING,
    OBLIGATE_FUNDING,
    AppropriateFunding,
    AppropriationUnknown,
    AppropriationWrong,
    NotThePayingTreasury,
    ObligateFunding,
    ObligationExceedsAppropriation,
    OneSubjectCommits,
)
from services.billing.domain.funding import FundingState, evolve, fold
from services.billing.domain.funding_position import (
    REVIEW_FUNDING,
    NothingToSayOfFunds,
    ReviewFunding,
)
from shared.contracts.funding import (
    FundingAppropriated,
    FundingExhausted,
    FundingObligated,
    FundingRestored,
    FundingThresholdCrossed,
)
from shared.kernel.actor import Actor
from shared.kernel.dates import DatePeriod
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, AppropriationId
from shared.kernel.money import Money
from tests.unit.billing.story import BED, NAME, PAYER, PLACES, TERMS, TREASURY, Story

SECOND = Actor("USA", "treasury", "usa-treasury-2")
SPRING = DatePeriod(date(2025, 3, 1), date(2025, 5, 1))
IN_MARCH = datetime(2025, 3, 20, tzinfo=UTC)
TODAY = IN_MARCH.date()


def appropriation(number: int = 1) -> AppropriationId:
    return AppropriationId(f"01960000-0000-7000-8000-{number:012d}")


def usd(amount: str) -> Money:
    return Money(amount, "USD")


def appropriate(story: Story, number: int = 1, actor: Actor = PAYER, **changed: Any) -> Event:  # noqa: ANN401 - fields of the command
    fields: dict[str, Any] = {
        "appropriation": appropriation(number),
        "agreement": AgreementRef(NAME),
        "amount": usd("260.00"),
        "period": SPRING,
        "instrument": f"PL-119-{number}",
        "warn_at": (50, 90),
        "actor": actor,
    }
    (event,) = story.decide(APPROPRIATE_FUNDING, AppropriateFunding(**{**fields, **changed}))
    return event


def obligate(
    story: Story,
    amount: str,
    number: int = 1,
    actor: Actor = SECOND,
    now: datetime = IN_MARCH,
) -> tuple[Event, ...]:
    command = ObligateFunding(
        appropriation=appropriation(number),
        agreement=AgreementRef(NAME),
        amount=usd(amount),
        reference="OBL-7",
        now=now,
        actor=actor,
    )
    return story.decide(OBLIGATE_FUNDING, command)


def review(story: Story, on: date = TODAY) -> tuple[Event, ...]:
    return story.decide(REVIEW_FUNDING, ReviewFunding(agreement=TERMS, on=on))


def spend(story: Story, *days: int) -> None:
    """USD 65.00 for each of these nights of March."""
    for day in days:
        story.attest(1, date(2025, 3, day))


def funded(story: Story, amount: str = "195.00") -> None:
    story.terms(BED)
    story.arrive(1, date(2025, 3, 17))
    appropriate(story)
    obligate(story, amount)


def test_d12_a_warning_comes_before_and_a_refusal_after_and_money_again_ends_it(
    story: Story,
) -> None:
    """S13: 'a warning before, a refusal of new departures after': the accrual goes on."""
    funded(story)
    spend(story, 17)
    with pytest.raises(NothingToSayOfFunds):
        review(story)
    spend(story, 18)
    (warned,) = review(story)
    assert isinstance(warned, FundingThresholdCrossed)
    assert (warned.share, warned.spent, warned.obligated) == (50, usd("130.00"), usd("195.00"))
    with pytest.raises(NothingToSayOfFunds):
        review(story)
    spend(story, 19)
    (exhausted,) = review(story)
    assert isinstance(exhausted, FundingExhausted)
    with pytest.raises(NothingToSayOfFunds):
        review(story)
    spend(story, 20)
    assert story.balance("accrued-SLV") == 26000

    (obligated,) = obligate(story, "65.00")
    assert isinstance(obligated, FundingObligated)
    appropriate(story, 2)
    obligated, restored, warned = obligate(story, "26.00", number=2)
    assert isinstance(restored, FundingRestored)
    assert isinstance(warned, FundingThresholdCrossed)
    assert (warned.share, warned.obligated) == (90, usd("286.00"))


def test_d12_what_is_obligated_never_exceeds_what_is_appropriated(story: Story) -> None:
    story.terms(BED)
    appropriate(story)
    obligate(story, "200.00")
    for amount in ("60.01", "0.00"):
        with pytest.raises(ObligationExceedsAppropriation, match="obligate that at most"):
            obligate(story, amount)
    with pytest.raises(ObligationExceedsAppropriation, match="has lapsed"):
        obligate(story, "60.00", now=datetime(2025, 5, 1, tzinfo=UTC))
    obligate(story, "60.00")


def test_d12_two_subjects_of_the_paying_treasury_commit_it(story: Story) -> None:
    story.terms(BED)
    with pytest.raises(NotThePayingTreasury, match="USA"):
        appropriate(story, actor=TREASURY)
    with pytest.raises(AppropriationUnknown):
        obligate(story, "1.00")
    appropriate(story)
    with pytest.raises(OneSubjectCommits):
        obligate(story, "1.00", actor=Actor("USA", "treasury", PAYER.subject.upper()))
    with pytest.raises(NotThePayingTreasury):
        obligate(story, "1.00", actor=TREASURY)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amount": Money("1.00", "EUR")}, "paid in USD"),
        ({"amount": Money("0.00", "USD")}, "above zero"),
        ({"period": DatePeriod(date(2025, 3, 2), date(2025, 5, 1))}, "whole months"),
        ({"period": DatePeriod(date(2025, 3, 1), date(2025, 5, 2))}, "whole months"),
        ({"warn_at": (90, 90)}, "smallest first"),
        ({"period": DatePeriod(date(2025, 4, 1), date(2025, 6, 1))}, "PL-119-1 has the months"),
    ],
)
def test_an_appropriation_says_what_it_pays_for(
    story: Story, changed: dict[str, Any], said: str
) -> None:
    story.terms(BED)
    appropriate(story)
    with pytest.raises(AppropriationWrong, match=said):
        appropriate(story, 2, **changed)
    later = DatePeriod(date(2025, 5, 1), date(2025, 6, 1))
    assert isinstance(appropriate(story, 3, period=later), FundingAppropriated)


def test_d12_money_lapses_with_its_months_and_there_is_no_control_before_the_first(
    story: Story,
) -> None:
    funded(story)
    with pytest.raises(NothingToSayOfFunds):
        review(story, date(2025, 2, 28))
    (lapsed,) = review(story, date(2025, 5, 1))
    assert isinstance(lapsed, FundingExhausted)
    assert lapsed.obligated == usd("0.00")


def test_d12_a_late_headcount_says_nothing_of_the_money_of_another_year(story: Story) -> None:
    """Going round it: a night of April is attested once April's money has lapsed."""
    funded(story)
    review(story, date(2025, 5, 1))
    with pytest.raises(NothingToSayOfFunds):
        review(story, date(2025, 4, 30))


def test_what_is_paid_ahead_uses_money_once(story: Story) -> None:
    story.terms(PLACES)
    story.arrive(1, date(2025, 3, 17))
    story.pay_ahead()
    spend(story, 17)
    state = story.fold(fold(NAME))
    assert state.spent == {"2025-03": 476_000_000}


def test_a_fact_of_another_kind_changes_no_money(story: Story) -> None:
    """Terms alone appropriate nothing."""
    (activated,) = story.terms(BED)
    assert evolve(FundingState(), activated) == FundingState()
