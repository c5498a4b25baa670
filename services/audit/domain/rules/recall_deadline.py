"""A recall that is late is overdue at its deadline and every day after, until it is over (D2)."""

from __future__ import annotations

from services.audit.domain.entry import Entry
from services.audit.domain.records.returns import Alarm
from services.audit.domain.state import Rules, State
from shared.contracts.wrongful_transfer import RecallOrdered, RecallOverdue
from shared.kernel.dates import ONE_DAY
from shared.kernel.ids import custody_of

CLOCK = "XX:ops:intake-clock"


def ordered(state: State, event: RecallOrdered) -> None:
    """Due at its deadline; one that is told late is due when it is told."""
    findings, custody = state.findings, custody_of(event.case)
    at = max(event.due_at, findings.entry.recorded_at)
    state.recalls.due[custody] = event.due_at
    state.recalls.expect(Alarm(at, custody, findings.mark))


def overdue(state: State, event: RecallOverdue) -> None:
    """Marked by the clock, of a recall that is late, once a day."""
    findings, entry, recalls = state.findings, state.findings.entry, state.recalls
    custody = custody_of(event.case)
    findings.same("D2", "marked by", CLOCK, entry.actor)
    findings.same("D2", "the alarm at", recalls.next.get(custody), event.overdue_at)
    if (event.manifest, event.case) not in state.wrongful.recalled:
        findings.missing("D2", f"a recall of case/{event.case} that goes on", "none")
    if entry.recorded_at < event.overdue_at:
        findings.broken("D2", f"no alarm before {event.overdue_at}", entry.recorded_at)
    recalls.expect(Alarm(event.overdue_at + ONE_DAY, custody, findings.mark))


def reached(state: State, entry: Entry) -> None:
    """An entry of intake is read next: whatever was overdue an hour ago has been marked."""
    if not entry.type.startswith("intake."):
        return
    for alarm in state.recalls.reached(entry.recorded_at):
        if any(custody_of(case) == alarm.custody for _, case in state.wrongful.recalled):
            expected = f"the recall of case/{alarm.custody} overdue at {alarm.at}"
            found = f"{entry.ref} at {entry.recorded_at}"
            state.findings.about(alarm.mark, "evidence-missing", "D2", expected, found)


RULES: Rules = {RecallOrdered: ordered, RecallOverdue: overdue}
