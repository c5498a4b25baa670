"""What an audit says: what is wrong, what could not be checked, and what was proved."""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from cli.output import COULD_NOT, FINDING, CouldNot

GOOD: Final = 0

FindingKind = Literal[
    "file-changed",  # not the file that the export's manifest lists
    "file-unexpected",  # a file that the manifest does not list
    "malformed",  # not written as its format says
    "hash-mismatch",  # an entry, or a hash of a tile, is not the one that the root covers
    "root-mismatch",  # the entries do not lead to the root that was signed
    "size-mismatch",  # the export's list says another size than the checkpoint
    "row-mismatch",  # a row of a Parquet file is not what its entry says
    "signature-refused",  # the log has not signed this checkpoint
    "not-final",  # not both governments have cosigned it
]


class Absent(CouldNot):
    """A file of a log that could not be had, so that what depends on it was not checked."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file}: {why}")
        self.file = file
        self.why = why


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that is not as it must be, and where."""

    kind: FindingKind
    detail: str
    origin: str | None = None
    index: int | None = None
    """The entry, or the first of those that a hash of a tile covers."""
    file: str | None = None

    def __str__(self) -> str:
        entry = f"{self.origin}#{self.index}" if self.index is not None else self.origin
        where = [part for part in (entry, self.file) if part]
        return f"{self.kind}: {', '.join(where)}: {self.detail}"


class Unchecked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that could not be checked: never good."""

    detail: str
    origin: str | None = None
    file: str | None = None

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.origin, self.file) if part)
        return f"could not check: {where}: {self.detail}" if where else self.detail


class ProvedLog(msgspec.Struct, frozen=True, kw_only=True):
    """A log whose entries all lead to a root that it has signed."""

    origin: str
    size: int
    root: str
    """Hexadecimal."""
    cosigned_by: tuple[str, ...]
    """The witnesses of the policy whose cosignatures are there."""
    cosigned_at: str | None
    """When the last of them signed, by its own clock: the history ends there, and may go on."""


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of an audit."""

    source: str
    policy: str
    """Whose word was taken for who must sign."""
    logs: tuple[ProvedLog, ...]
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    warnings: tuple[str, ...] = ()
    """What is odd and proves nothing wrong."""
    unsigned: tuple[str, ...] = ()
    """Files that only the export's own list vouches for."""

    @property
    def status(self) -> int:
        """The exit status that tells the truth: a finding outweighs what could not be checked."""
        if self.findings:
            return FINDING
        return COULD_NOT if self.unchecked else GOOD


def each_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings without those that a more exact one about the same file makes redundant."""
    every = tuple(dict.fromkeys(findings))
    exact = {finding.file for finding in every if finding.kind != "file-changed"}
    return tuple(
        finding for finding in every if finding.kind != "file-changed" or finding.file not in exact
    )
