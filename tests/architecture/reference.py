"""The reference pages that are derived from the code: `python -m tests.architecture.reference`."""

import re
from collections.abc import Iterable

from shared.contracts.catalog import EVENT_TYPES, NEWEST_TYPES
from tests.architecture.problem_types import problem_types
from tests.architecture.source import ROOT, SourceFile, source_files

FOLDER = ROOT / "docs" / "reference"
RULE = re.compile(r"\b[GDTF][0-9]{1,2}\b")
PRODUCT = ("services", "shared")
AUDIT = "services/audit/"
NOWHERE = "no file names it"


def rule_sentences() -> dict[str, str]:
    """Every rule's number and its sentence."""
    lines = (FOLDER / "rules.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def named_rules(file: SourceFile) -> set[str]:
    """The rule numbers that stand in a file."""
    return set(RULE.findall(file.text))


def rules_page() -> str:
    """Every rule with the files that name it."""
    product = {file.name: named_rules(file) for file in source_files(ROOT, PRODUCT)}
    tests = {
        file.name: named_rules(file)
        for file in source_files(ROOT, ("tests",))
        if not file.name.startswith("tests/architecture/")
    }
    head = (
        "# Rules\n\nWritten by `make reference` from `rules.txt` and from the files that name"
        " each number.\nA rule that no file names is either not built or kept without its number"
        " being said.\n\n| # | rule | named in | by the audit | by tests |\n|---|---|---|---|---|\n"
    )
    return head + "".join(
        f"| {rule} | {sentence} | {_cell(_decided(product, rule))} |"
        f" {_cell(_audited(product, rule))} | {_cell(_naming(tests, rule))} |\n"
        for rule, sentence in rule_sentences().items()
    )


def events_page() -> str:
    """Every event type, its subject and its fields."""
    head = "# Events\n\nWritten by `make reference` from `shared/contracts`.\n\n"
    rows = "".join(
        f"| `{name}` | {event.SUBJECT} | {', '.join(event.__struct_fields__)} |"
        f" {'yes' if event in NEWEST_TYPES else 'read only'} |\n"
        for name, event in sorted(EVENT_TYPES.items())
    )
    return head + "| type | about | fields | recorded now |\n|---|---|---|---|\n" + rows


def problems_page() -> str:
    """Every problem type that the source declares, with its status and rule."""
    head = (
        "# Problems\n\nWritten by `make reference`. A rule in the problem itself may be more exact"
        " than its class's;\ntypes whose names are computed (`_PLAIN` in"
        " `shared/web/error_mapping.py`) are not in the table.\n\n"
        "| type | status | rule | declared in |\n|---|---|---|---|\n"
    )
    return head + "".join(
        f"| `{found.type}` | {found.status} | {found.rule} | `{found.file}` |\n"
        for found in problem_types()
    )


PAGES = {"rules.md": rules_page, "events.md": events_page, "problems.md": problems_page}


def _naming(files: dict[str, set[str]], rule: str) -> list[str]:
    return [name for name, rules in files.items() if rule in rules]


def _decided(files: dict[str, set[str]], rule: str) -> list[str]:
    return [name for name in _naming(files, rule) if not name.startswith(AUDIT)]


def _audited(files: dict[str, set[str]], rule: str) -> list[str]:
    return [name for name in _naming(files, rule) if name.startswith(AUDIT)]


def _cell(names: Iterable[str]) -> str:
    return "<br>".join(f"`{name}`" for name in names) or NOWHERE


if __name__ == "__main__":
    for page, text in PAGES.items():
        (FOLDER / page).write_text(text(), encoding="utf-8")
