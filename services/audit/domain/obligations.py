"""Reactions: what a service owes to the entries that it follows: in their order, and none skipped.

Once it has acted on a later entry of a log, whatever an earlier one asked of it stands in its own.
Until then it is waited for: logs have no order between them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from services.audit.domain.causal_order import cause_of
from services.audit.domain.entry import Entry
from services.audit.domain.expectations import Mark, Notes
from shared.kernel.ids import EntryRef

What = Literal["night", "stay", "exit", "terms", "handover", "place", "transfer"]
Key = tuple[object, ...]

OWED_BY: dict[str, tuple[What, ...]] = {
    "billing": ("night", "stay", "exit", "terms"),
    "placement": ("handover", "place"),
    "intake": ("transfer",),
}
"""What each service does about entries of the others."""
RULE_OF: dict[What, tuple[str, str]] = {
    "night": ("G20", "the attested night charged, or said why not"),
    "stay": ("G20", "a stay opened for the custody"),
    "exit": ("T7", "the stay closed"),
    "terms": ("F8", "the terms activated"),
    "handover": ("G13", "the offer recorded where the person is to be taken over"),
    "place": ("G19", "a place reserved, or refused"),
    "transfer": ("G13", "the case transferred"),
}


class Owed(msgspec.Struct, frozen=True, gc=False):
    """The entry that asks for something, and who said so."""

    entry: Mark
    ref: EntryRef
    by: str


class Reactions:
    """What is owed and not done yet."""

    def __init__(self, notes: Notes) -> None:
        """Begin with nothing owed."""
        self._notes = notes
        self._owed: dict[What, dict[Key, Owed]] = {what: {} for what in RULE_OF}
        self._seen: dict[str, str] = {}

    def asked(self, by: str = "") -> Owed:
        """What the entry that is being read asks, for every key that it is expected under."""
        mark = self._notes.mark
        return Owed(mark, mark.ref, by)

    def expect(self, what: What, key: Key, owed: Owed) -> None:
        """Something is owed under this key."""
        self._owed[what][key] = owed

    def done(self, what: What, key: Key) -> Owed | None:
        """It is done because of the entry that asked for it; gives that one, if any did."""
        owed = self._owed[what].pop(key, None)
        if owed is not None and owed.ref != self._notes.fact.causation:
            self._notes.same("ledger", "the cause", owed.ref, self._notes.fact.causation)
        return owed

    def settled(self, what: What, key: Key) -> None:
        """Nobody has to do it any more."""
        self._owed[what].pop(key, None)

    def waiting(self) -> dict[str, int]:
        """How much is not done yet, of each kind."""
        return {what: len(owed) for what, owed in self._owed.items() if owed}

    def acted(self, fact: Entry) -> None:
        """A service acted on a foreign entry: what earlier entries asked of it is overdue."""
        causation = fact.causation
        if causation is None or self._seen.get(fact.origin) == causation:
            return
        self._seen[fact.origin] = causation
        cause = cause_of(fact)
        if cause is None:
            return
        for what in OWED_BY.get(fact.type.partition(".")[0], ()):
            self._overdue(what, *cause)

    def _overdue(self, what: What, origin: str, index: int) -> None:
        owed = self._owed[what]
        while owed:
            key, first = next(iter(owed.items()))
            if first.entry.origin != origin or first.entry.sequence >= index:
                return
            del owed[key]
            rule, expected = RULE_OF[what]
            about = f"{expected}: {' '.join(map(str, key))}"
            found = f"{self._notes.fact.ref} acts on what came later"
            self._notes.about(first.entry, "evidence-missing", rule, about, found)
