"""No fact of the future: what a command says has happened, has happened when it is recorded.

The shell asks this of every command, whatever decided it, and each government's audit of every
entry. What another log has recorded is that log's to answer for: a reaction is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache

from shared.contracts.laws import Past, declared
from shared.kernel.clock import has_come, has_happened
from shared.kernel.event import Event
from shared.kernel.rejected import Finding, RuleBroken

TIME = "time"
"""The rule that every entry keeps, whatever it is about."""


class NotYetHappened(RuleBroken):
    """A fact is recorded when it has happened, never before."""

    RULE = TIME


class DatesOutOfOrder(RuleBroken):
    """Of two dates of one fact, one cannot be before the other."""

    RULE = TIME


def refuse_future(happened_at: datetime, events: Iterable[Event], now: datetime) -> None:
    """Raise for an entry whose time, or a date in it, has not come at `now`, or for dates that
    cannot be in that order.
    """
    if not has_happened(happened_at, now):
        raise NotYetHappened(
            f"{happened_at.isoformat()} is in the future: record it once it has happened"
        )
    for event in events:
        for law in _laws(type(event)):
            _refuse(law, event, now)


def _refuse(law: Past, event: Event, now: datetime) -> None:
    earlier: tuple[str, date] | None = None
    for name, day in dates(law, event):
        said = f"{name} {day}"
        if not has_come(day, now):
            raise NotYetHappened(
                f"{said} is in the future: record it once it has happened",
                findings=(Finding(rule=law.rule, missing=f"{said} has not come"),),
                rule=law.rule,
            )
        if earlier and day < earlier[1]:
            order = f"{said} is before {earlier[0]} {earlier[1]}"
            raise DatesOutOfOrder(
                f"{order}: give the dates as they were",
                findings=(Finding(rule=law.rule, missing=order),),
                rule=law.rule,
            )
        earlier = name, day


def dates(law: Past, event: Event) -> Iterator[tuple[str, date]]:
    """The dates that a law is about, with their names, as far as the event says them."""
    for name in law.fields.split():
        day: date | None = getattr(event, name)
        if day is not None:
            yield name, day


@cache
def _laws(event_type: type[Event]) -> tuple[Past, ...]:
    return tuple(law for law in declared(event_type) if isinstance(law, Past))
