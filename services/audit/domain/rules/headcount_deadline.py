"""Headcounts that fall due: none is overdue early, and none that stood is left out (G14; D3)."""

from __future__ import annotations

from datetime import date, datetime

from services.audit.domain.entry import Entry
from services.audit.domain.presence import stands, to_be_counted
from services.audit.domain.records.deadlines import Due
from services.audit.domain.state import Rules, State
from shared.contracts.placement import (
    HEADCOUNT_GRACE,
    CustodyAccepted,
    HeadcountAttested,
    HeadcountOverdue,
)
from shared.kernel.codes import Timezone
from shared.kernel.dates import ONE_DAY, last_second, local_date
from shared.kernel.ids import FacilityId

CLOCK = "XX:ops:placement-clock"


def accepted(state: State, event: CustodyAccepted) -> None:
    """The first night of a stay is to be attested, and each that was past when it was told."""
    told = state.findings.entry.recorded_at
    today, night = local_date(told, event.timezone), event.arrived_on
    _expect(state, event.facility, night, event.timezone, told + HEADCOUNT_GRACE)
    while (night := night + ONE_DAY) < today:
        _expect(state, event.facility, night, event.timezone, told + HEADCOUNT_GRACE)


def attested(state: State, event: HeadcountAttested) -> None:
    """A night is done, and the next one is to be attested."""
    zone = state.facilities.of(event.facility).timezone
    state.deadlines.done((event.facility, event.night))
    earliest = state.findings.entry.recorded_at + HEADCOUNT_GRACE
    _expect(state, event.facility, event.night + ONE_DAY, zone, earliest)


def overdue(state: State, event: HeadcountOverdue) -> None:
    """The facility was silent when its headcount was due; the next night is due as ever."""
    findings, entry, deadlines = state.findings, state.findings.entry, state.deadlines
    facility, night = state.facilities.of(event.facility), (event.facility, event.night)
    findings.same("G14", "marked by", CLOCK, entry.actor)
    findings.same("G14", "the instant", event.due_at, entry.time)
    if entry.recorded_at < event.due_at:
        findings.broken("G14", f"no overdue headcount before {event.due_at}", entry.recorded_at)
    if event.night.toordinal() in facility.counted or night in deadlines.overdue:
        findings.broken("G14", "a night that is neither attested nor overdue", event.night)
    elif event.due_at not in deadlines.open.get(night, ()):
        findings.broken("G14", f"a deadline of {event.night} that was set", event.due_at)
    awaited = sum(1 for _ in to_be_counted(state, facility, event.night))
    findings.same("G14", "awaited", awaited, event.awaited)
    for due in deadlines.passed_over(event.due_at):
        _left_out(state, due, f"{entry.ref}, which was due later")
    deadlines.overdue.add(night)
    deadlines.done(night)
    _expect(state, event.facility, event.night + ONE_DAY, facility.timezone, event.due_at)


def reached(state: State, entry: Entry) -> None:
    """An entry of placement is read next: what was due before it, stood then if anybody was to be
    counted; and what stood an hour before still must not stand now.
    """
    if not entry.type.startswith("placement."):
        return
    for due in state.deadlines.due_by(entry.recorded_at):
        if stands(state, due):
            state.deadlines.passed.append((entry.recorded_at, due))
    for due in state.deadlines.late_at(entry.recorded_at):
        _left_out(state, due, f"{entry.ref} at {entry.recorded_at}")


def _expect(
    state: State, name: FacilityId, night: date, timezone: Timezone, earliest: datetime
) -> None:
    counted = state.facilities.of(name).counted
    if night.toordinal() not in counted and (name, night) not in state.deadlines.overdue:
        at = max(last_second(night, timezone) + HEADCOUNT_GRACE, earliest)
        state.deadlines.set(Due(at, name, night, state.findings.mark))


def _left_out(state: State, due: Due, found: str) -> None:
    if stands(state, due):
        expected = f"the headcount of {due.night} in {due.facility} overdue at {due.at}"
        state.findings.about(due.mark, "evidence-missing", "G14", expected, found)
        state.deadlines.done(due.key)


RULES: Rules = {
    CustodyAccepted: accepted,
    HeadcountAttested: attested,
    HeadcountOverdue: overdue,
}
