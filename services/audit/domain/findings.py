"""What the replay finds in the entry that it reads."""

from __future__ import annotations

from collections.abc import Iterable

from services.audit.domain.actors import actor_of
from services.audit.domain.entry import Entry
from services.audit.domain.finding import Entered, Finding, Kind, about
from services.audit.domain.mark import Mark
from shared.kernel.actor import Actor
from shared.kernel.ids import EntryRef


class Findings:
    """The findings about one entry after another. `entry` is the one that is being read."""

    entry: Entry

    def __init__(self) -> None:
        """Begin with nothing found."""
        self._found: dict[Finding, None] = {}

    def broken(self, rule: str, expected: str, found: object, *evidence: EntryRef) -> None:
        """A rule of the domain was broken by this entry."""
        self.about(self.entry, "rule-broken", rule, expected, found, *evidence)

    def differs(self, rule: str, expected: str, found: object, *evidence: EntryRef) -> None:
        """An amount does not follow from the signed terms."""
        self.about(self.entry, "amount-differs", rule, expected, found, *evidence)

    def missing(self, rule: str, expected: str, found: object, *evidence: EntryRef) -> None:
        """What this entry rests on is not on record."""
        self.about(self.entry, "evidence-missing", rule, expected, found, *evidence)

    def same(self, rule: str, what: str, expected: object, found: object) -> None:
        """Break the rule unless the entry says what has to stand there."""
        if expected != found:
            self.broken(rule, f"{what} {expected}", found)

    def about(
        self,
        entry: Entered,
        kind: Kind,
        rule: str | None,
        expected: str,
        found: object,
        *evidence: EntryRef,
    ) -> None:
        """Note a finding about this entry, or about an earlier one."""
        self._found[about(entry, kind, rule, expected, found, *evidence)] = None

    def note(self, findings: Iterable[Finding]) -> None:
        """Note what others found."""
        self._found.update(dict.fromkeys(findings))

    @property
    def mark(self) -> Mark:
        """The entry that is being read, to be remembered."""
        return Mark(self.entry.origin, self.entry.sequence, self.entry.subject)

    @property
    def actor(self) -> Actor:
        """Who caused the entry that is being read."""
        return actor_of(self.entry.actor)

    def taken(self) -> list[Finding]:
        """What was found since this was last asked."""
        if not self._found:
            return []
        found, self._found = list(self._found), {}
        return found
