"""A price for each unit of a service (F4, F11)."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from shared.kernel.dates import DatePeriod
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.money import Money
from shared.tariff.coverage import contradictions, unclear
from shared.tariff.fact import Cancellation, MonthEnd, Occurred, PersonNight, Service
from shared.tariff.late_cancellation import LateCancellation
from shared.tariff.per_unit import MonthServed, PerUnit, UnitsServed
from shared.tariff.rounding import Rounding
from tests.support.signed_terms import reads_as_signed
from tests.support.tariffs import nightly

CENT = Rounding("half-even", 2)
GUARD = PerUnit(
    id="guard",
    rate=Money("10.00", "USD"),
    service="guard",
    unit="hour",
    paper="guard-log",
    rounding=CENT,
)
MILES = PerUnit(
    id="miles",
    rate=Money("0.30", "USD"),
    service="transport",
    unit="mile",
    paper="trip-log",
    rounding=CENT,
)
SIGNED = (
    '{"id":"guard","kind":"per-unit","paper":"guard-log",'
    '"rate":{"amount":"10.00","currency":"USD"},'
    '"rounding":{"mode":"half-even","place":2},"service":"guard","unit":"hour"}'
)
BED = nightly("bed", "65.00")
DAY = date(2025, 3, 20)
ENTRY = EntryRef("accord.example/billing/0#9")
END = MonthEnd("2025-03", EntryRef("accord.example/intake/0#7"))


def given(terms: PerUnit, quantity: int, on: date = DAY) -> Occurred:
    """So many units of what these terms are about."""
    return Occurred(Service(terms.service, terms.unit, quantity, terms.paper, on), (ENTRY,))


def after(terms: PerUnit, *quantities: int) -> tuple[list[str], UnitsServed]:
    """What each of these costs, one after another, and the tally in the end."""
    tally, amounts = terms.empty, list[str]()
    for quantity in quantities:
        charge = terms.serve(given(terms, quantity), tally)
        assert charge is not None
        tally, amounts = charge.tally, [*amounts, charge.amount.amount]
    return amounts, tally


def test_its_terms_read_as_they_were_signed() -> None:
    assert reads_as_signed(SIGNED, GUARD)


def test_f11_western_tidewater_30_nights_3_hours_and_40_miles_are_1992() -> None:
    """F11: 'USD 65.00 a night, USD 0.30 a mile, USD 10.00 an hour'."""
    nights = BED.cost(30)
    (hours,), _ = after(GUARD, 3)
    (miles,), _ = after(MILES, 40)

    assert (nights.amount, hours, miles) == ("1950.00", "30.00", "12.00")
    sums = nights + Money(hours, "USD") + Money(miles, "USD")
    assert sums == Money("1992.00", "USD")


def test_f10_a_guard_at_14_50_an_hour_by_the_minute_is_rounded_once_a_month() -> None:
    """F10: 'guard USD 14.50 an hour'; three times 20 minutes are an hour, and not 3 × 4.83."""
    irwin = msgspec.structs.replace(GUARD, rate=Money("14.50", "USD"), unit="minute", per=60)
    amounts, tally = after(irwin, 20, 20, 20)

    assert amounts == ["4.83", "4.84", "4.83"]
    assert irwin.statement(tally).words == ("60 minute of guard at USD 14.50 for 60: USD 14.50")


def test_f11_each_kind_of_service_needs_the_paper_that_was_signed() -> None:
    assert GUARD.applies(given(GUARD, 1))
    for other in (
        {"paper": "trip-log"},
        {"unit": "day"},
        {"service": "escort"},
    ):
        told = msgspec.structs.replace(given(GUARD, 1).what, **other)
        assert not GUARD.applies(Occurred(told, (ENTRY,)))
    night = PersonNight(CustodyId("c"), PersonId("p"), DAY, EntryRef("o#1"))
    assert not GUARD.applies(night)
    late = LateCancellation(id="late", rate=GUARD.rate, until="15:00", rounding=CENT)
    given_up = Occurred(late.occasion_on(DAY), (ENTRY,))
    assert isinstance(given_up.what, Cancellation)
    assert not GUARD.applies(given_up)
    assert GUARD.serve(given_up, GUARD.empty) is None
    assert BED.serve(given(GUARD, 1), BED.empty) is None


def test_a_service_is_charged_on_its_days_alone() -> None:
    dated = msgspec.structs.replace(GUARD, effective=DatePeriod(DAY, date(2025, 3, 21)))
    assert dated.applies(given(GUARD, 1))
    assert not dated.applies(given(GUARD, 1, date(2025, 3, 21)))


def test_a_month_comes_to_no_more_than_it_is_capped_at() -> None:
    capped = msgspec.structs.replace(GUARD, at_most=Money("55.00", "USD"))
    amounts, tally = after(capped, 3, 3, 3)

    assert amounts == ["30.00", "25.00", "0.00"]
    april = capped.serve(given(capped, 1, date(2025, 4, 1)), tally)
    assert april is not None
    assert april.amount == Money("10.00", "USD")


def test_a_month_comes_to_its_minimum_at_its_end_and_later_units_fill_it() -> None:
    least = msgspec.structs.replace(GUARD, at_least=Money("50.00", "USD"))
    _, tally = after(least, 3)
    assert least.applies(END)
    end = least.close(END, tally)
    assert end is not None
    assert (end.amount.amount, end.quantity, end.reason) == ("20.00", 0, "minimum-not-reached")
    assert end.evidence == (END.signed,)
    late = least.serve(given(least, 2), end.tally)
    assert late is not None
    assert late.amount == Money("0.00", "USD")
    more = least.serve(given(least, 1), late.tally)
    assert more is not None
    assert more.amount == Money("10.00", "USD")

    reached = least.close(END, after(least, 5)[1])
    assert reached is not None
    assert (reached.amount.amount, reached.reason) == ("0.00", "minimum-reached")
    assert least.statement(end.tally).earned == Money("50.00", "USD")


def test_f11_units_that_are_withdrawn_leave_what_the_others_come_to() -> None:
    """Within the most and the least of their month; of another occasion none was charged."""
    capped = msgspec.structs.replace(GUARD, at_most=Money("55.00", "USD"))
    back = capped.withdraw(given(capped, 3), after(capped, 3, 3)[1])
    assert (back.amount.amount, back.quantity) == ("-25.00", -3)
    assert capped.statement(back.tally).earned == Money("30.00", "USD")

    late = LateCancellation(id="late", rate=GUARD.rate, until="15:00", rounding=CENT)
    given_up = Occurred(late.occasion_on(DAY), (ENTRY,))
    with pytest.raises(LookupError, match="charges for no service"):
        GUARD.withdraw(given_up, GUARD.empty)
    with pytest.raises(LookupError, match="charges for no service"):
        BED.withdraw(given_up, BED.empty)


def test_the_end_of_a_month_without_a_minimum_or_outside_its_days_adds_nothing() -> None:
    assert not GUARD.applies(END)
    assert GUARD.close(END, GUARD.empty) is None
    april = DatePeriod(date(2025, 4, 1), date(2025, 5, 1))
    dated = msgspec.structs.replace(GUARD, at_least=Money("50.00", "USD"), effective=april)
    assert not dated.applies(END)
    assert dated.applies(MonthEnd("2025-04", END.signed))


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"at_least": "60.00", "at_most": "50.00"}, "comes to more at least than at most"),
        ({"at_most": "50.50"}, "has a limit to a finer place than it rounds to"),
        ({"at_least": "50.00", "at_most": "50.00"}, None),
        ({}, None),
    ],
)
def test_limits_that_contradict_one_another_are_refused(
    limits: dict[str, str], said: str | None
) -> None:
    amounts = {name: Money(amount, "USD") for name, amount in limits.items()}
    dollars = msgspec.structs.replace(GUARD, rounding=Rounding("up", 0), **amounts)
    assert dollars.contradiction == said
    wrong = list(contradictions((BED, dollars), "USD"))
    assert wrong == ([f"component 'guard' {said}"] if said else [])
    assert dollars.amounts == (GUARD.rate, *reversed(list(amounts.values())))


def test_two_prices_for_one_service_are_refused_unless_both_apply() -> None:
    year = DatePeriod(date(2025, 3, 16), date(2026, 3, 16))
    second = msgspec.structs.replace(GUARD, id="more")
    assert list(unclear((BED, GUARD, MILES), year)) == []
    (twice,) = unclear((BED, GUARD, second), year)
    assert twice.startswith("'guard' and 'more' both charge for the same occasion")
    assert (
        list(unclear((BED, GUARD, msgspec.structs.replace(second, beside=("guard",))), year)) == []
    )


def test_a_month_that_nothing_was_given_in_is_empty() -> None:
    assert UnitsServed().of("2025-03") == MonthServed()
