"""Whole logs in causal order: proved entry by entry, and replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from cli.audit.findings import GOOD, Audit, Unchecked
from cli.audit.source_audit import SourceAudit
from cli.output import COULD_NOT, FINDING
from services.audit.domain.causal_order import CausalOrder
from services.audit.domain.entry import Entry, Position, read_entry
from services.audit.domain.finding import Finding
from services.audit.domain.replay import Replay
from services.audit.domain.report import ReplayReport
from shared.contracts.agreement_signature import SignatureCheck
from shared.transparency.tiles import TILE_WIDTH

NOT_CHECKED: Final = "coverage-incomplete"
Taken = Callable[[str, list[bytes]], None]
"""Told of the entries of a log as they are read."""


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from the entries, and what does not."""

    audit: Audit
    """That these are the entries which both governments signed."""
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    report: ReplayReport

    @property
    def status(self) -> int:
        """The exit status that tells the truth about both.

        What comes after an entry that could not be read is held against nobody: it may follow from
        what that entry says to a newer reader.
        """
        told = (finding for finding in self.findings if not _left_open(finding))
        first = next(told, None)
        is_wrong = first is not None and first.kind != NOT_CHECKED
        if self.audit.status == FINDING or is_wrong:
            return FINDING
        return COULD_NOT if self.audit.status or self.findings or self.unchecked else GOOD


def _left_open(finding: Finding) -> bool:
    """Whether one rule alone could not be checked of an entry that was read: the rest stands."""
    return finding.kind == NOT_CHECKED and finding.rule is not None


def _untold(_origin: str, _entries: list[bytes]) -> None:
    """Nobody looks on."""


def replayed(
    check: SourceAudit,
    signatures: SignatureCheck,
    taken: Taken = _untold,
    *,
    detailed: bool = False,
) -> Replayed:
    """Everything that must follow from a source's entries, each of which is proved on the way.

    `signatures` knows the keys with which states sign agreements; where it knows none, that is a
    thing not checked. `detailed`: report custody by custody and line by line too.

    With a log missing, the others are proved, and nothing is said of what follows.
    """
    replay = Replay(signatures, detailed=detailed)
    if lacking := _lacking(check):
        return Replayed(audit=check.run(), findings=(), unchecked=lacking, report=replay.report())
    findings: list[Finding] = []
    order = CausalOrder()
    logs = [_entries(check, origin, taken) for origin in check.checkpoints]
    for entry in order.merge(logs):
        findings += replay.feed(entry)
    waiting = order.rest()
    ahead = _ahead(waiting, check)
    if not ahead:  # their causes are nowhere, and the replay says so
        for entry in waiting:
            findings += replay.feed(entry)
    findings += replay.finish()
    has_gaps = bool(check.so_far().unchecked)  # what was not read would be held against what was
    return Replayed(
        audit=check.conclude(),
        findings=() if has_gaps else tuple(findings),
        unchecked=ahead,
        report=replay.report(),
    )


def _entries(check: SourceAudit, origin: str, taken: Taken) -> Iterator[Entry]:
    for number, entries in enumerate(check.entries(origin)):
        taken(origin, entries)
        for within, written in enumerate(entries):
            yield read_entry(written, Position(origin, number * TILE_WIDTH + within))


def _ahead(waiting: Sequence[Entry], check: SourceAudit) -> tuple[Unchecked, ...]:
    """Entries whose cause is not final yet, and all that wait for them; nothing if none is."""
    first: dict[str, Entry] = {}
    for entry in waiting:
        first.setdefault(entry.origin, entry)
    if not any(_is_ahead(entry, check) for entry in first.values()):
        return ()
    return tuple(
        Unchecked(
            origin=origin,
            detail=f"from entry {entry.sequence} on it could not be replayed: it follows from "
            f"{entry.causation}, and that is not among the entries at hand",
        )
        for origin, entry in first.items()
    )


def _is_ahead(entry: Entry, check: SourceAudit) -> bool:
    cause = entry.cause
    signed = check.checkpoints.get(cause[0]) if cause else None
    return cause is not None and signed is not None and signed.checkpoint.size <= cause[1]


def _lacking(check: SourceAudit) -> tuple[Unchecked, ...]:
    """What follows from entries can be told only with all logs at hand."""
    return tuple(
        Unchecked(origin=origin, detail="the replay needs this log, and it was not read")
        for origin in check.known
        if origin not in check.checkpoints
    )
