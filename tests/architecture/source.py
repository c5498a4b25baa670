"""The source files that the architecture tests read."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("cli", "services", "shared")
EVERYTHING = (*PRODUCT, "tests", "bench")


@dataclass(frozen=True)
class SourceFile:
    """One Python file, with its text and its syntax tree."""

    root: Path
    path: Path

    @property
    def name(self) -> str:
        """The path below the root, as it stands in messages and exception tables."""
        return self.path.relative_to(self.root).as_posix()

    @cached_property
    def text(self) -> str:
        """The text of the file."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of the file."""
        return ast.parse(self.text, filename=self.name)


def source_files(root: Path, folders: tuple[str, ...]) -> Iterator[SourceFile]:
    """Every Python file below these folders, in the order of their names."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield SourceFile(root, path)
