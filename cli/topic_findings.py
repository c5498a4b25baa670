"""`accord findings`: what lay in the topics that a service follows and is not their logs'."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.migrate import MIGRATION_URL, Service, owner_url
from cli.output import FINDING, CouldNot, Json, Output, UsedWrongly, reporting
from shared.database.errors import Unavailable
from shared.ledger.topic_findings import kept_findings

LONGEST_WORDS: Final = 400
Row = Mapping[str, Any]


def findings(
    service: Service,
    *,
    acknowledge: Annotated[
        str, typer.Option(help="say that they were looked at, by whom and with what result")
    ] = "",
    evidence: Annotated[
        Path | None, typer.Option(help="a folder for the records themselves, a file each")
    ] = None,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        if service is Service.AUDIT:
            raise UsedWrongly("an audit node has its own: ask it for /v1/findings")
        if len(acknowledge) > LONGEST_WORDS:
            raise UsedWrongly(f"--acknowledge takes up to {LONGEST_WORDS} characters")
        url = owner_url(service, os.environ)
        rows = _asked(url, acknowledge)
        if evidence is not None:
            _write(evidence, rows)
        _report(output, service, rows)
        if any(row["acknowledged_at"] is None for row in rows):
            raise typer.Exit(FINDING)


def _asked(url: str, acknowledged: str) -> Sequence[Row]:
    try:
        return asyncio.run(kept_findings(url, acknowledged, datetime.now(UTC)))
    except Unavailable as error:
        raise CouldNot(
            f"{error}. The database must be up and migrated, and {MIGRATION_URL} must name its"
            " owner"
        ) from error


def _write(folder: Path, rows: Sequence[Row]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for row in rows:
            name = f"{row['origin'].replace('/', '-')}-offset-{row['topic_offset']}.record"
            (folder / name).write_bytes(row["record"])
    except OSError as error:
        raise CouldNot(f"{folder} cannot be written to ({error.strerror})") from error


def _report(output: Output, service: Service, rows: Sequence[Row]) -> None:
    counted: dict[str, int] = {}
    for row in rows:
        counted[row["origin"]] = max(counted.get(row["origin"], 0), row["number"] + 1)
    listed = [
        {name: _plain(value) for name, value in row.items() if name not in ("slot", "record")}
        for row in rows
    ]
    lines = [f"{origin}: {count:,} found" for origin, count in counted.items()]
    lines += [
        f"{row['origin']} offset {row['topic_offset']}, index {row['sequence']}: {row['why']};"
        f" {row['size']:,} bytes, SHA-256 {row['sha256']}, {row['found_at']};"
        f" {row['acknowledged'] or 'not acknowledged'}"
        for row in listed
    ]
    document = {"service": service, "found": counted, "kept": listed}
    output.result(document, *(lines or [f"{service}: nothing was found that is not the logs'"]))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
