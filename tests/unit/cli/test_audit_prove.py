"""A proof of one entry is a file: it stands alone, and every byte of it and of the entry counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.output import COULD_NOT, FINDING, WRONG_USE
from shared.ledger.entry import read_entry
from tests.support.exports import audit, export_of, flip
from tests.support.sealed_logs import ORIGINS, WITNESSES, policy, three_logs

INTAKE = ORIGINS[0]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_of(three_logs(), tmp_path_factory.mktemp("prove") / "export")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The auditor's own copy of the policy."""
    file = tmp_path / "policy"
    file.write_text(policy().encode())
    return file


def proved(export: Path, sequence: int, out: Path) -> tuple[Path, Path]:
    status, told = audit("prove", INTAKE, sequence, "--from", export, "--out", out)
    assert (status, told["good"], told["size"]) == (0, True, 600)
    return out, out.with_suffix(".entry")


@pytest.mark.parametrize("sequence", [0, 255, 256, 511, 512, 599])
def test_a_proof_convinces_whoever_has_the_policy(
    export: Path, own: Path, tmp_path: Path, sequence: int
) -> None:
    proof, entry = proved(export, sequence, tmp_path / "one.tlog-proof")
    assert read_entry(entry.read_bytes()).sequence == sequence
    status, told = audit("check-proof", proof, "--entry", entry, "--policy", own)
    assert (status, told["sequence"], told["cosigned_by"]) == (0, sequence, [*WITNESSES])
    assert told["hashes"] <= 10


def test_a_proof_of_another_entry_is_refused(export: Path, own: Path, tmp_path: Path) -> None:
    proof, _ = proved(export, 5, tmp_path / "five.tlog-proof")
    _, other = proved(export, 6, tmp_path / "six.tlog-proof")
    status, told = audit("check-proof", proof, "--entry", other, "--policy", own)
    assert status == FINDING
    assert "is not proved" in told["error"]


def test_every_byte_of_a_proof_counts(export: Path, own: Path, tmp_path: Path) -> None:
    proof, entry = proved(export, 300, tmp_path / "one.tlog-proof")
    size = len(proof.read_bytes())
    for index in range(0, size, size // 30):
        flip(proof, index)
        assert audit("check-proof", proof, "--entry", entry, "--policy", own)[0] == FINDING, index
        flip(proof, index)
    assert audit("check-proof", proof, "--entry", entry, "--policy", own)[0] == 0


def test_an_entry_that_is_not_final_yet_has_no_proof(export: Path, tmp_path: Path) -> None:
    status, told = audit("prove", INTAKE, 600, "--from", export, "--out", tmp_path / "p")
    assert status == COULD_NOT
    assert "is not final: the log has 600 entries" in told["error"]
    assert not (tmp_path / "p").exists()


def test_a_log_that_one_government_has_not_cosigned_proves_nothing(tmp_path: Path) -> None:
    half = export_of(three_logs((5, 5, 5), cosigners=WITNESSES[:1]), tmp_path / "half")
    status, told = audit("prove", INTAKE, 2, "--from", half, "--out", tmp_path / "p")
    assert (status, told["findings"][0]["kind"]) == (FINDING, "not-final")
    assert not (tmp_path / "p").exists()


def test_a_log_that_nobody_knows_could_not_be_checked(export: Path, tmp_path: Path) -> None:
    status, told = audit("prove", "other/log/0", 2, "--from", export, "--out", tmp_path / "p")
    assert (status, told["unchecked"][0]["origin"]) == (COULD_NOT, "other/log/0")


@pytest.mark.parametrize(
    ("spoiled", "place"), [("tile/0/000", 100), ("tile/entries/000", 100), ("tile/1/000.p/2", 40)]
)
def test_no_proof_is_written_that_does_not_hold(tmp_path: Path, spoiled: str, place: int) -> None:
    export = export_of(three_logs(), tmp_path / "export")
    flip(export / INTAKE / spoiled, place)
    status, _ = audit("prove", INTAKE, 0, "--from", export, "--out", tmp_path / "p")
    assert status == FINDING
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("spoiled", ["tile/0/000", "tile/entries/000"])
def test_a_file_that_is_no_tile_and_no_bundle_proves_nothing(tmp_path: Path, spoiled: str) -> None:
    export = export_of(three_logs(), tmp_path / "export")
    (export / INTAKE / spoiled).write_bytes(b"?")
    assert audit("prove", INTAKE, 0, "--from", export, "--out", tmp_path / "p")[0] == COULD_NOT


def test_files_that_are_not_there_are_wrong_use(own: Path, tmp_path: Path) -> None:
    none = tmp_path / "none"
    assert audit("check-proof", none, "--entry", none, "--policy", own)[0] == WRONG_USE


def test_a_file_that_is_no_proof_is_a_finding(own: Path) -> None:
    status, told = audit("check-proof", own, "--entry", own, "--policy", own)
    assert status == FINDING
    assert "is no proof" in told["error"]


def test_people_read_one_line(export: Path, own: Path, tmp_path: Path) -> None:
    proof, entry = proved(export, 7, tmp_path / "seven.tlog-proof")
    arguments = ["audit", "check-proof", proof, "--entry", entry, "--policy", own]
    done = CliRunner().invoke(app, [*map(str, arguments)])
    assert done.exit_code == 0
    assert done.stdout.startswith(f"good: {INTAKE}#7 is proved by {proof} (")
