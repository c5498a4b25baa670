"""The fee protocol stays closed: nobody names a component but its file, the registry, its tests."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.tariff import registry
from shared.tariff.component import Terms
from tests.architecture.source import PRODUCT, ROOT, SourceFile, source_files

TARIFF = Path("shared/tariff")
REGISTRY = str(TARIFF / "registry.py")
SAME_WORD = {"shared/tariff/accounts.py": {"prepaid"}, "shared/tariff/component.py": {"prepaid"}}
"""The chart of accounts has an account of the same word as a component's kind."""
COMPONENTS = {kind: Path(inspect.getfile(kind)).stem for kind in Terms.__subclasses__()}


def names() -> dict[str, str]:
    """What only a component's own file may say, and which module that is."""
    found: dict[str, str] = {}
    for kind, module in COMPONENTS.items():
        for name in (kind.__name__, kind.TALLY.__name__, f"shared.tariff.{module}"):
            found[name] = module
        found[str(kind.__struct_config__.tag)] = module
    return found


def said(file: SourceFile) -> Iterator[str]:
    """The identifiers, imported modules and texts of a file that name a component."""
    for node in ast.walk(file.tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                yield name
            case ast.ImportFrom(module=module, names=imported):
                yield str(module)
                yield from (f"{module}.{alias.name}" for alias in imported)
            case ast.Import(names=imported):
                yield from (alias.name for alias in imported)
            case _:
                pass


def named_elsewhere(root: Path) -> list[str]:
    """Every place that names a component and is neither its file nor the registry."""
    homes = names()
    return [
        f"{file.name} names {name}"
        for file in source_files(root, (*PRODUCT, "bench"))
        if file.name != REGISTRY
        for name in sorted(set(said(file)))
        if name in homes
        and file.name != str(TARIFF / f"{homes[name]}.py")
        and name not in SAME_WORD.get(file.name, ())
    ]


def test_a_component_is_named_in_its_own_file_and_in_the_registry_alone() -> None:
    assert named_elsewhere(ROOT) == []


@pytest.mark.parametrize(
    "text",
    [
        "from shared.tariff.per_night import PerNight\n",
        "from shared.tariff import per_night\n",
        "import shared.tariff.per_night\n",
        "def f(terms):\n    return isinstance(terms, tariff.PerNight)\n",
        'def f(kind):\n    return kind == "per-night"\n',
        "tally = NightsCharged()\n",
    ],
)
def test_a_component_that_is_named_elsewhere_is_found(text: str, tmp_path: Path) -> None:
    planted = tmp_path / "services/billing/domain/price.py"
    planted.parent.mkdir(parents=True)
    planted.write_text(text, encoding="utf-8")
    assert named_elsewhere(tmp_path) != []


def test_the_registry_has_every_component_in_a_line_of_its_own() -> None:
    lines = inspect.getsource(registry).splitlines()
    for module in COMPONENTS.values():
        assert lines.count(f"    {module},") == 1


@pytest.mark.parametrize("module", COMPONENTS.values())
def test_every_component_has_a_test_that_freezes_what_was_signed(module: str) -> None:
    (test,) = (ROOT / "tests").rglob(f"test_{module}.py")
    assert "reads_as_signed(SIGNED, " in test.read_text(encoding="utf-8")
