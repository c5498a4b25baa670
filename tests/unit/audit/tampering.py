"""What somebody changes in an honest log, and what the replay then says of that entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from shared.contracts.agreement import digest
from shared.contracts.intake import AgreementActivated, AgreementProposed, AgreementSigned
from shared.kernel.event import subject_of
from tests.support.signing import signature_of
from tests.unit.audit.story import audited

if TYPE_CHECKING:
    from collections.abc import Iterable

    from services.audit.domain.entry import Entry
    from services.audit.domain.finding import Finding
    from shared.contracts.agreement import AgreementDocument
    from shared.kernel.event import Event

Found = tuple[str, str | None]
"""A finding's kind and rule."""


class Tampering:
    """An honest log with one entry changed: where it stands, and what follows."""

    def __init__(self, facts: list[Entry], event: type[Event], nth: int = 0) -> None:
        """The n-th entry of this type is about to be changed."""
        self.facts = list(facts)
        places = [index for index, fact in enumerate(facts) if type(fact.event) is event]
        self.place = places[nth]

    @property
    def fact(self) -> Entry:
        return self.facts[self.place]

    @property
    def words(self) -> Any:  # noqa: ANN401 - the event of whatever type was asked for
        """What the entry says."""
        return self.fact.event

    def event(self, **changed: object) -> Tampering:
        """Other words in its event, and what follows from them outside."""
        event: Event = msgspec.structs.replace(self.words, **changed)
        return self.instead(event)

    def envelope(self, **changed: object) -> Tampering:
        """Other words outside."""
        self.facts[self.place] = msgspec.structs.replace(self.fact, **changed)
        return self

    def instead(self, event: Event) -> Tampering:
        """Another event in its place."""
        agreement = getattr(event, "agreement", self.fact.agreement)
        return self.envelope(
            event=event, type=type(event).TYPE, subject=subject_of(event), agreement=agreement
        )

    def gone(self) -> Tampering:
        """The entry is not there; the log is shorter by one."""
        fact = self.facts.pop(self.place)
        self.facts = [
            msgspec.structs.replace(entry, sequence=entry.sequence - 1)
            if entry.origin == fact.origin and entry.sequence > fact.sequence
            else entry
            for entry in self.facts
        ]
        return self

    def findings(self) -> list[Finding]:
        """Everything that the replay finds."""
        return audited(self.facts)[1]

    def here(self) -> set[Found]:
        """What it finds in this very entry."""
        fact = self.fact
        return said(
            finding
            for finding in self.findings()
            if (finding.origin, finding.index) == (fact.origin, fact.sequence)
        )


def said(findings: Iterable[Finding]) -> set[Found]:
    """Kinds and rules."""
    return {(finding.kind, finding.rule) for finding in findings}


def under(facts: list[Entry], terms: AgreementDocument) -> list[Entry]:
    """The same log under other terms, which both states signed."""
    for event in (AgreementProposed, AgreementActivated):
        facts = Tampering(facts, event).event(document=terms, digest=digest(terms)).facts
    for nth, state in enumerate(("USA", "SLV")):
        signed = {"digest": digest(terms), "signature": signature_of(terms, state)}
        facts = Tampering(facts, AgreementSigned, nth).event(**signed).facts
    return facts
