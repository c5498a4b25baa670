"""A variable is the noun that it is: not `one`, not what was `found`, not what was `asked`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, SourceFile, source_files

NO_NOUNS = frozenset({"one", "found", "asked"})
IN_LOOPS = ("bench", "cli", "services", "shared", "tests")
ANYWHERE = ("bench", "cli", "shared")
Loop = ast.For | ast.AsyncFor | ast.comprehension


def looped(file: SourceFile) -> Iterator[str]:
    """The variables of a file's loops, comprehensions and lambdas that are no nouns."""
    for node in ast.walk(file.tree):
        names = ast.walk(node.target) if isinstance(node, Loop) else ()
        given = ast.walk(node.args) if isinstance(node, ast.Lambda) else ()
        for name in (*names, *given):
            if (named := _named(name)) in NO_NOUNS:
                yield f"{file.name}: {named}"


def bound(file: SourceFile) -> Iterator[str]:
    """Every variable and parameter of a file that is no noun."""
    for node in ast.walk(file.tree):
        is_bound = isinstance(node, ast.arg) or isinstance(getattr(node, "ctx", None), ast.Store)
        if is_bound and (named := _named(node)) in NO_NOUNS:
            yield f"{file.name}: {named}"


def _named(node: ast.AST) -> str | None:
    match node:
        case ast.Name(name) | ast.arg(name):
            return name
        case _:
            return None


def test_the_variable_of_a_loop_is_a_noun() -> None:
    assert [name for file in source_files(ROOT, IN_LOOPS) for name in looped(file)] == []


def test_every_variable_of_the_shared_rooms_is_a_noun() -> None:
    assert [name for file in source_files(ROOT, ANYWHERE) for name in bound(file)] == []


@pytest.mark.parametrize(
    ("text", "loops", "anywhere"),
    [
        ("for one in holds: ...", 1, 1),
        ("for index, one in enumerate(holds): ...", 1, 1),
        ("async def f():\n    async for found in holds: ...", 1, 1),
        ("{asked for asked in holds}", 1, 1),
        ("max(holds, key=lambda one: one.index)", 1, 1),
        ("one, other = holds", 0, 1),
        ("def f(found): ...", 0, 1),
        ("for hold in holds: hold.one", 0, 0),
        ("class Holds:\n    def one(self): ...", 0, 0),
    ],
)
def test_a_variable_that_is_no_noun_is_seen(
    text: str, loops: int, anywhere: int, tmp_path: Path
) -> None:
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "a.py").write_text(text, encoding="utf-8")
    (file,) = source_files(tmp_path, ("cli",))
    assert (len([*looped(file)]), len([*bound(file)])) == (loops, anywhere)
