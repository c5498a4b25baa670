"""`accord audit export`: everything that an auditor needs offline, checked while it is copied."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cli.audit import parquet
from cli.audit.copying_source import KeepingSource
from cli.audit.findings import GOOD, Audit
from cli.audit.manifest import NAME, ExportedLog, Manifest
from cli.audit.render import Origins, document, progress, shown
from cli.audit.source import Source
from cli.audit.source_audit import SourceAudit
from cli.audit.trust import Trust
from cli.audit.verify import LOCAL_NODE, From, ItsOwn, PolicyFile, opened, trusted
from cli.output import Json, Output, UsedWrongly, reporting


def export(
    folder: Annotated[Path, typer.Argument(help="where it goes: a new or an empty folder")],
    source: From = LOCAL_NODE,
    policy: PolicyFile = None,
    *,
    its_policy: ItsOwn = False,
    origin: Origins = None,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        _refuse_full(folder)
        with opened(source) as logs:
            trust = trusted(logs, policy, its_policy=its_policy)
            audit = exported(logs, trust, folder, output, origin or ())
        told = document(audit) | {"folder": str(folder), "tables": parquet.can_write()}
        output.result(told, *shown(audit), f"exported to {folder}")
        if not parquet.can_write():
            output.say(parquet.HOW_TO_GET_IT)
        if audit.status != GOOD:
            raise typer.Exit(audit.status)


def exported(
    logs: Source, trust: Trust, folder: Path, output: Output, only: Sequence[str] = ()
) -> Audit:
    """Copy a source into a folder, and say what checking it on the way has shown.

    What is not good is exported all the same, as evidence, and its report says so.
    """
    keeping = KeepingSource(logs, folder)
    keeping.keep("policy", trust.text)
    keeping.keep("keys", trust.keys)
    check = SourceAudit(keeping, trust, only)
    origins = (*check.checkpoints,)
    with (
        parquet.tables(folder, origins) as rows,
        progress(output, "exporting", check.size) as advance,
    ):
        _copy(check, rows, advance)
    for origin in rows:
        keeping.list_written(parquet.table_name(origin))
    audit = check.conclude()
    at = datetime.now(UTC).isoformat(timespec="seconds")
    report = {"exported_at": at, **document(audit)}
    keeping.keep("report.json", msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    _write_list(keeping, check, folder, at)
    return audit


def _copy(
    check: SourceAudit, rows: Mapping[str, parquet.EntryTable], advance: Callable[[int], None]
) -> None:
    for origin in check.checkpoints:
        for entries in check.entries(origin):
            if origin in rows:
                rows[origin].take(entries)
            advance(len(entries))


def _write_list(keeping: KeepingSource, check: SourceAudit, folder: Path, at: str) -> None:
    """The list comes last: an export without one was not finished."""
    logs = (ExportedLog(name, log.checkpoint.size) for name, log in check.checkpoints.items())
    manifest = Manifest(
        source=keeping.name, exported_at=at, logs=tuple(logs), files=dict(keeping.files)
    )
    (folder / NAME).write_bytes(manifest.encode())


def _refuse_full(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsedWrongly(f"{folder} is there already and not an empty folder: name another")
