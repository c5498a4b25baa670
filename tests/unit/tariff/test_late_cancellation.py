"""A price for a place that is given up late (F13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec
import pytest

from shared.kernel.dates import DatePeriod
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.money import Money
from shared.tariff.coverage import unclear
from shared.tariff.fact import Cancellation, MonthEnd, Occurred, PersonNight, Service
from shared.tariff.late_cancellation import Cancelled, LateCancellation
from shared.tariff.rounding import Rounding
from tests.support.signed_terms import reads_as_signed
from tests.support.tariffs import nightly

LATE = LateCancellation(
    id="late", rate=Money("65.00", "USD"), until="15:00", rounding=Rounding("half-even", 2)
)
SIGNED = (
    '{"id":"late","kind":"late-cancellation","rate":{"amount":"65.00","currency":"USD"},'
    '"rounding":{"mode":"half-even","place":2},"until":"15:00"}'
)
HELD_FOR = date(2025, 3, 16)
AT_THREE = datetime(2025, 3, 15, 21, tzinfo=UTC)
"""15:00:00 of the day before in El Salvador."""
ENTRIES = (EntryRef("accord.example/intake/0#5"), EntryRef("accord.example/billing/0#9"))


def given_up(
    at: datetime,
    cause: Literal["requested", "hold"] = "requested",
    zone: str = "America/El_Salvador",
) -> Occurred:
    """A place held for 16 March, given up at this instant."""
    return Occurred(Cancellation(HELD_FOR, at, zone, cause), ENTRIES)


def test_its_terms_read_as_they_were_signed() -> None:
    assert reads_as_signed(SIGNED, LATE)


def test_f13_billable_only_if_cancelled_strictly_after_15_00_on_the_day_before() -> None:
    """F13: '15:00:00 is not billable'."""
    assert not LATE.applies(given_up(AT_THREE))
    assert not LATE.applies(given_up(AT_THREE - timedelta(days=9)))
    assert LATE.applies(given_up(AT_THREE + timedelta(microseconds=1)))
    assert LATE.applies(given_up(AT_THREE + timedelta(days=1)))


def test_f13_the_hour_is_that_of_the_facility_also_when_its_clocks_are_changed() -> None:
    noon_there = datetime(2025, 3, 15, 14, tzinfo=UTC)
    assert LATE.applies(given_up(noon_there + timedelta(seconds=1), zone="Europe/Oslo"))
    assert not LATE.applies(given_up(noon_there, zone="Europe/Oslo"))
    summer = Cancellation(
        date(2025, 3, 31), datetime(2025, 3, 30, 13, tzinfo=UTC), "Europe/Oslo", "requested"
    )
    assert not LATE.applies(Occurred(summer, ENTRIES))


def test_f13_never_billable_when_the_cause_is_a_hold() -> None:
    assert not LATE.applies(given_up(AT_THREE + timedelta(hours=1), "hold"))


def test_it_costs_its_price_once_a_place_with_both_entries_that_say_so() -> None:
    first = LATE.serve(given_up(AT_THREE + timedelta(hours=1)), LATE.empty)
    assert (first.unit, first.quantity, first.amount) == ("place", 1, LATE.rate)
    assert (first.evidence, first.reason) == (ENTRIES, "cancelled-late")
    told = LATE.statement(first.tally)
    assert (told.used, told.earned) == (1, LATE.rate)
    assert told.words == "1 places given up late at USD 65.00: USD 65.00"


def test_it_charges_for_its_days_and_for_nothing_else() -> None:
    """D4: its day is that of the cancellation in UTC, as the days of a version are."""
    march = DatePeriod(date(2025, 3, 15), date(2025, 3, 16))
    dated = msgspec.structs.replace(LATE, effective=march)
    assert dated.applies(given_up(AT_THREE + timedelta(hours=2)))
    assert not dated.applies(given_up(AT_THREE + timedelta(hours=9)))
    night = PersonNight(CustodyId("c"), PersonId("p"), HELD_FOR, EntryRef("o#1"))
    service = Occurred(Service("guard", "hour", 1, "guard-log", HELD_FOR), ENTRIES)
    for fact in (night, service, MonthEnd("2025-03", EntryRef("o#1"))):
        assert not LATE.applies(fact)
    assert LATE.charge(night, LATE.empty) is None
    assert LATE.amounts == (LATE.rate,)
    with pytest.raises(LookupError, match="charges for no night"):
        LATE.reverse(night, Cancelled(places=1))


def test_two_prices_for_one_cancellation_are_refused_before_anybody_signs() -> None:
    second = msgspec.structs.replace(LATE, id="later", until="18:00")
    bed, year = nightly("bed", "65.00"), DatePeriod(date(2025, 3, 16), date(2026, 3, 16))
    assert list(unclear((bed, LATE), year)) == []
    (twice,) = unclear((bed, LATE, second), year)
    assert twice.startswith("'late' and 'later' both charge for the same occasion")
