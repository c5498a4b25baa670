"""Which components charge for a night, and what (docs/reference/fees.md)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from shared.kernel.dates import DatePeriod
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.tariff.fact import PersonNight
from shared.tariff.per_night import NightsCharged
from shared.tariff.prepaid import NightsUsed
from shared.tariff.pricing import price
from tests.support.tariffs import nightly, pool

if TYPE_CHECKING:
    from shared.tariff.component import Tally
    from shared.tariff.registry import Component

YEAR = DatePeriod(date(2025, 3, 16), date(2026, 3, 16))
PLACES = pool("places", "100.00", 1, 3, YEAR)
OVERFLOW = nightly("overflow", "65.00", after=("places",))
NIGHT = date(2025, 4, 1)


def prices(
    *components: Component, night: date = NIGHT, **tallies: Tally
) -> list[tuple[str, int, str]]:
    """The prices of one more night as (component, quantity, amount)."""
    fact = PersonNight(CustodyId("c"), PersonId("p"), night, EntryRef("o#1"))

    def tally(component: Component) -> Tally:
        empty: Tally = component.empty
        return tallies.get(component.id, empty)

    made = price(components, fact, tally)
    return [
        (charge.component.id, charge.charge.quantity, charge.charge.amount.amount)
        for charge in made
    ]


def test_what_comes_after_charges_only_what_is_left() -> None:
    assert prices(PLACES, OVERFLOW) == [("places", 1, "33.33")]
    assert prices(PLACES, OVERFLOW, places=NightsUsed(nights=1)) == [("places", 1, "33.34")]
    used_up = prices(
        PLACES, OVERFLOW, places=NightsUsed(nights=3), overflow=NightsCharged(nights=7)
    )
    assert used_up == [("overflow", 1, "65.00")]


def test_a_night_before_the_prepaid_period_is_charged_by_the_night() -> None:
    assert prices(PLACES, OVERFLOW, night=date(2025, 3, 15)) == [("overflow", 1, "65.00")]


def test_a_night_that_nothing_prices_is_unpriced_and_never_free() -> None:
    assert prices(PLACES, places=NightsUsed(nights=3)) == []
    assert prices(PLACES, night=date(2026, 3, 16)) == []
    assert prices() == []


def test_every_component_that_says_so_applies() -> None:
    food = nightly("food", "4.10", beside=("overflow",))

    assert prices(OVERFLOW, food) == [("overflow", 1, "65.00"), ("food", 1, "4.10")]


def test_one_component_without_a_price_leaves_the_whole_night_unpriced() -> None:
    food = nightly("food", "4.10", beside=("places",))

    assert prices(PLACES, food, places=NightsUsed(nights=3)) == []


def test_f12_a_convention_without_a_fee_costs_zero() -> None:
    assert prices(nightly("no-fee", "0.00")) == [("no-fee", 1, "0.00")]


def test_a_component_charges_within_its_own_days_and_for_its_own_kinds_of_case() -> None:
    """A repatriation is free where the terms say whom they charge for, and the facts say it too."""
    told = msgspec.structs.replace(nightly("bed", "65.00"), population=("third-country",))
    fact = PersonNight(CustodyId("c"), PersonId("p"), NIGHT, EntryRef("o#1"), "third-country")

    assert told.applies(fact)
    assert not told.applies(msgspec.structs.replace(fact, case_kind="repatriation"))
    assert not told.applies(msgspec.structs.replace(fact, case_kind=None))
    assert not PLACES.applies(msgspec.structs.replace(fact, night=YEAR.end))
