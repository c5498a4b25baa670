"""Which tests quote a rule by its number, and which expect it.

`test_g2_lifting_takes_two_subjects` quotes it in its name, another in its docstring. A test expects
it that has the number in its text, as that of a refusal or a finding, or in the table of its file
whose rows it is given.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.architecture.source import SourceFile

RULE = re.compile(r"\b[GDTF][0-9]{1,2}\b")
IN_A_NAME = re.compile(r"(?<![a-z0-9])[gdtf][0-9]{1,2}(?![a-z0-9])")
Test = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Quotes:
    """For every rule number, `file::test_name` of the tests that quote it, and that expect it."""

    quoted: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    expected: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def quoting_tests(files: Iterable[SourceFile]) -> Quotes:
    """Every test under the rules that it is about."""
    quotes = Quotes()
    for file in files:
        tables = dict(_tables(file.tree))
        for test in _tests(file.tree):
            name, in_words = f"{file.name}::{test.name}", quoted(test)
            for rule in sorted(in_words):
                quotes.quoted[rule].append(name)
            for rule in sorted(expected(test, tables) - in_words):
                quotes.expected[rule].append(name)
    return quotes


def quoted(test: Test) -> set[str]:
    """The numbers of the rules that stand in a test's name or docstring."""
    named = {rule.upper() for rule in IN_A_NAME.findall(test.name)}
    return named.union(RULE.findall(ast.get_docstring(test) or ""))


def expected(test: Test, tables: dict[str, set[str]]) -> set[str]:
    """The numbers that stand in a test's text, and in the tables that it names."""
    named = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    return _numbers(test).union(*(tables[name] for name in named & tables.keys()))


def _tests(tree: ast.Module) -> Iterator[Test]:
    for node in ast.walk(tree):
        if isinstance(node, Test) and node.name.startswith("test_"):
            yield node


def _tables(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """What each name of a module is given as, where that says a rule's number."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and (rules := _numbers(node.value)):
                    yield target.id, rules


def _numbers(node: ast.AST) -> set[str]:
    """The numbers in the texts below a node, docstrings among them."""
    texts = (
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    return {rule for text in texts for rule in RULE.findall(text)}
