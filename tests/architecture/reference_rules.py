"""The page of rules: each with where it is decided, who checks it and which tests quote it."""

from collections.abc import Iterable, Iterator
from functools import cache

from tests.architecture.rule_quotes import RULE, Quotes, quoting_tests
from tests.architecture.source import ROOT, SourceFile, source_files

FOLDER = ROOT / "docs" / "reference"
PRODUCT = ("services", "shared")
AUDIT = "services/audit/"
KINDS = {
    "G": "Safeguards",
    "D": "Decisions on questions that the safeguards leave open",
    "T": "Cases from the record that must come out right",
    "F": "Fees as agreements of this kind charge them",
}
HEAD = """# Rules

Written by `make reference` from `rules.txt` (the sentences), `not-yet.txt` (what is not built) and
the code. A rule is *decided* where a service's domain, the tariff or the ledger says its number,
*recorded* where an event's contract does, *served* wherever else a service does, and *checked* by
the audit of each government, which does not use the code that decides.

A test *quotes* a rule when it says its number in its name (`test_g2_lifting_takes_two_subjects`) or
its docstring. Others *expect* it: it is a refusal's or a finding's in their text or their table.
A rule without a test stands in `not-yet.txt`, or `make test` says that it lacks one.
"""
DECIDING = ("/domain/", "shared/tariff/", "shared/kernel/", "shared/ledger/")


def rule_sentences() -> dict[str, str]:
    """Every rule's number and its sentence."""
    return _numbered("rules.txt")


def not_yet() -> dict[str, str]:
    """The rules of which something is not built, and what."""
    return _numbered("not-yet.txt")


def _numbered(name: str) -> dict[str, str]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def named_rules(file: SourceFile) -> set[str]:
    """The rule numbers that stand in a file."""
    return set(RULE.findall(file.text))


@cache
def naming() -> dict[str, set[str]]:
    """Every file of the product with the rules that it names."""
    return {file.name: named_rules(file) for file in source_files(ROOT, PRODUCT)}


@cache
def quotes() -> Quotes:
    """The tests that quote or expect each rule."""
    files = source_files(ROOT, ("tests",))
    return quoting_tests(file for file in files if "architecture" not in file.path.parts)


def rules_page() -> str:
    """Every rule, kind by kind."""
    named, missing = naming(), not_yet()
    page = [HEAD]
    for kind, title in KINDS.items():
        page.append(f"\n## {title}\n")
        for rule, sentence in rule_sentences().items():
            if rule.startswith(kind):
                page.append(f"\n### {rule}\n{sentence}\n\n")
                page.extend(_section(rule, named, missing.get(rule)))
    return "".join(page)


def _section(rule: str, named: dict[str, set[str]], missing: str | None) -> Iterator[str]:
    if missing is not None:
        yield f"- {missing}\n"
    files: dict[str, list[str]] = {}
    for name, rules in named.items():
        if rule in rules:
            files.setdefault(_role(name), []).append(name)
    for role in ("decided", "recorded", "served", "checked"):
        if role in files:
            yield f"- {role}: {_codes(files[role])}\n"
    for how, tests in (("quoted", quotes().quoted), ("expected", quotes().expected)):
        if rule in tests:
            yield f"- {how} by {len(tests[rule])}:\n"
            yield from (f"  - `{test}`\n" for test in tests[rule])


def tried() -> set[str]:
    """The rules that a test quotes or expects."""
    return {*quotes().quoted, *quotes().expected}


def _role(name: str) -> str:
    if name.startswith(AUDIT):
        return "checked"
    if name.startswith("shared/contracts/"):
        return "recorded"
    return "decided" if any(room in name for room in DECIDING) else "served"


def decided(rule: str, named: dict[str, set[str]]) -> bool:
    """Whether anything but the audit and the contracts names a rule."""
    return any(
        rule in rules and _role(name) in {"decided", "served"} for name, rules in named.items()
    )


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
