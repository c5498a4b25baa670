"""Each log by itself (G21): dense, its clock never steps back, entries say where they stand."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import msgspec

from services.audit.domain.entry import Entry
from services.audit.domain.findings import Findings
from shared.contracts.past import TIME
from shared.kernel.actor import INDEPENDENT
from shared.kernel.clock import has_happened
from shared.kernel.event import Event, Tag, tag_fields


class LogState(msgspec.Struct):
    """How far one log was read."""

    next: int = 0
    last: datetime | None = None
    refused: int = 0


class LogIntegrity:
    """How far every log was read, and what each says of itself."""

    def __init__(self, findings: Findings) -> None:
        """Begin before the first entry of each."""
        self._findings = findings
        self.states: dict[str, LogState] = {}

    def take(self, entry: Entry) -> bool:
        """Check an entry's index; gives whether it is to be read at all: once, and not before."""
        log = self.states.get(entry.origin)
        if log is None:
            log = self.states[entry.origin] = LogState()
        findings = self._findings
        if entry.sequence != log.next:
            found = f"entry {entry.sequence}"
            findings.about(entry, "sequence-gap", None, f"entry {log.next}", found)
            if entry.sequence < log.next:
                return False
        log.next = entry.sequence + 1
        if log.last is not None and entry.recorded_at <= log.last:
            later = f"a recordedtime after {log.last.isoformat()}"
            found = entry.recorded_at.isoformat()
            findings.about(entry, "clock-regression", None, later, found)
        else:
            log.last = entry.recorded_at
        if entry.causation is not None:
            self._caused(entry, entry.causation)
        elif not has_happened(entry.time, entry.recorded_at):
            text = f"{entry.time.isoformat()} is in the future"
            findings.about(entry, "rule-broken", TIME, "what has happened", text)
        return True

    def labelled(self, entry: Entry, event: Event) -> None:
        """What is written outside is what the event says inside, and stands in its own log."""
        label, findings = _label(type(event)), self._findings
        subject = f"{label.prefix}/{label.mark.of(getattr(event, label.field))}"
        findings.same("ledger", "the subject", subject, entry.subject)
        if label.agreement:
            agreement = event.agreement  # type: ignore[attr-defined]  # label.agreement says that it has one
            findings.same("ledger", "the agreement", agreement, entry.agreement)
        if label.within not in entry.origin:
            findings.broken("ledger", f"a log of {label.service}", entry.origin)
        if (entry.causation is not None) != (entry.actor == label.follower):
            said = f"{entry.actor}, caused by {entry.causation}"
            expected = f"{label.follower} for what another log caused, and nobody else"
            findings.broken("ledger", expected, said)
        if label.refused:
            self.states[entry.origin].refused += 1

    def _caused(self, entry: Entry, causation: str) -> None:
        cause = entry.cause
        if cause is None or cause[0] not in self.states or self.states[cause[0]].next <= cause[1]:
            expected = f"the entry that caused it: {causation}"
            self._findings.missing("ledger", expected, "no such entry")


class _Label(msgspec.Struct, frozen=True):
    """How events of a type are labelled."""

    service: str
    within: str
    """What the origins of that service's logs have in them."""
    prefix: str
    field: str
    mark: Tag
    agreement: bool
    refused: bool
    """Whether it says that a rule said no: counted, and no finding."""
    follower: str
    """Who acts when this service follows another's log."""


@cache
def _label(event_type: type[Event]) -> _Label:
    prefix = event_type.SUBJECT
    field, mark = next(
        (field, mark) for field, mark in tag_fields(event_type) if mark.prefix == prefix
    )
    service = event_type.TYPE.partition(".")[0]
    return _Label(
        service=service,
        within=f"/{service}/",
        prefix=prefix,
        field=field,
        mark=mark,
        agreement="agreement" in event_type.__struct_fields__,
        refused="refusal" in event_type.__struct_fields__,
        follower=f"{INDEPENDENT}:ops:{service}-follower",
    )
