"""How deep imports go in the audit's domain: a reader who starts anywhere is soon at the ground."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

from tests.architecture.source import ROOT

AUDIT = "services/audit/domain"
FLOORS = 7
"""The ground, what is remembered of one noun, the state, the gate, what the gate is asked for, the
rules, and the replay.
"""
MEDIAN_LINES = 80


def imports(root: Path, package: str) -> dict[str, set[str]]:
    """Of each module of a package, the modules of the same package that it imports."""
    modules = {_dotted(root, path): path for path in (root / package).rglob("*.py")}
    return {
        name: {imported for imported in _imported(path) if imported in modules} - {name}
        for name, path in modules.items()
    }


def _dotted(root: Path, path: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def floors(root: Path, package: str) -> dict[str, int]:
    """On which floor each module stands: 1 imports nothing of its package."""
    known = imports(root, package)

    @cache
    def floor(module: str) -> int:
        return 1 + max(map(floor, known[module]), default=0)

    return {module: floor(module) for module in known}


def test_the_audits_domain_has_at_most_seven_floors() -> None:
    found = floors(ROOT, AUDIT)
    assert {module: floor for module, floor in found.items() if floor > FLOORS} == {}


def test_half_of_the_audits_domain_fits_on_one_screen() -> None:
    lengths = [len(path.read_text("utf-8").splitlines()) for path in (ROOT / AUDIT).rglob("*.py")]
    assert median(lengths) <= MEDIAN_LINES


def test_an_eighth_floor_is_found(tmp_path: Path) -> None:
    folder = tmp_path / AUDIT
    folder.mkdir(parents=True)
    (folder / "floor_1.py").write_text("")
    for number in range(2, 9):
        below = f"from services.audit.domain.floor_{number - 1} import x\n"
        (folder / f"floor_{number}.py").write_text(below)
    package = "from services.audit.domain import floor_3\n"
    (folder / "beside.py").write_text(package)
    found = floors(tmp_path, AUDIT)
    assert found["services.audit.domain.floor_8"] == FLOORS + 1
    assert found["services.audit.domain.beside"] == 4
