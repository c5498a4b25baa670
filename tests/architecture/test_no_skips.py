"""No test is skipped or expected to fail: a missing server is started, or the run fails."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, SourceFile, source_files

EVASIONS = frozenset(
    {"skip", "skipif", "skipIf", "skipUnless", "xfail", "importorskip", "skipTest"}
)


def evasions(file: SourceFile) -> Iterator[str]:
    """The places of a file that mention a way around a test."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Attribute) and node.attr in EVASIONS:
            yield f"{file.name}:{node.lineno} {node.attr}"
        elif isinstance(node, ast.ImportFrom):
            for name in EVASIONS.intersection(alias.name for alias in node.names):
                yield f"{file.name}:{node.lineno} {name}"


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    assert [place for file in source_files(ROOT, ("tests",)) for place in evasions(file)] == []


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\npytest.skip('no server')",
        "import pytest\n@pytest.mark.skipif(True, reason='')\ndef test_a(): ...",
        "import pytest\npytestmark = pytest.mark.xfail",
        "from pytest import importorskip as needed\nneeded('aiokafka')",
        "import unittest\nclass A(unittest.TestCase):\n    def test(self): self.skipTest('')",
    ],
)
def test_a_planted_skip_is_found(text: str, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(text, encoding="utf-8")
    assert len([*evasions(*source_files(tmp_path, ("tests",)))]) == 1
