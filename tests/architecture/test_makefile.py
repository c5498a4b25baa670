"""The words of the Makefile: what they are, what they demand, what they say when it is missing."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from coverage import CoverageData

from tests.architecture.source import ROOT

COVERAGE = Path(sys.executable).with_name("coverage")
ALL_OF_IT = "x = 1\n"
PURE = (
    "shared/kernel/money.py",
    "shared/transparency/tiles.py",
    "services/intake/domain/case.py",
    "services/placement/domain/roster.py",
    "services/billing/domain/invoice.py",
    "services/audit/domain/finding.py",
)


def make(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the project's Makefile in a folder."""
    return subprocess.run(
        [str(shutil.which("make")), "--no-print-directory", *words],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the Makefile and its two configuration files, and no environment."""
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def covered(root: Path, *, without: str = "", omitted: str = "") -> Path:
    """A measured tree in which every pure file but one is covered."""
    data = CoverageData(str(root / ".coverage"))
    for name in (*PURE, *(f"shared/web/{n}.py" for n in range(30))):
        if name == omitted:
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ALL_OF_IT, encoding="utf-8")
        data.add_arcs({str(path): [] if name == without else [(-1, 1), (1, -1)]})
    data.write()
    return root


def thresholds(root: Path) -> subprocess.CompletedProcess[str]:
    return make(root, "thresholds", f"COVERAGE={COVERAGE}")


def test_help_is_the_list_of_words() -> None:
    listed = re.findall(r"^  make (\w+)", make(ROOT, "help").stdout, re.MULTILINE)
    assert listed == [
        "help",
        "demo",
        "test",
        "check",
        "fmt",
        "bench",
        "up",
        "reference",
        "costs",
        "lock",
        "clean",
    ]


def test_bytecode_is_kept_whatever_the_shell_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    say = "--eval=say: ; @echo $${PYTHONDONTWRITEBYTECODE:-kept} in $$PYTHONPYCACHEPREFIX"
    assert make(ROOT, say, "say").stdout == f"kept in {ROOT / '.venv'}/bytecode\n"


def test_full_coverage_passes_the_thresholds(clone: Path) -> None:
    outcome = thresholds(covered(clone))
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("name", PURE)
def test_one_uncovered_line_in_a_pure_file_fails(clone: Path, name: str) -> None:
    outcome = thresholds(covered(clone, without=name))
    assert outcome.returncode != 0
    assert f"branch coverage of {Path(name).parent}: 100 % is required" in outcome.stdout


@pytest.mark.parametrize(
    "name", [name for name in PURE if "audit" not in name and "transp" not in name]
)
def test_a_pure_folder_without_a_file_fails(clone: Path, name: str) -> None:
    outcome = thresholds(covered(clone, omitted=name))
    assert outcome.returncode != 0
    assert "No data to report" in outcome.stdout + outcome.stderr


def test_less_than_95_percent_overall_fails(clone: Path) -> None:
    root = covered(clone)
    data = CoverageData(str(root / ".coverage"))
    path = root / "shared/web/long.py"
    path.write_text(ALL_OF_IT * 6, encoding="utf-8")
    data.add_arcs({str(path): []})
    data.write()
    assert thresholds(root).returncode != 0


def test_an_old_python_is_refused_with_what_to_install(clone: Path) -> None:
    old = clone / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" || exit 1\n')
    old.chmod(0o755)
    outcome = make(clone, "demo", f"PYTHON={old}")
    assert outcome.returncode != 0
    assert "is Python 3.9.2; Accord needs Python 3.11 or newer. Install it" in outcome.stderr
    assert not (clone / ".venv").exists()


def test_no_python_is_refused_with_what_to_install(clone: Path) -> None:
    outcome = make(clone, "test", "PYTHON=/nowhere/python3")
    assert outcome.returncode != 0
    assert "No /nowhere/python3 was found. Install Python 3.11 or newer" in outcome.stderr


@pytest.fixture
def path_without_java(tmp_path: Path) -> str:
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("bash", "env"):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return str(folder)


def test_no_java_is_refused_with_what_to_install(path_without_java: str) -> None:
    tools = f"BIN={Path(sys.executable).parent}"
    nowhere = {"PATH": path_without_java, "JAVA_HOME": "", "KAFKA_BOOTSTRAP": ""}
    outcome = make(ROOT, "kafka", tools, "--assume-old=.venv/.synced", **nowhere)
    assert outcome.returncode != 0
    assert outcome.stderr.startswith("make test: Kafka needs Java 17 or newer"), outcome.stderr
    assert "install" in outcome.stderr
    assert "Traceback" not in outcome.stderr
