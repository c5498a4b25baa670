"""A finding: one thing that is not as both states signed it, with what says so.

Findings have a type, never only a text. What could not be checked is a finding of its own
(`coverage-incomplete`) and never passes as good.
"""

from __future__ import annotations

import hashlib
from typing import Literal, Protocol

import msgspec

from shared.kernel.ids import EntryRef

Kind = Literal[
    "hash-mismatch",
    "sequence-gap",
    "split-view",
    "root-mismatch",
    "clock-regression",
    "rule-broken",
    "amount-differs",
    "evidence-missing",
    "coverage-incomplete",
]
"""The closed set of what can be found."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was expected, what stands there instead, and the entries that say so."""

    kind: Kind
    origin: str
    """The log that it is about."""
    index: int | None = None
    """The entry of that log, where it is about one."""
    rule: str | None = None
    """`G3`, `T7`, `F8`, or the clause of the agreement (`tariff`, `effective`)."""
    subject: str
    """What it is about: `case/…`, `custody/…`, `invoice/…`, or the entry's own subject."""
    expected: str
    """What the rule asks for. The same in every replay of the same entries."""
    found: str
    """What stands there."""
    evidence: tuple[EntryRef, ...] = ()
    """The other entries that it follows from."""

    @property
    def fingerprint(self) -> str:
        """The same for the same finding whoever finds it, however often: SHA-256 in hexadecimal."""
        same = (self.kind, self.origin, self.index, self.rule, self.subject, self.expected)
        return hashlib.sha256(msgspec.json.encode(same)).hexdigest()

    @property
    def detail(self) -> str:
        """For people: what was expected, and what stands there."""
        return f"expected {self.expected}; found {self.found}"


class Entered(Protocol):
    """An entry, or what is remembered of one: a finding is about it."""

    @property
    def origin(self) -> str:
        """The log that it stands in."""
        ...

    @property
    def sequence(self) -> int:
        """Its index there."""
        ...

    @property
    def subject(self) -> str:
        """What it is about."""
        ...


def about(
    entry: Entered, kind: Kind, rule: str | None, expected: str, found: object, *evidence: EntryRef
) -> Finding:
    """A finding about an entry."""
    return Finding(
        kind=kind,
        origin=entry.origin,
        index=entry.sequence,
        rule=rule,
        subject=entry.subject,
        expected=expected,
        found=str(found),
        evidence=evidence,
    )
