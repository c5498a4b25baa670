"""An export proves itself or says what is wrong with it: every file, every byte, every entry."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from cli.audit.manifest import NAME, ExportedFile, parse_manifest
from cli.main import app
from cli.output import COULD_NOT, FINDING, WRONG_USE
from tests.support.exports import audit, export_of, flip
from tests.support.processes import ROOT
from tests.support.sealed_logs import ORIGINS, WITNESSES, MemorySource, policy, sealed, three_logs

INTAKE = ORIGINS[0]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of three logs, made once; whoever spoils it takes a copy."""
    return export_of(three_logs(), tmp_path_factory.mktemp("pristine") / "export")


@pytest.fixture
def export(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "export"))


def verified(folder: Path, *options: object) -> tuple[int, dict[str, Any]]:
    return audit("verify", folder, *options)


def test_an_export_proves_every_entry_of_every_log(export: Path) -> None:
    status, told = verified(export)
    assert (status, told["good"]) == (0, True)
    assert [(log["origin"], log["size"]) for log in told["logs"]] == [
        *zip(ORIGINS, (600, 3, 256), strict=True)
    ]
    assert all(set(log["cosigned_by"]) == {*WITNESSES} for log in told["logs"])


def test_an_export_proves_itself_with_the_network_off(export: Path) -> None:
    script = (
        "import sys, socket\n"
        "def refuse(event, given):\n"
        "    if event.startswith('socket.'): raise OSError(event)\n"
        "sys.addaudithook(refuse)\n"
        "from cli.main import app\n"
        "try:\n    app(['audit', 'verify', sys.argv[1]])\n"
        "finally:\n    print(*{n.partition('.')[0] for n in sys.modules})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(export)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "all 859 entries are proved" in done.stdout
    imported = {*done.stdout.splitlines()[-1].split()}
    servers = {"aiokafka", "alembic", "asyncpg", "fastapi", "sqlalchemy", "uvicorn", "httpx"}
    assert imported & servers == set()


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_any_file_with_a_changed_byte_is_named(pristine: Path, tmp_path: Path) -> None:
    assert len(files(pristine)) > 20
    for number, file in enumerate(files(pristine)):
        name = file.relative_to(pristine).as_posix()
        folder = Path(shutil.copytree(pristine, tmp_path / str(number)))
        for place in (0, len(file.read_bytes()) // 2, -1):
            flip(folder / name, place)
            status, told = verified(folder)
            assert (status, told["good"]) == (FINDING, False), (name, place)
            assert [finding["file"] for finding in told["findings"]] == [name], place
            flip(folder / name, place)


@pytest.mark.parametrize(
    ("path", "place", "index"),
    [
        ("tile/entries/000", 100, 0),
        ("tile/entries/001", 100, 256),
        ("tile/entries/002.p/88", -1, 599),
        ("tile/0/000", 32 * 17, 17),
        ("tile/0/001", 32 * 3 + 31, 259),
        ("tile/0/002.p/88", 0, 512),
        ("tile/1/000.p/2", 32, 256),
    ],
)
def test_a_changed_entry_or_hash_is_named_by_its_index(
    export: Path, path: str, place: int, index: int
) -> None:
    """T12: whoever verifies, it is the same index."""
    flip(export / INTAKE / path, place)
    status, told = verified(export)
    (finding,) = told["findings"]
    assert status == FINDING
    assert (finding["kind"], finding["origin"]) == ("hash-mismatch", INTAKE)
    assert (finding["index"], finding["file"]) == (index, f"{INTAKE}/{path}")
    assert [log["origin"] for log in told["logs"]] == [*ORIGINS[1:]], "the others are proved"


def test_a_changed_length_within_a_bundle_names_the_entry_that_it_spoils(export: Path) -> None:
    bundle = export / INTAKE / "tile/entries/001"
    length = int.from_bytes(bundle.read_bytes()[:2], "big")
    flip(bundle, 2 + length + 1)
    _, told = verified(export)
    assert [(finding["index"], finding["file"]) for finding in told["findings"]] == [
        (257, f"{INTAKE}/tile/entries/001")
    ]


def test_any_missing_file_could_not_be_checked_and_is_never_good(
    pristine: Path, tmp_path: Path
) -> None:
    for number, file in enumerate(files(pristine)):
        name = file.relative_to(pristine).as_posix()
        folder = Path(shutil.copytree(pristine, tmp_path / str(number)))
        (folder / name).unlink()
        status, told = verified(folder)
        assert status == COULD_NOT, name
        assert name in json.dumps(told)
        assert not told.get("good")


def test_a_file_that_nobody_exported_is_found(export: Path) -> None:
    (export / INTAKE / "tile/entries/003").write_bytes(b"\0\x01x")
    status, told = verified(export)
    assert status == FINDING
    assert [(finding["kind"], finding["file"]) for finding in told["findings"]] == [
        ("file-unexpected", f"{INTAKE}/tile/entries/003")
    ]


def test_a_log_that_the_policy_names_and_the_export_lacks_is_never_good(tmp_path: Path) -> None:
    source = three_logs((5, 5, 5))
    del source.logs[ORIGINS[2]]
    folder = export_of(source, tmp_path / "export")
    status, told = verified(folder)
    assert status == COULD_NOT
    assert [finding["origin"] for finding in told["unchecked"]] == [ORIGINS[2]]
    assert verified(folder, "--origin", INTAKE)[0] == 0


def test_a_checkpoint_that_one_government_has_not_cosigned_is_a_finding(tmp_path: Path) -> None:
    folder = export_of(three_logs((5, 5, 5), cosigners=WITNESSES[:1]), tmp_path / "export")
    status, told = verified(folder)
    assert status == FINDING
    assert {finding["kind"] for finding in told["findings"]} == {"not-final"}
    assert told["findings"][0]["detail"].endswith(WITNESSES[0])


def test_the_auditors_own_policy_decides_and_not_the_exports(export: Path, tmp_path: Path) -> None:
    other = tmp_path / "policy"
    other.write_text(policy(witnesses=("audit.usa.accord.example", "somebody.else")).encode())
    status, told = verified(export, "--policy", other)
    assert (status, told["policy"]) == (FINDING, f"yours ({other})")
    other.write_text(policy().encode())
    assert verified(export, "--policy", other)[0] == 0
    assert verified(export)[1]["policy"].endswith("not yours")


def test_a_policy_that_is_none_is_wrong_use(export: Path, tmp_path: Path) -> None:
    other = tmp_path / "policy"
    assert verified(export, "--policy", other)[0] == WRONG_USE
    other.write_text("quorum everybody\n")
    assert verified(export, "--policy", other)[0] == WRONG_USE


def test_what_is_neither_a_folder_nor_an_address_is_wrong_use(tmp_path: Path) -> None:
    assert verified(tmp_path / "none")[0] == WRONG_USE


def test_two_changes_of_two_kinds_are_both_named_when_the_list_is_true(export: Path) -> None:
    flip(export / INTAKE / "tile/entries/000", 100)
    flip(export / INTAKE / "tile/0/001", 40)
    flip(export / INTAKE / "tile/1/000.p/2", 40)
    _, told = verified(export)
    assert [
        (finding["index"], finding["file"].removeprefix(INTAKE)) for finding in told["findings"]
    ] == [
        (0, "/tile/entries/000"),
        (257, "/tile/0/001"),
        (256, "/tile/1/000.p/2"),
    ]


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a//b", "./a"])
def test_a_list_never_leads_out_of_the_export(export: Path, path: str) -> None:
    manifest = parse_manifest((export / NAME).read_bytes())
    outside = {path: ExportedFile(0, hashlib.sha256(b"").hexdigest())}
    (export / NAME).write_bytes(msgspec.structs.replace(manifest, files=outside).encode())
    status, told = verified(export)
    assert status == FINDING
    assert f"{path!r} does not lie in an export" in told["findings"][0]["detail"]


def test_a_name_is_shown_as_it_is_and_does_nothing_to_the_terminal(export: Path) -> None:
    odd = export / "[bold]a[" / "x]\x1b[2Jgood"
    odd.parent.mkdir()
    odd.write_bytes(b"")
    done = CliRunner().invoke(app, ["audit", "verify", str(export)], terminal_width=200)
    assert done.exit_code == FINDING
    assert "[bold]a[/x]\N{REPLACEMENT CHARACTER}[2Jgood" in done.stdout


def test_what_was_found_is_shown_to_people(export: Path) -> None:
    flip(export / INTAKE / "tile/entries/001", 100)
    (export / ORIGINS[1] / "checkpoint").unlink()
    done = CliRunner().invoke(app, ["audit", "verify", str(export)], terminal_width=200)
    assert done.exit_code == FINDING
    assert f"hash-mismatch: {INTAKE}#256, {INTAKE}/tile/entries/001: these are not" in done.stdout
    assert f"could not check: {ORIGINS[1]}, {ORIGINS[1]}/checkpoint: No such" in done.stdout
    assert "NOT good: 1 findings, 1 things not checked" in done.stdout


@pytest.mark.parametrize("columns", ["80", "40"])
def test_no_terminal_breaks_the_name_of_a_log(
    export: Path, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    shown = CliRunner().invoke(app, ["audit", "verify", str(export)]).stdout
    rows = [line for line in shown.splitlines() if line.startswith("│")]
    assert [row.split()[1] for row in rows] == [*ORIGINS]
    assert all(len(row) <= 80 for row in rows)
    assert f"cosigned by: {', '.join(WITNESSES)}\n" in shown


def test_where_bundle_and_tile_are_both_missing_the_rest_is_compared_all_the_same(
    export: Path,
) -> None:
    for path in ("tile/entries/001", "tile/0/001"):
        (export / INTAKE / path).unlink()
    flip(export / INTAKE / "tile/entries/002.p/88", 100)
    status, told = verified(export)
    assert status == FINDING
    assert [finding["index"] for finding in told["findings"]] == [512]
    assert {finding["file"] for finding in told["unchecked"]} == {
        f"{INTAKE}/tile/entries/001",
        f"{INTAKE}/tile/0/001",
    }


def test_a_log_of_more_than_a_full_tile_of_tiles_is_proved_to_the_last_level(
    tmp_path: Path,
) -> None:
    written = [b"entry %d" % number for number in range(65_536 + 300)]
    source = MemorySource({INTAKE: sealed(INTAKE, written, WITNESSES)}, policy([INTAKE]))
    folder = export_of(source, tmp_path / "export")
    assert verified(folder)[0] == 0
    flip(folder / INTAKE / "tile/1/000", 32 * 7)
    flip(folder / INTAKE / "tile/2/000.p/1")
    _, told = verified(folder)
    assert [
        (finding["index"], finding["file"].removeprefix(INTAKE)) for finding in told["findings"]
    ] == [
        (7 * 256, "/tile/1/000"),
        (0, "/tile/2/000.p/1"),
    ]
