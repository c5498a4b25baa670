"""Whether a tariff says of every night who charges for it: twice and never are both refused."""

from datetime import date

import msgspec

from shared.kernel.dates import DatePeriod
from shared.kernel.money import Money
from shared.tariff.coverage import contradictions, unclear
from shared.tariff.registry import Component
from shared.tariff.rounding import Rounding
from tests.support.tariffs import nightly, pool

YEAR = DatePeriod(date(2025, 3, 16), date(2026, 3, 16))
PLACES = pool("places", "100.00", 1, 3, YEAR)
BED = nightly("bed", "65.00")


def said(*components: Component, effective: DatePeriod = YEAR) -> list[str]:
    """What is unclear about a tariff."""
    return list(unclear(components, effective))


def wrong(*components: Component, currency: str = "USD") -> list[str]:
    """What contradicts itself in a tariff."""
    return list(contradictions(components, currency))


def test_two_components_that_would_charge_the_same_night_are_unclear() -> None:
    (twice,) = said(PLACES, BED)
    assert twice == (
        "'places' and 'bed' both charge for a night, and neither is said to come after the other"
        " or to apply beside it, first on 2025-03-16"
    )


def test_they_are_clear_when_the_terms_say_which_comes_first_or_that_both_apply() -> None:
    assert said(PLACES, nightly("bed", "65.00", after=("places",))) == []
    assert said(PLACES, nightly("bed", "65.00", beside=("places",))) == []
    assert said(nightly("bed", "65.00", beside=("food",)), nightly("food", "4.10")) == []


def test_components_that_follow_one_another_in_time_are_clear() -> None:
    summer = DatePeriod(date(2025, 3, 16), date(2025, 9, 1))
    winter = DatePeriod(date(2025, 9, 1), date(2026, 3, 16))
    first, second = (
        msgspec.structs.replace(nightly(name, "65.00"), effective=days)
        for name, days in (("summer", summer), ("winter", winter))
    )
    assert said(first, second) == []
    late = msgspec.structs.replace(second, effective=DatePeriod(date(2025, 8, 31), YEAR.end))
    (twice,) = said(first, late)
    assert twice.endswith("first on 2025-08-31")


def test_a_night_that_nothing_charges_for_is_a_gap() -> None:
    gap = "no component charges for a night, first on"
    assert said() == [f"{gap} 2025-03-16"]
    before = DatePeriod(date(2025, 3, 1), date(2026, 4, 1))
    assert said(PLACES, effective=before) == [
        "no component charges for a night, first on 2025-03-01"
    ]
    after = DatePeriod(date(2025, 3, 16), date(2026, 4, 1))
    assert said(PLACES, effective=after) == [
        "no component charges for a night, first on 2026-03-16"
    ]


def test_what_no_fact_says_yet_cannot_decide_who_is_charged_for() -> None:
    repatriation = msgspec.structs.replace(BED, population=("third-country",))
    assert said(repatriation)[0] == (
        "'bed' is restricted to kinds of case, which no fact of custody says"
    )


def test_terms_that_nothing_can_be_charged_by_contradict_themselves() -> None:
    assert wrong(PLACES, BED) == []
    assert wrong(BED, BED) == ["two tariff components have the same id"]
    euro = nightly("bed", Money("65.00", "EUR"))
    assert wrong(euro) == ["component 'bed' must be an amount in USD, not negative"]
    fine = msgspec.structs.replace(BED, rounding=Rounding("half-even", 3))
    assert wrong(fine) == ["component 'bed' rounds to a place that USD does not have"]
    cents = msgspec.structs.replace(pool("p", "0.50", 1, 1), rounding=Rounding("up", 0))
    assert wrong(cents) == ["component 'p' is paid ahead to a finer place than it rounds to"]
    after = nightly("bed", "65.00", after=("places",))
    assert wrong(after, PLACES) == ["component 'bed' comes after one that does not stand before it"]
    for name in ("bed", "nothing"):
        beside = nightly("bed", "65.00", beside=(name,))
        assert wrong(beside) == ["component 'bed' is beside one that the tariff does not have"]
