"""A return that is late is overdue at its deadline and every day after, until it is over (G16)."""

from __future__ import annotations

from services.audit.domain.entry import Entry
from services.audit.domain.records.returns import Alarm
from services.audit.domain.state import Rules, State
from shared.contracts.returns import ReturnOrdered, ReturnOverdue
from shared.kernel.dates import ONE_DAY

CLOCK = "XX:ops:placement-clock"


def ordered(state: State, event: ReturnOrdered) -> None:
    """Due by the first of its orders; one that is told late is due when it is told."""
    findings, returns = state.findings, state.returns
    returns.due[event.custody] = min(event.due_at, returns.due.get(event.custody, event.due_at))
    at = max(event.due_at, findings.entry.recorded_at)
    waiting = returns.next.get(event.custody)
    if waiting is None or (event.custody not in returns.alarmed and at < waiting):
        returns.expect(Alarm(at, event.custody, findings.mark))


def overdue(state: State, event: ReturnOverdue) -> None:
    """Marked by the clock, of a return that is late, once a day."""
    findings, entry, returns = state.findings, state.findings.entry, state.returns
    findings.same("G16", "marked by", CLOCK, entry.actor)
    findings.same("G16", "due", returns.due.get(event.custody), event.due_at)
    findings.same("G16", "the alarm at", returns.next.get(event.custody), event.overdue_at)
    if entry.recorded_at < event.overdue_at:
        findings.broken("G16", f"no alarm before {event.overdue_at}", entry.recorded_at)
    returns.alarmed.add(event.custody)
    returns.expect(Alarm(event.overdue_at + ONE_DAY, event.custody, findings.mark))


def reached(state: State, entry: Entry) -> None:
    """An entry of placement is read next: whatever was overdue an hour ago has been marked."""
    if not entry.type.startswith("placement."):
        return
    for alarm in state.returns.reached(entry.recorded_at):
        is_awaited = state.lifecycles.state("custody", alarm.custody) != "reservation released"
        if is_awaited and state.custodies[alarm.custody].ended is None:
            expected = f"the return of custody/{alarm.custody} overdue at {alarm.at}"
            found = f"{entry.ref} at {entry.recorded_at}"
            state.findings.about(alarm.mark, "evidence-missing", "G16", expected, found)


RULES: Rules = {ReturnOrdered: ordered, ReturnOverdue: overdue}
