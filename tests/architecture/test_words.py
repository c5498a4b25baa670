"""Every module and class says what it is for, and every exclusion says why it is there."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import EVERYTHING, ROOT, SourceFile, source_files

DIRECTIVE = re.compile(
    r"(?:ruff:\s*|flake8:\s*)?noqa(?P<codes>:\s*[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*)?"
    r"|type:\s*ignore(?P<errors>\[[a-z, -]+\])?"
    r"|pragma:\s*no (?:cover|branch)(?P<coverage>)"
)
REASON_WORDS = 2


EMPTY_NAME = re.compile(
    r"(?:^|_)(?:utils?|helpers?|managers?|misc|common)(?:_|$)|(?:Manager|Helper|Utils?)$"
)


def empty_names(file: SourceFile) -> Iterator[str]:
    """The names of a module and its classes that say nothing about what they are for."""
    classes = [node.name for node in ast.walk(file.tree) if isinstance(node, ast.ClassDef)]
    for name in (*file.path.relative_to(file.root).with_suffix("").parts, *classes):
        if EMPTY_NAME.search(name):
            yield f"{file.name}: {name}"


def without_sentence(file: SourceFile) -> Iterator[str]:
    """The module and the classes of a file that do not start with a sentence."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            docstring = ast.get_docstring(node) or ""
            if not docstring.split("\n\n")[0].endswith((".", "?", "!", ":")):
                yield f"{file.name}::{getattr(node, 'name', 'module')}"


def without_reason(text: str) -> Iterator[int]:
    """The lines with an exclusion that names no code, or gives no reason on the same line."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        directives = list(DIRECTIVE.finditer(token.string))
        if not directives:
            continue
        codeless = any(directive.lastgroup is None for directive in directives)
        reason = re.findall(r"[a-zA-Z']+", DIRECTIVE.sub("", token.string))
        if codeless or len(reason) < REASON_WORDS:
            yield token.start[0]


def test_every_module_and_class_starts_with_a_sentence() -> None:
    files = source_files(ROOT, EVERYTHING)
    assert [place for file in files for place in without_sentence(file)] == []


def test_every_module_and_class_is_named_for_what_it_is() -> None:
    assert [name for file in source_files(ROOT, EVERYTHING) for name in empty_names(file)] == []


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("shared/web/utils.py", "", 1),
        ("shared/helpers/a.py", "", 1),
        ("shared/web/time_utils.py", "", 1),
        ("shared/web/a.py", "class HoldManager: ...", 1),
        ("shared/web/managed.py", "class Helped: ...\nclass Commonwealth: ...", 0),
    ],
)
def test_an_empty_name_is_found(path: str, text: str, found: int, tmp_path: Path) -> None:
    planted = tmp_path / path
    planted.parent.mkdir(parents=True)
    planted.write_text(text, encoding="utf-8")
    assert len([*empty_names(*source_files(tmp_path, ("shared",)))]) == found


def test_every_exclusion_names_a_code_and_its_reason_on_the_same_line() -> None:
    files = source_files(ROOT, EVERYTHING)
    assert [f"{file.name}:{line}" for file in files for line in without_reason(file.text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"""What it is for."""\n', 0),
        ("x = 1\n", 1),
        ('"""No end of a sentence"""\n', 1),
        ('"""One sentence that\nneeds two lines.\n\nAnd a paragraph"""\n', 0),
        ('"""One."""\nclass A:\n    x = 1\n', 1),
        ('"""One."""\ndef f():\n    class A:\n        x = 1\n', 1),
        ('"""One."""\nclass A:\n    """Two."""\n', 0),
    ],
)
def test_a_missing_sentence_is_found(text: str, found: int, tmp_path: Path) -> None:
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "a.py").write_text(text, encoding="utf-8")
    assert len([*without_sentence(*source_files(tmp_path, ("cli",)))]) == found


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("# noqa", [1]),
        ("# noqa: S603", [1]),
        ("# noqa: S603 - because", [1]),
        ("# noqa: S603 - the command is a constant", []),
        ("# noqa: S603, S607 - the command is a constant", []),
        ("# noqa - the command is a constant", [1]),
        ("# type: ignore[arg-type]", [1]),
        ("# type: ignore  # the stub is wrong about None", [1]),
        ("# type: ignore[arg-type]  # the stub is wrong about None", []),
        ("# type: ignore[arg-type]  # noqa: S603 - the stub is wrong about None", []),
        ("# type: ignore[arg-type]  # noqa - the stub is wrong about None", [1]),
        ("# pragma: no cover", [1]),
        ("# pragma: no cover - runs in a container only", []),
        ("# ruff: noqa: S603", [1]),
        ("# an ordinary comment", []),
    ],
)
def test_an_exclusion_without_a_code_or_a_reason_is_found(comment: str, found: list[int]) -> None:
    assert [*without_reason(f"x = 1  {comment}\n")] == found


def test_an_exclusion_quoted_in_a_string_is_no_exclusion() -> None:
    assert [*without_reason('x = "# noqa"\n')] == []
