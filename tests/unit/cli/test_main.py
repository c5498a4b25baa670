"""Every word of the command is found, and none is imported before it is said."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import main
from cli.audit import words as audit
from cli.keys import words as keys
from cli.own_name import own_name
from tests.support.processes import ROOT

GROUPS = {"audit": audit.WORDS, "keys": keys.WORDS}
WORDS: list[tuple[str, ...]] = [(word,) for word in main.WORDS]
WORDS += [(group, word) for group, words in GROUPS.items() for word in words]
SERVER_LIBRARIES = {"aiokafka", "alembic", "asyncpg", "fastapi", "sqlalchemy", "uvicorn"}
IMPORTED = "import sys; sys.argv[1:] = {}\ntry:\n    from cli.main import main; main()\nfinally:\n"
IMPORTED += "    print(*{{name.partition('.')[0] for name in sys.modules}}, file=sys.stderr)"


def imported_by(*arguments: str) -> set[str]:
    """The packages that a run of the command has imported."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED.format([*arguments])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {*done.stderr.split()}


@pytest.mark.parametrize("words", WORDS)
def test_every_word_is_found_and_says_what_it_is_for(words: tuple[str, ...]) -> None:
    *groups, last = words
    purpose = (GROUPS[groups[0]] if groups else main.WORDS)[last].purpose
    done = CliRunner().invoke(main.app, [*words, "--help"])
    assert done.exit_code == 0, done.output
    assert " ".join(purpose.split()) in " ".join(done.stdout.split())


def test_the_version_is_the_packages() -> None:
    done = CliRunner().invoke(main.app, ["--version"])
    assert (done.exit_code, done.stdout) == (0, f"accord {version('accord')}\n")


def test_what_is_printed_can_be_pasted_wherever_the_command_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "venv" / "bin" / "accord"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", "/usr/bin")
    assert own_name(str(command), tmp_path) == "venv/bin/accord"
    assert own_name(str(command), tmp_path / "elsewhere") == str(command)
    monkeypatch.setenv("PATH", str(command.parent))
    assert own_name(str(command), tmp_path) == "accord"


def test_the_list_of_words_imports_none_of_them() -> None:
    assert imported_by("--help") & {*SERVER_LIBRARIES, "jwt", "httpx"} == set()


def test_a_mistyped_word_is_wrong_use_and_the_right_one_is_named() -> None:
    done = CliRunner().invoke(main.app, ["tokn"])
    assert done.exit_code == 2
    assert "'token'" in done.stderr
