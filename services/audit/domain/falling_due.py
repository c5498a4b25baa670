"""Placement's clock: nothing falls due early, and none that stood is left out (G14, G15, G17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from services.audit.domain.entry import Entry
from services.audit.domain.mark import Mark
from services.audit.domain.presence import to_be_counted
from services.audit.domain.records.deadlines import (
    APPROACH,
    HEADCOUNT,
    OVERSTAY,
    REPORT,
    Due,
    Key,
)
from services.audit.domain.state import State
from shared.kernel.dates import last_second

CLOCK = "XX:ops:placement-clock"


class Kind(msgspec.Struct, frozen=True):
    """What is asked of one kind of deadline, by its key."""

    rule: str
    stands: Callable[[State, Key], bool]
    """Whether it has to be marked: nobody did it before, and its reason is not gone."""
    says: str
    """What it is called, with the parts of the key in their places."""


def _is_silent(state: State, key: Key) -> bool:
    _, facility, night = key
    there = to_be_counted(state.custodies, state.facilities.of(facility), night)
    return any(True for _ in there)


def _is_near(state: State, key: Key) -> bool:
    _, custody, ends_on = key
    tenure = state.tenures.get(custody)
    return tenure is not None and tenure.is_near(ends_on)


def _is_held_past(state: State, key: Key) -> bool:
    _, custody, ends_on, day = key
    tenure = state.tenures.get(custody)
    return tenure is not None and tenure.is_held_past(ends_on, day)


def _is_good_until(state: State, key: Key) -> bool:
    _, facility, until = key
    return bool(state.facilities.of(facility).report_until == until)


KINDS = {
    HEADCOUNT: Kind("G14", _is_silent, "the headcount of {2} in {1} overdue"),
    APPROACH: Kind("G15", _is_near, "the approach of {2}, the lawful end of custody/{1}"),
    OVERSTAY: Kind("G15", _is_held_past, "day {3} of custody/{1} past its lawful end {2}"),
    REPORT: Kind("G17", _is_good_until, "the lapse of the report of {1}, good until {2}"),
}
"""Each kind that placement has."""


def expect(state: State, key: Key, at: datetime) -> None:
    """Something falls due, because of the entry that is being read."""
    state.deadlines.set(Due(at, key, state.findings.mark))


def marked(state: State, key: Key, due_at: datetime) -> None:
    """This entry says that a deadline came: one that was set, by the clock, in its turn."""
    findings, entry, kind = state.findings, state.findings.entry, KINDS[key[0]]
    findings.same(kind.rule, "marked by", CLOCK, entry.actor)
    findings.same(kind.rule, "the instant", due_at, entry.time)
    if entry.recorded_at < due_at:
        findings.broken(kind.rule, f"nothing marked before {due_at}", entry.recorded_at)
    if due_at not in state.deadlines.open.get(key, ()):
        findings.broken(kind.rule, f"a deadline that was set: {kind.says.format(*key)}", due_at)
    for due in state.deadlines.passed_over(due_at):
        _left_out(state, due, f"{entry.ref}, which was due later")
    state.deadlines.done(key)


def reached(state: State, entry: Entry) -> None:
    """An entry of placement is read next: what was due before it, stood then if its reason did; and
    what stood an hour before still must not stand now.
    """
    if not entry.type.startswith("placement."):
        return
    for due in state.deadlines.due_by(entry.recorded_at):
        if _stands(state, due):
            state.deadlines.passed.append((entry.recorded_at, due))
    for due in state.deadlines.late_at(entry.recorded_at):
        _left_out(state, due, f"{entry.ref} at {entry.recorded_at}")


def waiting(state: State) -> dict[str, int]:
    """How much stood as of placement's last entry and is not marked yet, of each kind."""
    passed = (due for _, due in state.deadlines.passed if _stands(state, due))
    return dict(Counter(due.key[0] for due in passed))


def _stands(state: State, due: Due) -> bool:
    return due.key in state.deadlines.open and KINDS[due.key[0]].stands(state, due.key)


def _left_out(state: State, due: Due, found: str) -> None:
    if _stands(state, due):
        kind = KINDS[due.key[0]]
        expected = f"{kind.says.format(*due.key)} at {due.at}"
        state.findings.about(due.mark, "evidence-missing", kind.rule, expected, found)
        state.deadlines.done(due.key)
        if due.key[0] == OVERSTAY:
            next_day(state, due.key, due.mark)


def next_day(state: State, key: Key, mark: Mark) -> None:
    """After a day past a lawful end the next one is an alarm of its own."""
    kind, custody, ends_on, day = key
    begins = last_second(ends_on + timedelta(days=day))
    state.deadlines.set(Due(begins, (kind, custody, ends_on, day + 1), mark))
