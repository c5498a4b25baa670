"""The audit of every log of a source: signatures, cosignatures, entries, tiles, root, files."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from cli.audit.findings import (
    Absent,
    Audit,
    Finding,
    FindingKind,
    ProvedLog,
    Unchecked,
    each_once,
)
from cli.audit.parquet import table_name
from cli.audit.source import Source
from cli.audit.tree import TreeAudit
from cli.audit.trust import PolicyWrong, Trust
from cli.audit.unsigned import rows_of, unsigned, warnings
from shared.transparency.errors import Malformed, TransparencyError
from shared.transparency.policy import PolicyVerdict
from shared.transparency.signed_checkpoint import SignedCheckpoint

FINAL_PATIENCE: Final = 10.0
_AGAIN: Final = 0.2
_END_OF_TIME: Final = 253_402_300_799
"""In the year 9999: a witness may sign any time, and Python knows no later one."""


class SourceAudit:
    """One pass over a source. Open the logs, run through their entries, then conclude."""

    def __init__(self, source: Source, trust: Trust, only: Sequence[str] = ()) -> None:
        self._source = source
        self._trust = trust
        self._findings: list[Finding] = []
        self._unchecked: list[Unchecked] = []
        self._proved: list[ProvedLog] = []
        self._compared: set[str] = set()
        self.checkpoints: dict[str, SignedCheckpoint] = {}
        """Those of its logs that are signed as the policy wants it."""
        self._verdicts: dict[str, PolicyVerdict] = {}
        # Effects before their causes: what an entry follows from is then among those at hand.
        for origin in reversed([*self._wanted(only)]):
            self._open(origin)
        self.checkpoints = dict(reversed(self.checkpoints.items()))

    @property
    def known(self) -> tuple[str, ...]:
        """Every log that the policy names."""
        return self._trust.policy.origins

    @property
    def size(self) -> int:
        """How many entries there are to check."""
        return sum(log.checkpoint.size for log in self.checkpoints.values())

    def entries(self, origin: str) -> Iterator[list[bytes]]:
        """The entries of an open log, checked when the last of them has been taken."""
        signed = self.checkpoints[origin]
        tree = TreeAudit(self._source, signed.checkpoint)
        yield from tree.entries()
        self._findings += tree.findings
        self._unchecked += tree.unchecked
        if not tree.findings and not tree.unchecked:
            self._proved.append(
                ProvedLog(
                    origin=origin,
                    size=signed.checkpoint.size,
                    root=signed.checkpoint.root.hex(),
                    cosigned_by=self._verdicts[origin].by,
                    cosigned_at=_last(self._verdicts[origin]),
                )
            )

    def run(
        self, advance: Callable[[int], None] = lambda _: None, *, with_rows: bool = False
    ) -> Audit:
        """Check every log, telling how many entries are done; and the tables of them if asked."""
        for origin in self.checkpoints:
            taken = self.entries_and_rows(origin) if with_rows else self.entries(origin)
            for entries in taken:
                advance(len(entries))
        return self.conclude()

    def entries_and_rows(self, origin: str) -> Iterator[list[bytes]]:
        """The entries of an open log, with the table of it that the source has compared too."""
        rows = rows_of(self._source, origin)
        for entries in self.entries(origin):
            if rows is not None:
                rows.take(entries)
            yield entries
        if rows is None or all(log.origin != origin for log in self._proved):
            return  # what is not proved says nothing of a table
        rows.conclude()
        self._compared.add(table_name(origin))
        if rows.finding is not None:
            self._findings.append(rows.finding)

    def conclude(self) -> Audit:
        """What came of it, once the entries of every log have been taken."""
        findings, unchecked = self._source.afterwards()
        self._findings += findings
        self._unchecked += unchecked
        beside = self._source.beside()
        return msgspec.structs.replace(
            self.so_far(),
            warnings=tuple(warnings(beside, self._trust)),
            unsigned=unsigned(beside, self._trust, self._compared),
        )

    def so_far(self) -> Audit:
        """What is known of it now: nothing that was not looked at is proved."""
        return Audit(
            source=self._source.name,
            policy=self._trust.whose,
            logs=tuple(self._proved),
            findings=each_once(self._findings),
            unchecked=(*dict.fromkeys(self._unchecked),),
        )

    def _wanted(self, only: Sequence[str]) -> Iterator[str]:
        """The logs to check: those asked for, or all of the policy whatever a source says it has.

        Otherwise a node could pass for a service, and so keep back the logs that it has changed.
        """
        known = self._trust.policy.origins
        there = self._source.origins or known
        for origin in only or dict.fromkeys((*there, *known)):
            if origin not in known:
                self._could_not("the policy has no key of this log", origin)
            elif origin not in there:
                self._could_not("the policy names this log, and it is not here", origin)
            else:
                yield origin

    def _open(self, origin: str) -> None:
        deadline = time.monotonic() + (FINAL_PATIENCE if self._source.is_live else 0)
        file = self._source.file(origin, "checkpoint")
        try:
            signed, verdict = self._newest(origin)
            while not verdict.satisfied and time.monotonic() < deadline:
                time.sleep(_AGAIN)
                signed, verdict = self._newest(origin)
        except Absent as error:
            self._could_not(error.why, origin, error.file)
        except TransparencyError as error:
            kind: FindingKind = "malformed" if isinstance(error, Malformed) else "signature-refused"
            self._findings.append(Finding(kind=kind, origin=origin, file=file, detail=str(error)))
        else:
            self.checkpoints[origin] = signed
            self._verdicts[origin] = verdict
            self._compare_size(signed, file)
            if not verdict.satisfied:
                self._not_final(signed, verdict, file)

    def _compare_size(self, signed: SignedCheckpoint, file: str) -> None:
        """An older checkpoint is signed as well as the one that was exported."""
        origin, size = signed.checkpoint.origin, signed.checkpoint.size
        listed = self._source.listed_size(origin)
        if listed not in {None, size}:
            detail = f"it is of {size} entries, and {listed} were exported"
            self._findings.append(
                Finding(kind="size-mismatch", origin=origin, file=file, detail=detail)
            )

    def _not_final(self, signed: SignedCheckpoint, verdict: PolicyVerdict, file: str) -> None:
        origin = signed.checkpoint.origin
        if signed.checkpoint.size == 0:
            self._could_not("no entry of this log is final yet", origin, file)
            return
        by = ", ".join(verdict.by) or "nobody"
        detail = f"the policy wants more than these to have cosigned it: {by}"
        self._findings.append(Finding(kind="not-final", origin=origin, file=file, detail=detail))

    def _newest(self, origin: str) -> tuple[SignedCheckpoint, PolicyVerdict]:
        signed = self._trust.policy.open(self._source.checkpoint(origin), origin)
        return signed, self._trust.policy.judge(signed)

    def _could_not(self, detail: str, origin: str, file: str | None = None) -> None:
        self._unchecked.append(Unchecked(origin=origin, file=file, detail=detail))


def _last(verdict: PolicyVerdict) -> str | None:
    if not verdict.times:
        return None
    return datetime.fromtimestamp(min(max(verdict.times), _END_OF_TIME), UTC).isoformat()


def audit_without_trust(source: Source, wrong: PolicyWrong) -> Audit:
    """What can be said of a source whose own policy is none: its files, and that it is so."""
    findings, unchecked = source.afterwards()
    policy = Finding(kind="malformed", file="policy", detail=str(wrong))
    return Audit(
        source=source.name,
        policy="none",
        logs=(),
        findings=each_once((*findings, policy)),
        unchecked=tuple(unchecked),
    )
