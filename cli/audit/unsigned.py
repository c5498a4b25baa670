"""The files of an export that no signature covers, and what of them can be checked all the same."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from cli.audit import parquet
from cli.audit.parquet_audit import RowsAudit
from cli.audit.source import Source
from cli.audit.trust import Trust

_SHOWN: Final = 6


def rows_of(source: Source, origin: str) -> RowsAudit | None:
    """The check of a log's table, where there is one and PyArrow to read it."""
    path = source.table(origin)
    return RowsAudit(origin, path) if path is not None and parquet.can_write() else None


def unsigned(beside: Mapping[str, str], trust: Trust, compared: set[str]) -> tuple[str, ...]:
    """The files that only the list vouches for: neither compared nor what the auditor has."""
    own = _own(trust)
    return tuple(
        file
        for file, digest in sorted(beside.items())
        if file not in compared and own.get(file) != digest
    )


def warnings(beside: Mapping[str, str], trust: Trust) -> Iterator[str]:
    """What the export says otherwise than the auditor does about who must sign."""
    for file, digest in _own(trust).items():
        if beside.get(file, digest) != digest:
            yield f"{file}: the export's own differs from yours, and was not believed"


def vouched(files: tuple[str, ...]) -> str:
    """Plain words about the files that nothing signed covers."""
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    hint = ""
    if any(file.endswith(".parquet") for file in files) and not parquet.can_write():
        hint = " (Parquet is compared with the entries where PyArrow is installed)"
    return f"only the export's own list vouches for {', '.join(files[:_SHOWN])}{more}{hint}"


def _own(trust: Trust) -> dict[str, str]:
    """What the files about who must sign are if the auditor's own policy says so."""
    if not trust.is_own:
        return {}
    files = {"policy": trust.text, "keys": trust.keys}
    return {file: hashlib.sha256(data).hexdigest() for file, data in files.items()}
