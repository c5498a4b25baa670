"""Of an export only its own regular files are read: nothing else ends, or is the export's."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.audit.manifest import NAME
from cli.audit.source import LARGEST
from cli.output import COULD_NOT
from tests.support.exports import audit, export_of
from tests.support.sealed_logs import ORIGINS, three_logs

INTAKE = ORIGINS[0]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_of(three_logs(), tmp_path_factory.mktemp("files") / "export")


@pytest.fixture
def export(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "export"))


def loop(file: Path) -> None:
    file.unlink()
    file.symlink_to(file)


def device(file: Path) -> None:
    file.unlink()
    file.symlink_to("/dev/zero")


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize("spoil", [loop, device, pipe])
@pytest.mark.parametrize(
    "name", [f"{INTAKE}/tile/0/001", "entries/intake.parquet", "report.json", NAME]
)
def test_only_regular_files_of_an_export_are_read(
    export: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    spoil(export / name)
    status, told = audit("verify", export)
    assert status == COULD_NOT
    assert name in json.dumps(told)


@pytest.mark.parametrize("name", [f"{INTAKE}/tile/0/001", "report.json", f"{INTAKE}/tile"])
def test_a_link_out_of_an_export_is_not_followed_though_the_same_bytes_are_there(
    export: Path, tmp_path: Path, name: str
) -> None:
    outside = (export / name).rename(tmp_path / "outside")
    (export / name).symlink_to(outside)
    status, told = audit("verify", export)
    assert (status, told["good"]) != (0, True)
    links = [
        finding for finding in told["unchecked"] if "a link is not followed" in finding["detail"]
    ]
    assert links
    assert all(link["file"].startswith(name) for link in links)


def test_a_file_longer_than_any_of_a_log_is_not_read(export: Path) -> None:
    with (export / INTAKE / "tile/entries/001").open("ab") as file:
        file.truncate(LARGEST + 1)
    status, told = audit("verify", export)
    assert status == COULD_NOT
    assert told["unchecked"][0]["detail"] == f"it is longer than {LARGEST:,} bytes"
