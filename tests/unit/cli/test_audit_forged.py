"""Whoever changes an export and rewrites the list of its files has not changed what was signed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.output import FINDING
from shared.transparency.bundle import encode_bundle, parse_bundle
from shared.transparency.merkle import leaf_hash
from tests.support.exports import audit, export_of, flip, relisted
from tests.support.sealed_logs import ORIGINS, three_logs

INTAKE = ORIGINS[0]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_of(three_logs(), tmp_path_factory.mktemp("forged") / "export")


@pytest.fixture
def export(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "export"))


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
    assert [(one["kind"], one["index"], one["file"]) for one in told["findings"]] == [
        ("hash-mismatch", index, f"{INTAKE}/{path}")
    ]


@pytest.mark.parametrize("logs", ["", "log"])
def test_an_exports_own_policy_that_asks_for_nobody_proves_nothing(export: Path, logs: str) -> None:
    lines = (export / "policy").read_text().splitlines(keepends=True)
    kept = [line for line in lines if logs and line.startswith(logs)]
    (export / "policy").write_text("".join(kept) + "quorum none\n")
    status, told = audit("verify", relisted(export))
    assert (status, told["logs"]) == (FINDING, [])
    assert [(one["kind"], one["file"]) for one in told["findings"]] == [("malformed", "policy")]


def test_an_entry_forged_with_its_tiles_does_not_lead_to_the_signed_root(export: Path) -> None:
    log = export / INTAKE
    entries = parse_bundle((log / "tile/entries/001").read_bytes())
    entries[44] = entries[44].replace(b"cecot", b"cecop")
    (log / "tile/entries/001").write_bytes(encode_bundle(entries))
    (log / "tile/0/001").write_bytes(b"".join(map(leaf_hash, entries)))
    status, told = audit("verify", relisted(export))
    assert status == FINDING
    found = [(one["kind"], one.get("index"), one["file"]) for one in told["findings"]]
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
    assert [(one["kind"], one["origin"]) for one in told["findings"]] == [
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
    assert [(one["kind"], one["file"]) for one in told["findings"]] == [
        ("malformed", f"{INTAKE}/{path}")
    ]
