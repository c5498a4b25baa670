"""Pure rooms read no clock, draw no randomness and touch no file, by any name.

import-linter keeps impure modules out (`domains are pure` and its neighbours); these functions hide
in builtins and in the two permitted modules that have both kinds, `datetime` and `uuid`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, SourceFile, source_files

PURE_ROOMS = (
    "shared/kernel",
    "shared/contracts",
    "shared/tariff",
    "shared/transparency",
    *(f"services/{name}/domain" for name in ("intake", "placement", "billing", "audit")),
)
IMPURE_BUILTINS = frozenset(
    {"__import__", "breakpoint", "compile", "eval", "exec", "input", "open", "print"}
)
IMPURE_FUNCTIONS = frozenset(
    {
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "uuid.getnode",
        "uuid.uuid1",
        "uuid.uuid4",
        "uuid.uuid6",
        "uuid.uuid7",
        "uuid.uuid8",
    }
)


def imported_names(tree: ast.Module) -> dict[str, str]:
    """What each imported name of a module stands for: `{"dt": "datetime.datetime"}`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names
            }
    return names


def impure_uses(file: SourceFile) -> Iterator[str]:
    """Every mention of an impure function, called or handed on."""
    names = imported_names(file.tree)
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            first, dot, rest = ast.unparse(node).partition(".")
            meant = names.get(first, first) + dot + rest
            if meant in IMPURE_FUNCTIONS | (IMPURE_BUILTINS - names.keys()):
                yield f"{file.name}:{node.lineno} {meant}"


def test_pure_rooms_use_no_impure_function() -> None:
    assert [use for file in source_files(ROOT, PURE_ROOMS) for use in impure_uses(file)] == []


def test_every_service_has_its_domain_among_the_pure_rooms() -> None:
    domains = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("services/*/domain")}
    assert domains - {*PURE_ROOMS} == set()


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\nx = datetime.now()",
        "from datetime import datetime as dt\nx = dt.utcnow()",
        "import datetime\nx = datetime.datetime.now(datetime.UTC)",
        "import datetime as d\nx = d.date.today()",
        "from datetime import datetime\nx = field(default_factory=datetime.now)",
        "from datetime import date\nx = date.today()",
        "from uuid import uuid4\nx = uuid4()",
        "import uuid\nx = uuid.uuid1()",
        "def f():\n    import uuid\n    return uuid.uuid7()",
        "x = open('a')",
        "print('a')",
        "x = map(eval, y)",
        "x = __import__('os')",
    ],
)
@pytest.mark.parametrize("room", ["shared/kernel", "services/intake/domain"])
def test_a_planted_impure_use_is_found(text: str, room: str, tmp_path: Path) -> None:
    path = tmp_path / room / "planted.py"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert len([*impure_uses(*source_files(tmp_path, PURE_ROOMS))]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "x = command.now",
        "x = hold.open()",
        "class Document:\n    open: bool = True",
        "from shared.contracts.intake import open",
        "from datetime import datetime\nx = datetime(2025, 3, 16)",
        "from uuid import UUID\nx = UUID(int=0)",
    ],
)
def test_time_and_identity_that_came_with_the_command_are_pure(text: str, tmp_path: Path) -> None:
    path = tmp_path / "shared/kernel/pure.py"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert [*impure_uses(*source_files(tmp_path, PURE_ROOMS))] == []
