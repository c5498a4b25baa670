"""Each log by itself: dense, its clock never steps back, and every entry says where it belongs."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import msgspec

from services.audit.domain.causal_order import cause_of
from services.audit.domain.entry import Entry
from services.audit.domain.expectations import Notes
from shared.kernel.actor import INDEPENDENT
from shared.kernel.event import Event, Tag, tag_fields

HAPPENED = frozenset(
    {"received_at", "departed_at", "arrived_at", "offered_at", "accepted_at", "ended_at"}
)
"""Fields that say when a thing happened: the entry's own time (ledger.md)."""


class LogState(msgspec.Struct):
    """How far one log was read."""

    next: int = 0
    last: datetime | None = None
    refused: int = 0


class Logs:
    """How far every log was read, and what each says of itself."""

    def __init__(self, notes: Notes) -> None:
        """Begin before the first entry of each."""
        self._notes = notes
        self.states: dict[str, LogState] = {}

    def take(self, fact: Entry) -> bool:
        """Check an entry's place; gives whether it is to be read at all: once, and not before."""
        log = self.states.get(fact.origin)
        if log is None:
            log = self.states[fact.origin] = LogState()
        if fact.sequence != log.next:
            self._notes.find("sequence-gap", None, f"entry {log.next}", f"entry {fact.sequence}")
            if fact.sequence < log.next:
                return False
        log.next = fact.sequence + 1
        if log.last is not None and fact.recorded_at <= log.last:
            later = f"a recordedtime after {log.last.isoformat()}"
            self._notes.find("clock-regression", None, later, fact.recorded_at.isoformat())
        else:
            log.last = fact.recorded_at
        if fact.causation is not None:
            self._caused(fact, fact.causation)
        return True

    def refused(self, _event: Event) -> None:
        """A rule said no and somebody recorded it: counted, and no finding."""
        self.states[self._notes.fact.origin].refused += 1

    def labelled(self, fact: Entry, event: Event) -> None:
        """What is written outside is what the event says inside, and stands in its own log."""
        label = _label(type(event))
        subject = f"{label.prefix}/{label.mark.of(getattr(event, label.field))}"
        if fact.subject != subject:
            self._notes.same("ledger", "the subject", subject, fact.subject)
        if label.agreement and fact.agreement != event.agreement:  # type: ignore[attr-defined]  # label.agreement says that it has one
            self._notes.same("ledger", "the agreement", event.agreement, fact.agreement)  # type: ignore[attr-defined]  # the same
        if label.within not in fact.origin:
            self._notes.broken("ledger", f"a log of {label.service}", fact.origin)
        if label.happened and fact.time != getattr(event, label.happened):
            self._notes.same("ledger", "the time", getattr(event, label.happened), fact.time)
        if (fact.causation is not None) != (fact.actor == label.follower):
            said = f"{fact.actor}, caused by {fact.causation}"
            expected = f"{label.follower} for what another log caused, and nobody else"
            self._notes.broken("ledger", expected, said)

    def _caused(self, fact: Entry, causation: str) -> None:
        cause = cause_of(fact)
        if cause is None or cause[0] not in self.states or self.states[cause[0]].next <= cause[1]:
            self._notes.missing("ledger", f"the entry that caused it: {causation}", "no such entry")


class _Label(msgspec.Struct, frozen=True):
    """How events of a type are labelled."""

    service: str
    within: str
    """What the origins of that service's logs have in them."""
    prefix: str
    field: str
    mark: Tag
    agreement: bool
    happened: str | None
    """The field that says when it happened in the world, where there is one."""
    follower: str
    """Who acts when this service follows another's log."""


@cache
def _label(event_type: type[Event]) -> _Label:
    prefix = event_type.SUBJECT
    field, mark = next(
        (field, mark) for field, mark in tag_fields(event_type) if mark.prefix == prefix
    )
    service = event_type.TYPE.partition(".")[0]
    fields = event_type.__struct_fields__
    return _Label(
        service=service,
        within=f"/{service}/",
        prefix=prefix,
        field=field,
        mark=mark,
        agreement="agreement" in fields,
        happened=next((one for one in fields if one in HAPPENED), None),
        follower=f"{INDEPENDENT}:ops:{service}-follower",
    )
