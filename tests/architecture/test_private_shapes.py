"""FastAPI's private shapes are read in one file (ADR 0035)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT, SourceFile, source_files

HOME = "shared/web/endpoint_call.py"
PRIVATE = ("fastapi._", "fastapi.dependencies")


def private_shapes(file: SourceFile) -> Iterator[str]:
    """Each place in a file that depends on what FastAPI does not publish."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PRIVATE):
            yield f"{file.name}: {node.module}"
        if isinstance(node, ast.Import):
            yield from (
                f"{file.name}: {name.name}" for name in node.names if name.name.startswith(PRIVATE)
            )
        if isinstance(node, ast.Attribute) and node.attr == "dependant":
            yield f"{file.name}: .dependant"


def found_below(root: Path) -> list[str]:
    files = source_files(root, ("shared", "services", "cli"))
    return [place for file in files if file.name != HOME for place in private_shapes(file)]


def test_no_other_file_reads_what_fastapi_does_not_publish() -> None:
    assert found_below(ROOT) == []


def test_the_file_that_may_does(tmp_path: Path) -> None:
    planted = tmp_path / "shared" / "web" / "routes.py"
    planted.parent.mkdir(parents=True)
    planted.write_text(
        "from fastapi._compat import ModelField\nimport fastapi.dependencies.utils\n"
        "print(route.dependant)\n"
    )
    assert len(found_below(tmp_path)) == 3
    (home,) = [file for file in source_files(ROOT, ("shared",)) if file.name == HOME]
    assert [*private_shapes(home)]
