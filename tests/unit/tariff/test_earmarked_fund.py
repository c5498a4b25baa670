"""A fund for a purpose: owed as anything else, and in no price of a place (F5, Gjilan)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from shared.kernel.dates import DatePeriod
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.money import Money
from shared.tariff.earmarked_fund import EarmarkedFund, FundMonths
from shared.tariff.fact import MonthEnd, PersonNight
from shared.tariff.rounding import Rounding
from tests.support.signed_terms import reads_as_signed

if TYPE_CHECKING:
    from shared.tariff.registry import Component

CENT = Rounding("half-even", 2)
TERMS = EntryRef("o#7")
NIGHT = PersonNight(CustodyId("c"), PersonId("p"), date(2028, 1, 1), EntryRef("o#1"))
SIGNED = (
    '{"beside":["rent"],"effective":{"end":"2037-04-01","start":"2027-04-01"},"id":"fund",'
    '"kind":"earmarked-fund","purpose":"the receiving state\'s prisons and their surroundings",'
    '"rounding":{"mode":"half-even","place":2},'
    '"yearly":{"amount":"6000000.00","currency":"EUR"}}'
)
TEN_YEARS = DatePeriod(date(2027, 4, 1), date(2037, 4, 1))
FUND = EarmarkedFund(
    id="fund",
    rounding=CENT,
    yearly=Money("6000000.00", "EUR"),
    purpose="the receiving state's prisons and their surroundings",
    effective=TEN_YEARS,
    beside=("rent",),
)


def test_its_terms_read_as_they_were_signed() -> None:
    assert reads_as_signed(SIGNED, FUND)


def test_f5_the_fund_is_in_no_price_of_a_night_or_a_place() -> None:
    assert not FUND.applies(NIGHT)
    protocol: Component = FUND
    assert protocol.charge(NIGHT, FUND.empty) is None
    with pytest.raises(LookupError, match="charges for no night"):
        FUND.reverse(NIGHT, FUND.empty)
    charge = FUND.close(MonthEnd("2028-01", TERMS), FUND.empty)
    assert charge is not None
    assert (charge.unit, charge.quantity, charge.reason) == ("fund-month", 1, "earmarked")
    assert (charge.evidence, charge.tally) == ((TERMS,), FundMonths(months=("2028-01",)))
    assert FUND.statement(charge.tally).words == (
        "EUR 500,000.00 for the receiving state's prisons and their surroundings, in 1 months"
    )
    postings = FUND.postings(charge.amount, "RKS", "DNK")
    assert [(each.account.kind, each.account.party, each.amount.amount) for each in postings] == [
        ("accrued", "RKS", "500000.00"),
        ("accrued", "DNK", "-500000.00"),
        ("earmarked", "RKS", "-500000.00"),
        ("earmarked", "DNK", "500000.00"),
    ]


@pytest.mark.parametrize("purpose", [" ", "---", "12", "prisons\u200b", "pri\u202esons", "a\nb"])
def test_f5_the_purpose_of_a_fund_can_be_read(purpose: str) -> None:
    fund = msgspec.structs.replace(FUND, purpose=purpose)
    assert (fund.contradiction or "").startswith("has no purpose: ")
    assert FUND.contradiction is None
