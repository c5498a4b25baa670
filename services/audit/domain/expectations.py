"""What an entry promises: entries of one decision follow one another in their log."""

from __future__ import annotations

import msgspec

from services.audit.domain.entry import Entry
from services.audit.domain.finding import Finding, about

Key = tuple[object, ...]


class Promise(msgspec.Struct, frozen=True):
    """What the next entries of the same decision have to say."""

    rule: str
    expected: str
    entry: Entry
    """The entry that it follows from."""


class Expectations:
    """What each log has to say next."""

    def __init__(self) -> None:
        """Begin with nothing promised."""
        self._promises: dict[str, dict[Key, Promise]] = {}
        self._findings: list[Finding] = []
        self._entry: Entry
        self._kept = False
        self.are_open = False
        """Whether the log that is being read was promised more of the same decision."""

    def promise(self, key: Key, rule: str, expected: str) -> None:
        """Expect an entry of the same decision as the one that is being read."""
        promises = self._promises.setdefault(self._entry.origin, {})
        promises[key] = Promise(rule, expected, self._entry)

    def keep(self, key: Key) -> bool:
        """Whether this entry was expected so; it then need not come again."""
        entry = self._entry
        promises = self._promises.get(entry.origin)
        promise = promises.pop(key, None) if promises else None
        if promise is None:
            return False
        if promise.entry is entry:
            return True
        self._kept = True
        if _decision(entry) != _decision(promise.entry):
            expected = f"the decision of {promise.entry.ref}, by {promise.entry.actor}"
            found = f"{entry.actor} at {entry.time}"
            self._findings.append(about(entry, "rule-broken", "ledger", expected, found))
        return True

    def goes_on(self) -> None:
        """This entry belongs to the decision of those before it."""
        self._kept = True

    def begin(self, entry: Entry) -> None:
        """Read the next entry."""
        self._entry = entry
        self._kept = False
        self.are_open = bool(self._promises.get(entry.origin))

    def end(self) -> list[Finding]:
        """What its log expected does not come, if this entry had nothing to do with it."""
        if self.are_open and not self._kept:
            promises = self._promises[self._entry.origin]
            broken = [key for key, promise in promises.items() if promise.entry is not self._entry]
            for key in broken:
                self._miss(promises.pop(key))
        return self._taken()

    def close(self) -> list[Finding]:
        """There is no further entry: a decision that was read in part could not be checked."""
        for promises in self._promises.values():
            for promise in promises.values():
                found = "the log ends in the midst of a decision"
                rule, expected = promise.rule, promise.expected
                self._findings.append(
                    about(promise.entry, "coverage-incomplete", rule, expected, found)
                )
            promises.clear()
        return self._taken()

    def _miss(self, promise: Promise) -> None:
        found = "another decision's entry"
        self._findings.append(
            about(promise.entry, "evidence-missing", promise.rule, promise.expected, found)
        )

    def _taken(self) -> list[Finding]:
        if not self._findings:
            return []
        findings, self._findings = self._findings, []
        return findings


def _decision(entry: Entry) -> tuple[object, ...]:
    """What all entries of one decision have in common."""
    return entry.actor, entry.time, entry.correlation, entry.causation
