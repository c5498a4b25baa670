"""The money behind an agreement: what an audit makes of it from the rules alone (D12)."""

from __future__ import annotations

from datetime import date

import pytest

from shared.contracts.funded_departures import DeparturesFunded, DeparturesUnfunded
from shared.contracts.funding import (
    FundingAppropriated,
    FundingExhausted,
    FundingObligated,
    FundingRestored,
    FundingThresholdCrossed,
)
from shared.contracts.manifest import LegDeparted, ManifestOpened
from shared.kernel.dates import DatePeriod
from shared.kernel.money import Money
from tests.unit.audit.funding_told import SPRING, appropriated, funded, obligated, travelling
from tests.unit.audit.names import AUTHORITY, PAYER
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Tampering, said


def test_d12_money_that_is_used_up_stops_departures_and_nothing_else() -> None:
    assert audited(funded())[1] == []
    told = [type(entry.event).__name__ for entry in funded() if "und" in entry.type]
    assert told == [
        "FundingAppropriated",
        "FundingObligated",
        "FundingThresholdCrossed",
        "FundingExhausted",
        "DeparturesUnfunded",
        "FundingObligated",
        "FundingRestored",
        "FundingThresholdCrossed",
        "DeparturesFunded",
    ]


APRIL = DatePeriod(date(2025, 4, 1), date(2025, 5, 1))
ROWS: dict[str, Row] = {
    "in the currency of the terms": (
        FundingAppropriated,
        {"amount": Money("300.00", "EUR")},
        broken("D12"),
    ),
    "more than nothing": (FundingAppropriated, {"amount": Money("0.00", "USD")}, broken("D12")),
    "for whole months": (
        FundingAppropriated,
        {"period": DatePeriod(date(2025, 3, 2), date(2025, 5, 1))},
        broken("D12"),
    ),
    "warned of in order": (FundingAppropriated, {"warn_at": (90, 50)}, broken("D12")),
    "never beyond what is appropriated": (
        FundingObligated,
        {"amount": Money("300.01", "USD")},
        broken("D12"),
    ),
    "by a second subject": (FundingObligated, {"obligated_by": str(PAYER)}, broken("D12")),
    "of money that was appropriated": (
        FundingObligated,
        {"appropriation": "01900007-0000-7000-8000-000000000009"},
        missing("D12"),
    ),
    "with what is obligated": (
        FundingExhausted,
        {"obligated": Money("1.00", "USD")},
        broken("D12"),
    ),
    "with what is used": (FundingExhausted, {"spent": Money("1.00", "USD")}, broken("D12")),
    "of its day": (FundingExhausted, {"on": date(2025, 3, 1)}, broken("D12")),
    "of its months": (FundingExhausted, {"period": APRIL}, broken("D12")),
    "of a day with money": (FundingExhausted, {"on": date(2025, 2, 1)}, broken("D12")),
    "with the share": (FundingThresholdCrossed, {"share": 90}, broken("D12")),
    "in time": (
        FundingObligated,
        {"amount": Money("-1.00", "USD")},
        broken("D12"),
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_d12_whatever_else_is_said_of_money_is_found(row: Row) -> None:
    assert breaks(funded(), row)


def test_d12_money_is_neither_said_to_be_used_too_early_nor_to_be_there_too_late() -> None:
    facts = Tampering(funded(), FundingObligated).event(amount=Money("200.00", "USD")).facts
    assert broken("D12") in Tampering(facts, FundingExhausted).here()
    spent = Tampering(funded(), FundingObligated, 1).event(amount=Money("1.00", "USD")).facts
    assert broken("D12") in Tampering(spent, FundingRestored).here()
    twice = Tampering(funded(), FundingThresholdCrossed, 1)
    again = twice.event(share=50).facts
    first = Tampering(again, FundingObligated, 1).gone().facts
    assert broken("D12") in Tampering(first, FundingThresholdCrossed, 1).here()


def test_d12_nothing_is_said_of_a_day_before_the_last_one_told() -> None:
    """Going round it: money of months that are over is said to be there, and the gate opens."""
    later = Tampering(funded(), FundingExhausted).event(on=date(2025, 4, 30)).facts
    assert broken("D12") in Tampering(later, FundingRestored).here()


def test_d12_two_appropriations_have_the_same_months_or_others() -> None:
    story = travelling(Story())
    appropriated(story, 1, "100.00")
    appropriated(story, 2, "100.00")
    facts = story.facts()
    assert audited(facts)[1] == []
    second = Tampering(facts, FundingAppropriated, 1)
    assert broken("D12") in second.event(period=APRIL).here()
    june = DatePeriod(SPRING.end, date(2025, 6, 1))
    assert broken("D12") not in second.event(period=june).here()


def test_d12_money_lapses_with_its_months() -> None:
    story = travelling(Story())
    appropriated(story, 1, "100.00")
    obligated(story, 1, "50.00")
    facts = Tampering(story.facts(), FundingAppropriated)
    early = DatePeriod(date(2025, 2, 1), date(2025, 3, 1))
    lapsed = facts.event(period=early).facts
    assert broken("D12") in Tampering(lapsed, FundingObligated).here()


def test_d12_money_that_is_used_up_and_not_said_to_be_is_found() -> None:
    facts = Tampering(funded(), DeparturesUnfunded).gone().facts
    silent = Tampering(facts, FundingExhausted).gone().facts
    assert missing("D12") in said(audited(silent)[1])


def test_d12_intake_that_does_not_follow_is_found() -> None:
    facts = Tampering(funded(), DeparturesUnfunded).gone().facts
    assert missing("D12") in said(audited(facts)[1])


def test_d12_a_journey_without_money_is_found_at_every_step() -> None:
    facts = Tampering(funded(), DeparturesFunded).gone().facts
    assert broken("D12") in Tampering(facts, ManifestOpened, 1).here()
    assert broken("D12") in Tampering(facts, LegDeparted, 1).here()


def test_d12_only_the_paying_treasury_commits_its_money() -> None:
    by_another = Tampering(funded(), FundingObligated).envelope(actor=str(AUTHORITY))
    assert broken("D12") in by_another.here()
