"""What the replay finds in the entry that it reads, and what that entry promises will follow."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from services.audit.domain.entry import Entry
from services.audit.domain.finding import Finding, Kind
from shared.kernel.actor import Actor
from shared.kernel.ids import EntryRef, entry_ref

Key = tuple[object, ...]
SIDES = "each side acts for itself"
"""The rule that domain.md states without a number."""


class Mark(msgspec.Struct, frozen=True, gc=False):
    """Which entry a finding is about, when no more than that has to be remembered of it."""

    origin: str
    sequence: int
    subject: str

    @property
    def ref(self) -> EntryRef:
        """The name of the entry."""
        return entry_ref(self.origin, self.sequence)


class Promise(msgspec.Struct, frozen=True):
    """What the next entries of the same decision have to say."""

    rule: str
    expected: str
    fact: Entry
    """The entry that it follows from."""


class Notes:
    """The findings about one entry after another. `fact` is the entry that is being read."""

    fact: Entry

    def __init__(self) -> None:
        """Begin with nothing found."""
        self._found: dict[Finding, None] = {}
        self._promises: dict[str, dict[Key, Promise]] = {}
        self._kept = False
        self.expecting = False
        """Whether the log that is being read was promised more of the same decision."""

    def broken(self, rule: str, expected: str, found: object, *evidence: EntryRef) -> None:
        """A rule of the domain was broken by this entry."""
        self.find("rule-broken", rule, expected, found, *evidence)

    def differs(self, rule: str, expected: str, found: object, *evidence: EntryRef) -> None:
        """An amount does not follow from the signed terms."""
        self.find("amount-differs", rule, expected, found, *evidence)

    def missing(self, rule: str, expected: str, found: object, *evidence: EntryRef) -> None:
        """What this entry rests on is not on record."""
        self.find("evidence-missing", rule, expected, found, *evidence)

    def same(self, rule: str, what: str, expected: object, found: object) -> None:
        """Break the rule unless the entry says what has to stand there."""
        if expected != found:
            self.broken(rule, f"{what} {expected}", found)

    def find(
        self, kind: Kind, rule: str | None, expected: str, found: object, *evidence: EntryRef
    ) -> None:
        """Note a finding about this entry."""
        self.about(self.fact, kind, rule, expected, found, *evidence)

    def about(
        self,
        entry: Entry | Mark,
        kind: Kind,
        rule: str | None,
        expected: str,
        found: object,
        *evidence: EntryRef,
    ) -> None:
        """Note a finding about an earlier entry."""
        found_here = Finding(
            kind=kind,
            origin=entry.origin,
            index=entry.sequence,
            rule=rule,
            subject=entry.subject,
            expected=expected,
            found=str(found),
            evidence=evidence,
        )
        self._found[found_here] = None

    def note(self, findings: Iterable[Finding]) -> None:
        """Note what a law or a table found."""
        self._found.update(dict.fromkeys(findings))

    @property
    def mark(self) -> Mark:
        """The entry that is being read, to be remembered."""
        return Mark(self.fact.origin, self.fact.sequence, self.fact.subject)

    @property
    def actor(self) -> Actor:
        """Who caused the entry that is being read."""
        return actor_of(self.fact.actor)

    def taken(self) -> list[Finding]:
        """What was found since this was last asked."""
        if not self._found:
            return []
        found, self._found = list(self._found), {}
        return found

    def promise(self, key: Key, rule: str, expected: str) -> None:
        """Expect an entry of the same decision: they follow one another in their log."""
        promises = self._promises.setdefault(self.fact.origin, {})
        promises[key] = Promise(rule, expected, self.fact)

    def keep(self, key: Key) -> bool:
        """Whether this entry was expected so; it then need not come again."""
        promises = self._promises.get(self.fact.origin)
        promise = promises.pop(key, None) if promises else None
        if promise is None:
            return False
        if promise.fact is self.fact:
            return True
        self._kept = True
        if _decision(self.fact) != _decision(promise.fact):
            expected = f"the decision of {promise.fact.ref}, by {promise.fact.actor}"
            self.broken("ledger", expected, f"{self.fact.actor} at {self.fact.time}")
        return True

    def goes_on(self) -> None:
        """This entry belongs to the decision of those before it."""
        self._kept = True

    def begin(self, fact: Entry) -> None:
        """Read the next entry."""
        self.fact = fact
        self._kept = False
        self.expecting = bool(self._promises.get(fact.origin))

    def end(self) -> None:
        """What its log expected does not come, if this entry had nothing to do with it."""
        if self.expecting and not self._kept:
            promises = self._promises[self.fact.origin]
            for key in [key for key, one in promises.items() if one.fact is not self.fact]:
                one = promises.pop(key)
                found = "another decision's entry"
                self.about(one.fact, "evidence-missing", one.rule, one.expected, found)

    def close(self) -> None:
        """There is no further entry: a decision that was read in part could not be checked."""
        for promises in self._promises.values():
            for one in promises.values():
                found = "the log ends in the midst of a decision"
                self.about(one.fact, "coverage-incomplete", one.rule, one.expected, found)
            promises.clear()


def _decision(fact: Entry) -> tuple[object, ...]:
    """What all entries of one decision have in common."""
    return fact.actor, fact.time, fact.correlation, fact.causation


@lru_cache(maxsize=4096)
def actor_of(text: str) -> Actor:
    """An actor as entries write it; one without a party and an office when it is not written so."""
    try:
        return Actor.read(text)
    except ValueError:
        return Actor("", "", text)


def same_subject(one: str, other: str) -> bool:
    """Whether two actors are the same person, whatever office they acted for."""
    first, second = actor_of(one), actor_of(other)
    return (first.party, first.subject) == (second.party, second.subject)
