"""Cases that are open: what each office recorded of each, and since when it is cleared."""

from __future__ import annotations

import msgspec

from shared.contracts.intake import CaseFact, CaseProposed
from shared.contracts.manifest import Custodian
from shared.kernel.codes import FactKind, Office, Party

Signer = tuple[Party, Office]
"""Whose word a fact is: that of one office."""


class Case(msgspec.Struct):
    """Where one case stands. One that was withdrawn or transferred is not kept."""

    proposed: CaseProposed
    facts: dict[FactKind, dict[Signer, CaseFact]] = msgspec.field(default_factory=dict)
    """Of each kind the latest of each office, in the order in which they came."""
    cleared_at: int = -1
    """The entry that granted clearance, unless the receiving state declined since."""
    departed: bool = False
    held_by: Custodian | None = None
    """Who holds the person where they were taken off on the way, until they depart again (G13)."""

    def say(self, kind: FactKind, fact: CaseFact) -> None:
        """An office says so, whatever it said of it before."""
        words = self.facts.setdefault(kind, {})
        words.pop((fact.signed_by, fact.office), None)
        words[fact.signed_by, fact.office] = fact

    def of(self, kind: FactKind) -> tuple[CaseFact, ...]:
        """What each office says of a kind, the latest last."""
        return tuple(self.facts.get(kind, {}).values())
