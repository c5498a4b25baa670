"""Exchange rates are recorded once a day, by the treasury that pays, and post nothing (F3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.billing.domain import exchange_rate
from services.billing.domain.appropriate_funding import NotThePayingTreasury
from services.billing.domain.exchange_rate import (
    FIX_EXCHANGE_RATE,
    FixExchangeRate,
    RateAlreadyFixed,
    Rates,
    RateUnknown,
    RateWrong,
    evolve,
    fold,
)
from shared.contracts.exchange import ExchangeRateFixed
from shared.kernel.ids import AgreementRef
from tests.unit.billing.story import BED, NAME, PAYER, TREASURY, Story

FIRST, LATER = date(2025, 3, 3), date(2025, 4, 1)


def fix(story: Story, rate: str = "8.5", on: date = FIRST, **changed: Any) -> ExchangeRateFixed:  # noqa: ANN401 - fields of the command
    fields: dict[str, Any] = {
        "agreement": AgreementRef(NAME),
        "quote": "NOK",
        "rate": rate,
        "on": on,
        "source": "NORGES-BANK",
        "actor": PAYER,
    }
    (event,) = story.decide(FIX_EXCHANGE_RATE, FixExchangeRate(**{**fields, **changed}))
    assert isinstance(event, ExchangeRateFixed)
    return event


def test_f3_a_changed_rate_never_changes_the_ledger(story: Story) -> None:
    """F3: 'a changed rate never changes the EUR ledger'."""
    story.terms(BED)
    story.arrive(1, date(2025, 3, 17))
    story.attest(1, date(2025, 3, 17))
    before = story.balances()
    fix(story)
    fix(story, "9.1", LATER)
    assert story.balances() == before
    rates = story.fold(fold(NAME, "NOK"))
    assert [exchange_rate.last(rates, day).rate for day in (FIRST, date(2025, 3, 31), LATER)] == [
        "8.5",
        "8.5",
        "9.1",
    ]
    with pytest.raises(RateUnknown, match="have the paying treasury record one"):
        exchange_rate.last(rates, date(2025, 3, 2))


def test_f3_a_currency_has_one_rate_a_day(story: Story) -> None:
    story.terms(BED)
    fix(story)
    with pytest.raises(RateAlreadyFixed, match=r"fixed at 8\.5"):
        fix(story, "8.6")
    fix(story, quote="SEK")


@pytest.mark.parametrize("changed", [{"quote": "USD"}, {"quote": "XYZ"}, {"rate": "0.00"}])
def test_f3_a_rate_is_of_another_currency_and_more_than_nothing(
    story: Story, changed: dict[str, Any]
) -> None:
    story.terms(BED)
    with pytest.raises(RateWrong) as refused:
        fix(story, **changed)
    assert refused.value.rule == "F3"


def test_f3_the_state_that_pays_fixes_the_rates_of_its_reports(story: Story) -> None:
    (activated,) = story.terms(BED)
    with pytest.raises(NotThePayingTreasury) as refused:
        fix(story, actor=TREASURY)
    assert refused.value.rule == "F3"
    assert evolve(Rates(), activated) == Rates()
