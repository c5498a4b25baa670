"""A Protocol stands only where at least two classes are what it says (tests' twins are counted)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import EVERYTHING, PRODUCT, ROOT, source_files

Found = dict[str, list[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def classes(root: Path, folders: tuple[str, ...]) -> Iterator[tuple[str, ast.ClassDef]]:
    """Every class, with the name of its file."""
    for file in source_files(root, folders):
        for node in ast.walk(file.tree):
            if isinstance(node, ast.ClassDef):
                yield file.name, node


def bases(node: ast.ClassDef) -> list[str]:
    """The names of a class's bases, without what stands before a dot or in brackets."""
    plain = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    return [ast.unparse(base).rpartition(".")[2] for base in plain]


def is_protocol(node: ast.ClassDef) -> bool:
    return "Protocol" in bases(node)


def own_members(node: ast.ClassDef) -> set[str]:
    """What a class has itself: `run()` for a method, `name` for a property or a field.

    What a method sets on `self` may be called as well as read, so it counts as both.
    """
    members: set[str] = set()
    for statement in node.body:
        if isinstance(statement, Function):
            read = any("property" in ast.unparse(mark) for mark in statement.decorator_list)
            members.add(statement.name if read else f"{statement.name}()")
        elif isinstance(statement, ast.AnnAssign):
            members.add(ast.unparse(statement.target))
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
            members |= {part.attr, f"{part.attr}()"}
    return members


def implementations(root: Path) -> Found:
    """Each Protocol of the product, with the classes that have all that it names."""
    known: dict[str, list[ast.ClassDef]] = {}
    for _, node in classes(root, EVERYTHING):
        known.setdefault(node.name, []).append(node)

    def members(node: ast.ClassDef) -> set[str]:
        above = [kind for name in bases(node) if name != node.name for kind in known.get(name, ())]
        alike = [kind for kind in above if is_protocol(kind) or not is_protocol(node)]
        return own_members(node).union(*map(members, alike))

    protocols: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    for file, node in classes(root, EVERYTHING):
        (protocols if is_protocol(node) else others)[f"{file}::{node.name}"] = members(node)
    return {
        name: [other for other, has in others.items() if wanted <= has]
        for name, wanted in protocols.items()
        if name.partition("/")[0] in PRODUCT
    }


def test_a_protocol_has_two_classes_or_the_class_itself_is_named() -> None:
    found = implementations(ROOT)
    assert len(found) > 10
    assert {name: kinds for name, kinds in found.items() if len(kinds) < 2} == {}


def test_a_protocol_with_one_class_is_found(tmp_path: Path) -> None:
    file = tmp_path / "shared" / "room.py"
    file.parent.mkdir()
    file.write_text(
        "class Named(Protocol):\n    @property\n    def name(self) -> str: ...\n"
        "class Runs(Named, Protocol):\n    async def run(self) -> None: ...\n"
        "class Relay:\n    def __init__(self):\n        self.name = 'relay'\n"
        "    async def run(self) -> None: ...\n"
        "class Follower(Relay):\n    pass\n"
        "class Field:\n    name: str\n    run: int\n"
        "class Only(Protocol):\n    def only(self) -> None: ...\n"
        "class One:\n    def only(self) -> None: ...\n"
    )
    found = implementations(tmp_path)
    assert {name.rpartition(":")[2]: len(kinds) for name, kinds in found.items()} == {
        "Named": 3, "Runs": 2, "Only": 1
    }  # fmt: skip
