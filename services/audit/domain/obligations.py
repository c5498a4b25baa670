"""What a service owes to the entries that it follows: in their order, and none skipped.

Once it has acted on a later entry of a log, whatever an earlier one asked of it stands in its own.
Until then it is waited for: logs have no order between them.
"""

from __future__ import annotations

from typing import Literal

from services.audit.domain.entry import Entry
from services.audit.domain.finding import Finding, about
from services.audit.domain.mark import Mark, Owed

What = Literal[
    "night",
    "stay",
    "exit",
    "return",
    "terms",
    "who",
    "facility",
    "suspension",
    "handover",
    "place",
    "by rule",
    "transfer",
    "refusal",
    "returned",
    "departures",
    "funds",
    "funding",
]
Key = tuple[object, ...]

OWED_BY: dict[str, tuple[What, ...]] = {
    "billing": ("night", "stay", "exit", "return", "terms", "who", "funds"),
    "placement": ("facility", "suspension", "handover", "place", "by rule"),
    "intake": ("transfer", "refusal", "returned", "departures", "funding"),
}
"""What each service does about entries of the others."""
RULE_OF: dict[What, tuple[str, str]] = {
    "night": ("G20", "the attested night charged, or said why not"),
    "stay": ("G20", "a stay opened for the custody"),
    "exit": ("T7", "the stay closed"),
    "return": ("G16", "the fee stopped from the day of the return order on"),
    "terms": ("F8", "the terms activated"),
    "who": ("G20", "persons charged as intake says who is who"),
    "facility": ("facilities", "the facility that is agreed, and its time zone, recorded"),
    "suspension": ("D12", "the suspension, or its end, followed"),
    "handover": ("G13", "the offer recorded where the person is to be taken over"),
    "place": ("G19", "a place reserved, or refused"),
    "by rule": ("D7", "the return of a wrongful transfer ordered"),
    "transfer": ("G13", "the case transferred"),
    "refusal": ("G13", "the case refused at arrival"),
    "returned": ("D2", "the case returned"),
    "departures": ("G17", "the gate of the facility closed, or open again"),
    "funds": ("D12", "all that is obligated said to be used"),
    "funding": ("D12", "departures stopped for want of money, or begun again"),
}


class Obligations:
    """What is owed and not done yet."""

    def __init__(self) -> None:
        """Begin with nothing owed."""
        self._owed: dict[What, dict[Key, Owed]] = {what: {} for what in RULE_OF}
        self._seen: dict[str, str] = {}
        self._findings: list[Finding] = []
        self._entry: Entry

    def asked(self, by: str = "") -> Owed:
        """What the entry that is being read asks, for every key that it is expected under."""
        entry = self._entry
        mark = Mark(entry.origin, entry.sequence, entry.subject)
        return Owed(mark, mark.ref, by)

    def expect(self, what: What, key: Key, owed: Owed | None = None) -> None:
        """Something is owed under this key, because of the entry that is being read."""
        self._owed[what][key] = owed or self.asked()

    def done(self, what: What, key: Key) -> Owed | None:
        """It is done because of the entry that asked for it; gives that one, if any did."""
        owed, entry = self._owed[what].pop(key, None), self._entry
        if owed is not None and owed.ref != entry.causation:
            expected = f"the cause {owed.ref}"
            self._findings.append(about(entry, "rule-broken", "ledger", expected, entry.causation))
        return owed

    def settled(self, what: What, key: Key) -> None:
        """Nobody has to do it any more."""
        self._owed[what].pop(key, None)

    def is_waiting(self, what: What, key: Key) -> bool:
        """Whether it is owed and not done yet."""
        return key in self._owed[what]

    def waiting(self) -> dict[str, int]:
        """How much is not done yet, of each kind."""
        return {what: len(owed) for what, owed in self._owed.items() if owed}

    def begin(self, entry: Entry) -> None:
        """A service acted on a foreign entry: what earlier entries asked of it is overdue."""
        self._entry = entry
        causation = entry.causation
        if causation is None or self._seen.get(entry.origin) == causation:
            return
        self._seen[entry.origin] = causation
        cause = entry.cause
        if cause is None:
            return
        for what in OWED_BY.get(entry.type.partition(".")[0], ()):
            self._overdue(what, *cause)

    def taken(self) -> list[Finding]:
        """What was found since this was last asked."""
        if not self._findings:
            return []
        findings, self._findings = self._findings, []
        return findings

    def _overdue(self, what: What, origin: str, index: int) -> None:
        owed = self._owed[what]
        while owed:
            key, first = next(iter(owed.items()))
            if first.entry.origin != origin or first.entry.sequence >= index:
                return
            del owed[key]
            rule, expected = RULE_OF[what]
            text = f"{expected}: {' '.join(map(str, key))}"
            found = f"{self._entry.ref} acts on what came later"
            self._findings.append(about(first.entry, "evidence-missing", rule, text, found))
