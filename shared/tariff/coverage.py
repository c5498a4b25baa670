"""Whether a tariff says of every fact, as far as today's facts go, which components charge for it.

Two components that would charge the same fact are refused unless the terms say that both apply, or
which one comes first; so are a night that none charges for, and a restriction to kinds of case.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from shared.kernel.dates import month_of
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.tariff.fact import Fact, MonthEnd, Occurred, PersonNight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from shared.kernel.dates import DatePeriod
    from shared.tariff.registry import Component


def contradictions(components: Sequence[Component], currency: str) -> Iterator[str]:
    """What is wrong with the terms in themselves: nothing can be charged by them as written."""
    seen: list[str] = []
    every = {component.id for component in components}
    if len(every) != len(components):
        yield "two tariff components have the same id"
    for component in components:
        name = repr(component.id)
        if any(money.currency != currency or money.minor < 0 for money in component.amounts):
            yield f"component {name} must be an amount in {currency}, not negative"
        elif not component.rounding.fits(currency):
            yield f"component {name} rounds to a place that {currency} does not have"
        elif not _exact(component):
            yield f"component {name} is paid ahead to a finer place than it rounds to"
        elif component.contradiction is not None:
            yield f"component {name} {component.contradiction}"
        if not set(component.after) <= set(seen):
            yield f"component {name} comes after one that does not stand before it"
        if not set(component.beside) <= every - {component.id}:
            yield f"component {name} is beside one that the tariff does not have"
        seen.append(component.id)


def _exact(component: Component) -> bool:
    ahead = component.paid_ahead
    return ahead is None or ahead.minor == component.rounding.minor(ahead.minor, 1, ahead.currency)


def unclear(components: Sequence[Component], effective: DatePeriod) -> Iterator[str]:
    """Which facts of the effective period are charged for twice, or not at all, or not known."""
    for component in components:
        if component.population:
            yield f"{component.id!r} is restricted to kinds of case, which no fact of custody says"
    told = set[str]()
    for day in sorted(_turning_points(components, effective)):
        for said in _about(components, day):
            if said not in told:
                told.add(said)
                yield f"{said}, first on {day}"


def renamed(components: Iterable[Component], earlier: Iterable[Component]) -> Iterator[str]:
    """The names that meant other terms in an earlier version: what they bore would be lost."""
    known = {component.id: component for component in earlier}
    for component in components:
        if known.get(component.id, component) != component:
            name = component.id
            yield f"{name!r} has other terms than it had before: give them a name of their own"


def _about(components: Sequence[Component], day: date) -> Iterator[str]:
    night = PersonNight(CustodyId(""), PersonId(""), day, EntryRef(""))
    end = MonthEnd(month_of(day), EntryRef(""))
    if not any(component.applies(night) for component in components):
        yield "no component charges for a night"
    yield from _twice(components, night, "a night")
    yield from _twice(components, end, "a month")
    for component in components:
        occasion = component.occasion_on(day)
        if occasion is not None:
            yield from _twice(components, Occurred(occasion, ()), "the same occasion")


def _twice(components: Sequence[Component], fact: Fact, what: str) -> Iterator[str]:
    applying = [component for component in components if component.applies(fact)]
    for first, second in combinations(applying, 2):
        if not _related(first, second):
            yield (
                f"{first.id!r} and {second.id!r} both charge for {what}, and neither is said to"
                " come after the other or to apply beside it"
            )


def _related(first: Component, second: Component) -> bool:
    return first.id in (*second.after, *second.beside) or second.id in (*first.after, *first.beside)


def _turning_points(components: Sequence[Component], effective: DatePeriod) -> set[date]:
    """The days on which another set of components may begin to apply; between them none does."""
    days = {effective.start}
    for component in components:
        if component.effective is not None:
            days |= {component.effective.start, component.effective.end}
    return {day for day in days if day in effective}
