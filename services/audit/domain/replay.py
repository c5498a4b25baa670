"""The replay: from entries alone, everything that must follow from them, and what does not."""

from __future__ import annotations

from services.audit.domain.copies import Copies
from services.audit.domain.dispatch import readers
from services.audit.domain.entry import Entry, Unread
from services.audit.domain.expectations import Notes
from services.audit.domain.finding import Finding
from services.audit.domain.latest import Latest
from services.audit.domain.lifecycles import Lifecycles
from services.audit.domain.report import ReplayReport, totals
from services.audit.domain.state import Rebuilt
from shared.kernel.event import Event


class Replay:
    """Takes facts in causal order (`merge`), each once, and says what is wrong with them."""

    def __init__(self) -> None:
        """Begin before the first entry of every log."""
        self._notes = Notes()
        self._books = Rebuilt(self._notes)
        self._readers = readers(self._books)
        self._latest = Latest()
        self._copies = Copies(self._latest)
        self.lifecycles = Lifecycles()
        self._found = 0

    def feed(self, fact: Entry) -> list[Finding]:
        """Read the next entry. Whatever stands in it, this gives findings and never raises."""
        notes, event = self._notes, fact.event
        notes.begin(fact)
        if self._books.logs.take(fact):
            if isinstance(event, Unread):
                notes.find(event.kind, None, event.expected, event.found)
            else:
                self._read(fact, event)
            notes.end()
        return self._taken()

    def finish(self) -> list[Finding]:
        """There is no further entry: what only the end can tell."""
        self._notes.close()
        return self._taken()

    def report(self) -> ReplayReport:
        """What everything that was read so far comes to."""
        return totals(self._books, self._found)

    def _read(self, fact: Entry, event: Event) -> None:
        reader = self._readers.get(type(event))
        if reader is None:
            self._notes.find("coverage-incomplete", None, "a type that is checked", fact.type)
            return
        try:
            self._books.reactions.acted(fact)
            self._books.deadlines.reached(fact)
            self._books.logs.labelled(fact, event)
            self._notes.note(self._copies.check(fact, event))
            self._notes.note(self.lifecycles.check(fact, event))
            reader(event)
            self.lifecycles.move()
            self._latest.remember(fact.ref, event)
        except Exception as error:  # noqa: BLE001 - what an auditor cannot check is a finding
            expected = "an entry that can be checked"
            self._notes.find("coverage-incomplete", None, expected, repr(error))

    def _taken(self) -> list[Finding]:
        found = self._notes.taken()
        self._found += len(found)
        return found
