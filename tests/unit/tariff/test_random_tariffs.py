"""Random tariffs and random months, against a second, naive computation (F1, F6, F7, F11, F13).

The naive one knows no tally and no order: it counts what happened and rounds once, in fractions.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.dates import DatePeriod
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.money import Money
from shared.tariff.coverage import contradictions, unclear
from shared.tariff.fact import Cancellation, MonthEnd, Occurred, PersonNight, Service
from shared.tariff.fixed import Fixed
from shared.tariff.late_cancellation import LateCancellation
from shared.tariff.per_night import PerNight
from shared.tariff.per_unit import PerUnit
from shared.tariff.person_month import PersonMonth
from shared.tariff.prepaid import Prepaid
from shared.tariff.pricing import price, taken_back
from shared.tariff.rounding import Mode, Rounding

if TYPE_CHECKING:
    from shared.tariff.component import Charge
    from shared.tariff.registry import Component

YEAR = DatePeriod(date(2025, 1, 1), date(2026, 1, 1))
MONTHS = ("2025-01", "2025-02", "2025-03")
ENTRY = EntryRef("accord.example/placement/0#1")
Tariff = dict[str, Any]
"""The components by their names, each of them or nothing."""

roundings = st.builds(Rounding, st.sampled_from(get_args(Mode)), st.integers(0, 2))
amounts = st.integers(0, 10**7).map(lambda minor: Money.of(minor, "EUR"))
whole = st.integers(0, 10**5).map(lambda euros: Money.of(euros * 100, "EUR"))
days = st.integers(0, 89).map(lambda number: YEAR.start + timedelta(days=number))


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    """A night has a price always; a pool before it, months, places and services sometimes."""
    pool = draw(
        st.none() | st.builds(_pool, whole, roundings, st.integers(1, 3), st.integers(1, 4))
    )
    drawn: list[Any] = [
        pool,
        PerNight(
            id="bed",
            rate=draw(amounts),
            rounding=draw(roundings),
            after=("pool",) if pool else (),
        ),
        draw(st.none() | st.builds(_months, amounts, roundings, st.integers(0, 4))),
        draw(st.none() | st.builds(_places, amounts, roundings)),
        draw(st.none() | st.builds(_guard, amounts, roundings, st.integers(1, 60), whole, whole)),
        draw(st.none() | st.builds(_late, amounts, roundings)),
    ]
    present = [component for component in drawn if component is not None]
    names = [component.id for component in present]
    return {
        component.id: msgspec.structs.replace(
            component, beside=tuple(name for name in names if name != component.id)
        )
        for component in present
    }


def _pool(amount: Money, rounding: Rounding, persons: int, nights: int) -> Prepaid:
    return Prepaid(id="pool", amount=amount, persons=persons, nights=nights, rounding=rounding)


def _months(rate: Money, rounding: Rounding, minimum: int) -> PersonMonth:
    return PersonMonth(id="months", rate=rate, rounding=rounding, minimum=minimum)


def _places(yearly: Money, rounding: Rounding) -> Fixed:
    return Fixed(id="places", yearly=yearly, places=2, effective=YEAR, rounding=rounding)


def _guard(rate: Money, rounding: Rounding, per: int, least: Money, more: Money) -> PerUnit:
    return PerUnit(
        id="guard",
        rate=rate,
        per=per,
        service="guard",
        unit="minute",
        paper="log",
        at_least=least,
        at_most=least + more,
        rounding=rounding,
    )


def _late(rate: Money, rounding: Rounding) -> LateCancellation:
    return LateCancellation(id="late", rate=rate, until="15:00", rounding=rounding)


def given_up(on: date, hour: int) -> Cancellation:
    """A place of the next day, given up at this hour."""
    at = datetime.combine(on, time(hour), ZoneInfo("Europe/Oslo"))
    return Cancellation(on + timedelta(days=1), at, "Europe/Oslo", "requested")


class History(msgspec.Struct, frozen=True):
    """What happened in three months, in the order in which it is told."""

    nights: list[tuple[int, date]]
    taken_back: list[int]
    """Which of the nights were never owed."""
    minutes: list[tuple[int, date]]
    cancelled: list[tuple[date, int]]
    withdrawn: list[int]
    """Which of the services and cancellations were taken back, one after the other."""

    @property
    def occasions(self) -> list[Service | Cancellation]:
        """The services and the cancellations, in the order in which they are told."""
        guarded_on = [
            Service("guard", "minute", minutes, "log", day) for minutes, day in self.minutes
        ]
        return [*guarded_on, *(given_up(day, hour) for day, hour in self.cancelled)]

    @property
    def served(self) -> list[tuple[int, date]]:
        """The services that were not taken back."""
        return [told for index, told in enumerate(self.minutes) if index not in self.withdrawn]

    @property
    def given_up_at(self) -> list[int]:
        """The hours of the cancellations that were not taken back."""
        numbered = enumerate(self.cancelled, len(self.minutes))
        return [hour for index, (_, hour) in numbered if index not in self.withdrawn]


histories = st.builds(
    History,
    st.lists(st.tuples(st.integers(1, 4), days), max_size=25, unique=True),
    st.lists(st.integers(0, 24), max_size=5, unique=True),
    st.lists(st.tuples(st.integers(1, 500), days), max_size=6),
    st.lists(st.tuples(days, st.integers(13, 17)), max_size=5),
    st.lists(st.integers(0, 10), max_size=4, unique=True),
)


class Book:
    """What billing does: each fact is charged by every component that applies, tally by tally."""

    def __init__(self, tariff: Tariff) -> None:
        self.components: tuple[Component, ...] = tuple(tariff.values())
        self.tallies = {component.id: component.empty for component in self.components}
        self.earned: Counter[str] = Counter(dict.fromkeys(self.tallies, 0))

    def charge(self, fact: PersonNight | Occurred) -> list[str]:
        """Charge one fact; gives the names of those that charged for it."""
        prices = price(self.components, fact, lambda component: self.tallies[component.id])
        for priced in prices:
            self.bear(priced.component.id, priced.charge)
        return [priced.component.id for priced in prices]

    def withdraw(self, fact: Occurred) -> None:
        """Take back whatever a service or a cancellation was charged."""
        for priced in taken_back(self.components, fact, lambda known: self.tallies[known.id]):
            self.bear(priced.component.id, priced.charge)

    def bear(self, name: str, charge: Charge[Any]) -> None:
        self.tallies[name] = charge.tally
        self.earned[name] += charge.amount.minor

    def end(self, month: str) -> None:
        for component in self.components:
            charge = component.close(MonthEnd(month, ENTRY), self.tallies[component.id])
            if charge is not None:
                self.bear(component.id, charge)


def booked(tariff: Tariff, history: History) -> Counter[str]:
    """What each component has earned after all of it."""
    book = Book(tariff)
    charged: list[tuple[PersonNight, list[str]]] = []
    for number, day in history.nights:
        night = PersonNight(CustodyId(str(number)), PersonId(str(number)), day, ENTRY)
        charged.append((night, book.charge(night)))
    occasions = history.occasions
    for occasion in occasions:
        book.charge(Occurred(occasion, (ENTRY,)))
    for month in MONTHS[:2]:
        book.end(month)
    for index in history.taken_back:
        for night, names in charged[index : index + 1]:
            for name in names:
                book.bear(name, tariff[name].reverse(night, book.tallies[name]))
    for index in history.withdrawn:
        for occasion in occasions[index : index + 1]:
            book.withdraw(Occurred(occasion, (ENTRY,)))
    book.end(MONTHS[2])
    told(book, history)
    return book.earned


def told(book: Book, history: History) -> None:
    """A statement says what was charged, and of places how many place-nights were used (F14)."""
    for component in book.components:
        statement = component.statement(book.tallies[component.id])
        assert statement.earned.minor == book.earned[component.id]
        if component.id == "places":
            assert statement.utilisation is not None
            assert statement.utilisation.paid_for == 90 * 2
            assert statement.used == len(nights_owed(history))


def rounded(amount: Fraction, rounding: Rounding) -> int:
    """An amount of cents to the place that the terms name."""
    step = int(10 ** (2 - rounding.place))
    below = amount // step
    rest = amount / step - below
    up = {
        "down": False,
        "up": rest > 0,
        "half-up": rest >= Fraction(1, 2),
        "half-even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below % 2 == 1),
    }
    return int(below + up[rounding.mode]) * step


def nights_owed(history: History) -> list[tuple[int, int, date]]:
    """The nights that were not taken back: which one, whose and when."""
    return [
        (index, number, day)
        for index, (number, day) in enumerate(history.nights)
        if index not in history.taken_back
    ]


def guarded(guard: Any, minutes: int) -> int:  # noqa: ANN401 - a drawn component
    """What so many minutes of a month come to, between the least and the most of it."""
    exact = rounded(Fraction(guard.rate.minor * minutes, guard.per), guard.rounding)
    comes_to: int = max(guard.at_least.minor, min(guard.at_most.minor, exact))
    return comes_to


def naively(tariff: Tariff, history: History) -> Counter[str]:
    """The same from the counts alone."""
    owed = nights_owed(history)
    pool = tariff.get("pool")
    capacity = pool.persons * pool.nights if pool else 0
    of_pool = sum(index < capacity for index, _, _ in owed)
    comes_to: Counter[str] = Counter(dict.fromkeys(tariff, 0))
    if pool:
        exact = Fraction(pool.amount.minor * of_pool, capacity)
        comes_to["pool"] = rounded(exact, pool.rounding)
    bed = tariff["bed"]
    comes_to["bed"] = rounded(Fraction(bed.rate.minor * (len(owed) - of_pool)), bed.rounding)
    for month in MONTHS:
        here = len({number for _, number, day in owed if day.isoformat().startswith(month)})
        minutes = sum(told for told, day in history.served if day.isoformat().startswith(month))
        if months := tariff.get("months"):
            persons = max(here, months.minimum)
            comes_to["months"] += rounded(Fraction(months.rate.minor * persons), months.rounding)
        if guard := tariff.get("guard"):
            comes_to["guard"] += guarded(guard, minutes)
    if places := tariff.get("places"):
        comes_to["places"] = rounded(Fraction(places.yearly.minor * 3, 12), places.rounding)
    if late := tariff.get("late"):
        strictly_after = sum(hour > 15 for hour in history.given_up_at)
        comes_to["late"] = rounded(Fraction(late.rate.minor * strictly_after), late.rounding)
    return comes_to


@settings(max_examples=150)
@given(tariffs(), histories)
def test_any_tariff_comes_to_what_a_naive_computation_says(
    tariff: Tariff, history: History
) -> None:
    """Whatever order it is told in, wherever a stay is split, with what is taken back late."""
    assert list(contradictions(tuple(tariff.values()), "EUR")) == []
    assert list(unclear(tuple(tariff.values()), YEAR)) == []
    assert booked(tariff, history) == naively(tariff, history)
