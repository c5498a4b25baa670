"""Whoever changes an export and rewrites the list of its files has not changed what was signed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pyarrow import Table, array, parquet
from typer.testing import CliRunner

from cli.audit import parquet as tables
from cli.audit.manifest import NAME, ExportedLog, parse_manifest
from cli.audit.parquet import table_name
from cli.main import app
from cli.output import FINDING
from shared.transparency.bundle import encode_bundle, parse_bundle
from shared.transparency.merkle import leaf_hash
from tests.support.entries import entries as some_entries
from tests.support.exports import audit, export_of, flip, relisted
from tests.support.sealed_logs import (
    ORIGINS,
    SIGNED_AT,
    WITNESSES,
    MemorySource,
    policy,
    sealed,
    three_logs,
)

INTAKE = ORIGINS[0]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_of(three_logs(), tmp_path_factory.mktemp("forged") / "export")


@pytest.fixture
def export(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "export"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The auditor's own copy of the policy."""
    file = tmp_path / "policy"
    file.write_text(policy().encode())
    return file


@pytest.mark.parametrize(
    ("path", "place", "index"),
    [
        ("tile/entries/001", 100, 256),
        ("tile/0/001", 32 * 3 + 31, 259),
        ("tile/1/000.p/2", 32, 256),
    ],
)
def test_whoever_rewrites_the_list_too_is_found_by_the_root(
    export: Path, path: str, place: int, index: int
) -> None:
    flip(export / INTAKE / path, place)
    status, told = audit("verify", relisted(export))
    assert status == FINDING
    assert [
        (finding["kind"], finding["index"], finding["file"]) for finding in told["findings"]
    ] == [("hash-mismatch", index, f"{INTAKE}/{path}")]


@pytest.mark.parametrize("logs", ["", "log"])
def test_an_exports_own_policy_that_asks_for_nobody_proves_nothing(export: Path, logs: str) -> None:
    lines = (export / "policy").read_text().splitlines(keepends=True)
    kept = [line for line in lines if logs and line.startswith(logs)]
    (export / "policy").write_text("".join(kept) + "quorum none\n")
    status, told = audit("verify", relisted(export))
    assert (status, told["logs"]) == (FINDING, [])
    assert [(finding["kind"], finding["file"]) for finding in told["findings"]] == [
        ("malformed", "policy")
    ]


def test_an_entry_forged_with_its_tiles_does_not_lead_to_the_signed_root(export: Path) -> None:
    log = export / INTAKE
    entries = parse_bundle((log / "tile/entries/001").read_bytes())
    entries[44] = entries[44].replace(b"cecot", b"cecop")
    (log / "tile/entries/001").write_bytes(encode_bundle(entries))
    (log / "tile/0/001").write_bytes(b"".join(map(leaf_hash, entries)))
    status, told = audit("verify", relisted(export))
    assert status == FINDING
    found = [
        (finding["kind"], finding.get("index"), finding["file"]) for finding in told["findings"]
    ]
    assert found == [
        ("root-mismatch", None, f"{INTAKE}/checkpoint"),
        ("hash-mismatch", 256, f"{INTAKE}/tile/1/000.p/2"),
    ]
    assert "entries 256 to 511" in told["findings"][1]["detail"]


def test_a_checkpoint_signed_with_another_key_is_refused(export: Path) -> None:
    placement = (export / ORIGINS[1] / "checkpoint").read_bytes()
    forged = placement.replace(ORIGINS[1].encode(), INTAKE.encode())
    (export / INTAKE / "checkpoint").write_bytes(forged)
    _, told = audit("verify", relisted(export))
    assert [(finding["kind"], finding["origin"]) for finding in told["findings"]] == [
        ("signature-refused", INTAKE)
    ]


@pytest.mark.parametrize(
    "path", ["tile/entries/000", "tile/entries/002.p/88", "tile/0/000", "tile/1/000.p/2"]
)
def test_a_file_that_is_cut_short_is_malformed(export: Path, path: str) -> None:
    file = export / INTAKE / path
    file.write_bytes(file.read_bytes()[:-1])
    status, told = audit("verify", relisted(export))
    assert status == FINDING
    assert [(finding["kind"], finding["file"]) for finding in told["findings"]] == [
        ("malformed", f"{INTAKE}/{path}")
    ]


def test_an_older_checkpoint_than_the_list_says_is_a_finding(tmp_path: Path) -> None:
    export = export_of(three_logs((300, 3, 256)), tmp_path / "export")
    manifest = parse_manifest((export / NAME).read_bytes())
    newest = (ExportedLog(INTAKE, 600), *manifest.logs[1:])
    (export / NAME).write_bytes(msgspec.structs.replace(manifest, logs=newest).encode())
    status, told = audit("verify", export)
    (found,) = told["findings"]
    assert (status, found["kind"], found["origin"]) == (FINDING, "size-mismatch", INTAKE)
    assert found["detail"] == "it is of 300 entries, and 600 were exported"


def test_how_far_a_history_was_proved_and_when_it_was_cosigned_is_told(export: Path) -> None:
    logs = audit("verify", export)[1]["logs"]
    at = datetime.fromtimestamp(SIGNED_AT, UTC)
    assert [datetime.fromisoformat(log["cosigned_at"]) for log in logs] == [at] * 3
    shown = CliRunner().invoke(app, ["audit", "verify", str(export)]).stdout
    assert shown.count(f"{at:%Y-%m-%d %H:%M}") == 3


def test_a_time_beyond_all_calendars_is_told_all_the_same(tmp_path: Path) -> None:
    files = sealed(INTAKE, some_entries(2, origin=INTAKE), WITNESSES, at=2**62)
    folder = export_of(MemorySource({INTAKE: files}, policy([INTAKE])), tmp_path / "export")
    status, told = audit("verify", folder)
    assert (status, told["logs"][0]["cosigned_at"]) == (0, "9999-12-31T23:59:59+00:00")


def rewritten(export: Path, rows: list[dict[str, Any]]) -> Path:
    """The export with other rows in intake's table, and a list that agrees with them."""
    table = Table.from_pylist(rows, schema=tables.schema())
    parquet.write_table(table, export / table_name(INTAKE))
    return relisted(export)


def rows_of(export: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parquet.read_table(export / table_name(INTAKE)).to_pylist()
    return rows


@pytest.mark.parametrize(
    ("column", "lie"),
    [("data", "{}"), ("sequence", 7), ("leaf_hash", "00" * 32), ("actor", "somebody else")],
)
def test_a_row_that_says_something_else_than_its_entry_is_found(
    export: Path, column: str, lie: object
) -> None:
    rows = rows_of(export)
    rows[300][column] = lie
    status, told = audit("verify", rewritten(export, rows))
    (found,) = told["findings"]
    assert (status, found["kind"], found["index"]) == (FINDING, "row-mismatch", 300)
    assert found["file"] == table_name(INTAKE)
    assert found["detail"] == f"its row 300 does not say what the entry says: {column}"


def test_a_row_too_few_or_too_many_is_found(export: Path) -> None:
    rows = rows_of(export)
    _, told = audit("verify", rewritten(export, rows[:-1]))
    assert [finding["detail"] for finding in told["findings"]] == ["its row 599 is missing"]
    _, told = audit("verify", rewritten(export, [*rows, rows[0]]))
    assert [finding["detail"] for finding in told["findings"]] == ["its row 600 is of no entry"]


def test_a_table_with_other_columns_or_none_is_found(export: Path) -> None:
    table = parquet.read_table(export / table_name(INTAKE))
    twice = table.append_column("data", array(["{}"] * table.num_rows))
    parquet.write_table(twice, export / table_name(INTAKE))
    _, told = audit("verify", relisted(export))
    assert "its columns are not those of an export" in told["findings"][0]["detail"]
    (export / table_name(INTAKE)).write_bytes(b"?")
    status, told = audit("verify", relisted(export))
    assert (status, told["findings"][0]["kind"]) == (FINDING, "row-mismatch")


def test_what_nothing_signed_covers_is_said(export: Path, own: Path) -> None:
    assert audit("verify", export)[1]["unsigned"] == ["keys", "policy", "report.json"]
    (export / "report.json").write_text('{"good": true}')
    done = CliRunner().invoke(
        app, ["audit", "verify", str(relisted(export)), "--policy", str(own)], terminal_width=200
    )
    assert done.exit_code == 0
    assert "only the export's own list vouches for report.json\n" in done.stdout


def test_without_pyarrow_tables_are_not_vouched_for(
    export: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "can_write", lambda: False)
    status, told = audit("verify", export, "--policy", own)
    assert (status, told["unsigned"]) == (0, [*sorted(map(table_name, ORIGINS)), "report.json"])
    done = CliRunner().invoke(app, ["audit", "verify", str(export)])
    assert "where PyArrow is installed" in done.stdout


def test_an_export_whose_own_policy_differs_from_yours_says_so(export: Path, own: Path) -> None:
    other = policy(witnesses=("audit.usa.accord.example", "somebody.else"))
    (export / "policy").write_text(other.encode())
    status, told = audit("verify", relisted(export), "--policy", own)
    assert (status, told["unsigned"]) == (0, ["policy", "report.json"])
    assert told["warnings"] == ["policy: the export's own differs from yours, and was not believed"]
