"""What a page says of the code is so: its examples run, and what it names is there."""

import ast
import builtins
import doctest
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from shared.kernel.codes import Office
from tests.architecture.source import PRODUCT, ROOT, source_files

FENCED = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([^)]*))?\)")
PAGE = re.compile(r"([\w/-]*[\w-]+\.md)\b(?:#([\w-]+))?")
CLASS = re.compile(r"[A-Z][a-z]+[A-Z]\w*$")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
PATH = re.compile(
    r"(?<![\w/])(?:agreements|bench|cli|deploy|docs|services|shared|tests)/[\w/.{},-]*[\w}]"
)
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
THIS = {f"tests/architecture/{name}.py" for name in ("test_pages", "reference", "reference_blocks")}
"""Files that speak of pages as such."""
WRITTEN = {"rules.md", "problems.md"}
"""Pages whose every path was written from the file that it names."""


def named(page: Path) -> str:
    """A page below the root, as it stands in a message."""
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [page for page in PAGES if ">>>" in page.read_text()], ids=named)
def test_the_examples_of_a_page_run_and_print_what_stands_there(page: Path) -> None:
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    examples = "\n".join(FENCED.findall(page.read_text(encoding="utf-8")))
    said: list[str] = []
    runner.run(parser.get_doctest(examples, {}, named(page), None, 0), out=said.append)
    assert "".join(said) == ""
    assert runner.tries > 0


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_of_a_page_leads_to_a_file_and_a_section(page: Path) -> None:
    for target, section in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        file = page.parent / target
        assert file.exists(), f"{named(page)}: {target}"
        if section:
            assert section in sections(file.read_text(encoding="utf-8")), f"{target}#{section}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "adr"], ids=named)
def test_every_path_and_symbol_of_a_page_is_in_the_repository(page: Path) -> None:
    """`file.py::symbol` names what a file declares. A decision's page tells of its day."""
    for code in CODE.findall(page.read_text(encoding="utf-8")):
        path, _, symbol = code.partition("::")
        for name in PATH.findall(path):
            assert any(ROOT.glob(_globbed(name))), f"{named(page)}: {name}"
        if symbol and page.name not in WRITTEN:
            declared = set(_declared(path))
            assert set(symbol.split(".")) <= declared, f"{named(page)}: {code}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "adr"], ids=named)
def test_every_class_that_a_page_names_is_in_the_code(page: Path) -> None:
    names = {code for code in CODE.findall(page.read_text(encoding="utf-8")) if CLASS.match(code)}
    assert names - classes() - vars(builtins).keys() == set()


def test_every_office_has_its_line_in_the_domain() -> None:
    page = (ROOT / "docs/reference/domain.md").read_text(encoding="utf-8")
    table = page.split("| office | does |", 1)[1].split("\n\n", 1)[0]
    assert [office for office in get_args(Office) if f"`{office}`" not in table] == []


def test_every_page_that_the_code_names_is_in_the_repository() -> None:
    """A reader of the code finds the page that it leans on, by its path and section."""
    wrong: list[str] = []
    for name in tracked(".py", ".toml", ".yml", ".yaml", ".sh", "Makefile"):
        if name in THIS:
            continue
        for page, section in PAGE.findall((ROOT / name).read_text(encoding="utf-8")):
            file = ROOT / page
            if not file.is_file() or (section and section not in sections(file.read_text())):
                wrong.append(f"{name}: {page} {section}")
    assert wrong == []


def test_a_rule_number_of_a_page_is_one_that_has_its_sentence() -> None:
    numbers = re.compile(r"\b[GDTF][0-9]{1,2}\b")
    known = {line.split(" ", 1)[0] for line in _rules().splitlines()}
    for page in PAGES:
        assert set(numbers.findall(page.read_text(encoding="utf-8"))) <= known, named(page)


def sections(text: str) -> set[str]:
    """The names by which a page's headings are linked to, as GitHub makes them."""
    return {
        re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-")
        for heading in HEADING.findall(text)
    }


@cache
def classes() -> frozenset[str]:
    """Every class of the product, and every name that a module gives to a type."""
    return frozenset(
        name
        for file in source_files(ROOT, PRODUCT)
        for name in _declared(file.name)
        if name[0].isupper()
    )


@cache
def tracked(*endings: str) -> tuple[str, ...]:
    """The repository's files with this ending, those that are about to be added too."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(name for name in listed.stdout.splitlines() if name.endswith(endings))


def _globbed(name: str) -> str:
    """A path with alternatives or a gap, `rules.{md,txt}` or `<name>`, as a pattern."""
    return re.sub(r"\{[^}]*\}", "*", name)


def _declared(path: str) -> Iterator[str]:
    """The names that a file declares: what it holds and what its classes hold."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _rules() -> str:
    return (ROOT / "docs/reference/rules.txt").read_text(encoding="utf-8")
