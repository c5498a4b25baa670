"""A module fits on three screens and a function on one: when it will not, a noun is unnamed."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import EVERYTHING, ROOT, SourceFile, source_files

MODULE_LINES = 300
FUNCTION_LINES = 30

EXCEPTIONS: dict[str, str] = {}
"""What may be longer, as `path` or `path::function`, and the reason why."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def function_lines(function: Function) -> int:
    """The lines from `def` to the last statement; decorators and the docstring do not count."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return lines
    docstring = function.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def too_long(file: SourceFile) -> Iterator[tuple[str, int]]:
    """The places in a file that are over the limits, each with its number of lines."""
    lines = len(file.text.splitlines())
    if lines > MODULE_LINES:
        yield file.name, lines
    for node in ast.walk(file.tree):
        if isinstance(node, Function) and function_lines(node) > FUNCTION_LINES:
            yield f"{file.name}::{node.name}", function_lines(node)


def places_too_long(root: Path) -> dict[str, int]:
    """Every place below a root that is over the limits."""
    return dict(place for file in source_files(root, EVERYTHING) for place in too_long(file))


def test_a_module_has_at_most_300_lines_and_a_function_30() -> None:
    found = places_too_long(ROOT)
    assert {place: lines for place, lines in found.items() if place not in EXCEPTIONS} == {}


def test_an_exception_is_still_needed_and_says_why() -> None:
    assert EXCEPTIONS.keys() - places_too_long(ROOT).keys() == set()
    assert [place for place, reason in EXCEPTIONS.items() if len(reason.split()) < 4] == []


def _written(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_module_of_301_lines_is_found_and_one_of_300_is_not(tmp_path: Path) -> None:
    _written(tmp_path, "shared/web/long.py", "x = 1\n" * 301)
    _written(tmp_path, "shared/web/short.py", "x = 1\n" * 300)
    assert places_too_long(tmp_path) == {"shared/web/long.py": 301}


def test_a_function_of_31_lines_is_found_in_every_folder(tmp_path: Path) -> None:
    for folder in EVERYTHING:
        _written(tmp_path, f"{folder}/a.py", "async def f():\n" + "    x = 1\n" * 30)
        _written(tmp_path, f"{folder}/b.py", "def f():\n" + "    x = 1\n" * 29)
    assert places_too_long(tmp_path) == {f"{folder}/a.py::f": 31 for folder in EVERYTHING}


def test_a_docstring_is_not_a_line_of_the_function(tmp_path: Path) -> None:
    docstring = '    """Say why.\n\n    At length.\n    """\n'
    _written(tmp_path, "cli/a.py", "def f():\n" + docstring + "    x = 1\n" * 29)
    _written(tmp_path, "cli/b.py", "def f():\n" + docstring + "    x = 1\n" * 30)
    assert places_too_long(tmp_path) == {"cli/b.py::f": 31}
