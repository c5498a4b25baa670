"""An export is everything that an auditor needs offline, and was checked while it was copied."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from pathlib import Path

import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from cli.audit import export
from cli.audit import parquet as tables
from cli.audit.copying_source import KeepingSource
from cli.audit.manifest import NAME, parse_manifest
from cli.audit.parquet import table_name
from cli.audit.source_audit import SourceAudit
from cli.audit.trust import Trust
from cli.main import app
from cli.output import COULD_NOT, FINDING, WRONG_USE, CouldNot
from shared.transparency.keys import VerifierKey
from shared.transparency.merkle import leaf_hash
from tests.support.entries import entries
from tests.support.exports import audit, export_of, flip
from tests.support.sealed_logs import (
    ORIGINS,
    WITNESSES,
    MemorySource,
    policy,
    sealed,
    three_logs,
)

INTAKE = ORIGINS[0]


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    return export_of(three_logs((300, 3, 2)), tmp_path / "export")


def test_an_export_lists_every_byte_of_it(exported: Path) -> None:
    manifest = parse_manifest((exported / NAME).read_bytes())
    there = {
        path.relative_to(exported).as_posix() for path in exported.rglob("*") if path.is_file()
    }
    assert there == {*manifest.files, NAME}
    for path, listed in manifest.files.items():
        data = (exported / path).read_bytes()
        assert (listed.size, listed.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    sizes = [(log.origin, log.size) for log in manifest.logs]
    assert sizes == [*zip(ORIGINS, (300, 3, 2), strict=True)]


def test_an_export_carries_the_policy_its_keys_and_the_report(exported: Path) -> None:
    assert (exported / "policy").read_text() == policy().encode()
    keys = [VerifierKey.parse(line) for line in (exported / "keys").read_text().splitlines()]
    assert {key.name for key in keys} == {*ORIGINS, *WITNESSES}
    report = json.loads((exported / "report.json").read_text())
    assert (report["good"], len(report["logs"])) == (True, 3)


def test_every_row_of_a_table_carries_its_entrys_leaf_hash(tmp_path: Path) -> None:
    written = entries(300, origin=INTAKE)
    source = MemorySource({INTAKE: sealed(INTAKE, written, WITNESSES)}, policy([INTAKE]))
    rows = parquet.read_table(export_of(source, tmp_path / "e") / table_name(INTAKE)).to_pylist()
    assert [row["leaf_hash"] for row in rows] == [leaf_hash(entry).hex() for entry in written]
    assert [row["sequence"] for row in rows] == [*range(300)]
    for row, entry in zip(rows, written, strict=True):
        read = json.loads(entry)
        assert json.loads(row["data"]) == read["data"]
        assert row["origin"] == read["source"]
        assert row["recorded_at"].isoformat().startswith(read["recordedtime"].rstrip("Z"))
        for name in ("type", "subject", "actor", "agreement", "causation", "correlation"):
            assert row[name] == read.get(name)


def test_bytes_that_are_no_entry_are_proved_and_have_no_row(tmp_path: Path) -> None:
    written = [*entries(2, origin=INTAKE), b"?"]
    source = MemorySource({INTAKE: sealed(INTAKE, written, WITNESSES)}, policy([INTAKE]))
    folder = export_of(source, tmp_path / "export")
    assert audit("verify", folder)[1]["logs"][0]["size"] == 3
    assert parquet.read_table(folder / table_name(INTAKE)).num_rows == 2


def test_each_log_has_a_table_of_its_own() -> None:
    names = [table_name(f"accord.example/intake/{shard}") for shard in range(2)]
    assert names == ["entries/intake.parquet", "entries/intake-1.parquet"]


def test_without_pyarrow_everything_else_is_exported_and_the_way_to_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = export_of(three_logs((5, 5, 5)), tmp_path / "whole")
    monkeypatch.setattr(tables, "can_write", lambda: False)
    arguments = ["audit", "export", str(tmp_path / "bare"), "--from", str(whole)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "pip install pyarrow" in done.stderr
    assert not (tmp_path / "bare/entries").exists()
    assert audit("verify", tmp_path / "bare")[0] == 0


def test_an_export_of_an_export_is_as_good(exported: Path, tmp_path: Path) -> None:
    status, told = audit("export", tmp_path / "again", "--from", exported)
    assert (status, told["folder"]) == (0, str(tmp_path / "again"))
    assert audit("verify", tmp_path / "again")[0] == 0


def test_what_is_not_good_is_exported_as_evidence_and_says_so(
    exported: Path, tmp_path: Path
) -> None:
    flip(exported / INTAKE / "tile/entries/000", 100)
    status, told = audit("export", tmp_path / "evidence", "--from", exported)
    assert (status, told["findings"][0]["index"]) == (FINDING, 0)
    report = json.loads((tmp_path / "evidence/report.json").read_text())
    assert not report["good"]
    status, told = audit("verify", tmp_path / "evidence")
    assert (status, told["findings"][0]["index"]) == (FINDING, 0)


def test_nothing_is_ever_written_over(exported: Path) -> None:
    before = (exported / NAME).read_bytes()
    status, told = audit("export", exported, "--from", exported)
    assert (status, (exported / NAME).read_bytes()) == (WRONG_USE, before)
    assert "not an empty folder" in told["error"]


def test_an_export_that_was_interrupted_is_not_whole(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "_write_list", full)
    status, told = audit("export", tmp_path / "half", "--from", exported)
    assert status == COULD_NOT
    assert "No space left" in told["error"]
    status, told = audit("verify", tmp_path / "half")
    assert status == COULD_NOT
    assert "nobody can say whether the export is whole" in told["error"]


@pytest.mark.parametrize("origin", ["../outside", "/etc/outside", "a/../../outside"])
def test_no_log_is_written_outside_of_the_export(origin: str, tmp_path: Path) -> None:
    source = MemorySource({origin: sealed(origin, entries(1), WITNESSES)}, policy([origin]))
    keeping = KeepingSource(source, tmp_path / "export")
    with pytest.raises(CouldNot, match="would not lie in the export"):
        SourceAudit(keeping, Trust.of(source))
    assert not (tmp_path / "outside").exists()


def test_memory_does_not_grow_with_the_log() -> None:
    def peak(bundles: int) -> int:
        written = [b"%d" % number * 50 for number in range(256 * bundles)]
        source = MemorySource({INTAKE: sealed(INTAKE, written, WITNESSES)}, policy([INTAKE]))
        trust = Trust.of(source)
        tracemalloc.start()
        assert SourceAudit(source, trust).run().status == 0
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(1)
    assert peak(40) < 2 * peak(4)
