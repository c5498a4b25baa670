"""An honest story: three services in memory, and what an audit node finds in their logs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services.audit.domain.causal_order import merge
from services.audit.domain.entry import Entry, Position, read_entry
from services.audit.domain.replay import Replay
from tests.support.signing import KEYS
from tests.support.three_logs import SERVICES, origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from services.audit.domain.finding import Finding

from tests.unit.audit.cases_told import Cases
from tests.unit.audit.custody_told import Custody
from tests.unit.audit.journeys_told import Journeys
from tests.unit.audit.papers_told import Papers
from tests.unit.audit.returns_told import Returns


class Story(Cases, Journeys, Custody, Returns, Papers):
    """What the offices ask for, step by step."""

    def facts(self) -> list[Entry]:
        """What an audit node reads, in causal order."""
        return in_order({service: self.world.logs[service].entries for service in SERVICES})

    def audited(self) -> tuple[Replay, list[Finding]]:
        """The replay of it, and what it finds."""
        return audited(self.facts())


def in_order(logs: Mapping[str, Sequence[bytes]]) -> list[Entry]:
    """The entries of several services' logs, in causal order."""
    return list(merge(facts_of(name, entries) for name, entries in logs.items()))


def facts_of(service: str, entries: Sequence[bytes]) -> list[Entry]:
    """The facts of a log whose entries stand where they stand."""
    return [
        read_entry(content, Position(origin(service), index))
        for index, content in enumerate(entries)
    ]


def audited(read: Iterable[Entry]) -> tuple[Replay, list[Finding]]:
    """A replay of facts, and everything that it finds."""
    replay = Replay(KEYS.fault)
    found = [finding for fact in read for finding in replay.feed(fact)]
    return replay, [*found, *replay.finish()]


def in_custody(*people: int, paid: bool = True) -> Story:
    """Persons whose transfer went its ordinary way."""
    story = Story().agreed().facility()
    if paid:
        story.paid_ahead()
    for person in people:
        story.registered(person)
        story.proposed(person)
        story.cleared(person)
    story.on(date(2025, 3, 16))
    story.travelled(1, *people)
    story.accepted(*people)
    return story
