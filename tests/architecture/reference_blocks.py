"""The parts of the reference pages that say again what the code says: tables, terms, vocabulary."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, get_args

from shared.contracts.catalog import NEWEST_TYPES
from shared.contracts.lifecycle import Lifecycle
from shared.contracts.lifecycles import LIFECYCLES
from shared.kernel.event import Event
from shared.tariff.accounts import AccountKind
from shared.tariff.component import Terms
from shared.tariff.registry import Component
from tests.architecture.reference_rules import not_yet, rule_sentences

SERVICES = ("intake", "placement", "billing")


def lifecycles() -> str:
    """Every noun's table of states."""
    return "".join(part for table in LIFECYCLES for part in _lifecycle(table))


def _lifecycle(table: Lifecycle) -> Iterator[str]:
    yield f"\n### {table.noun}\nFollowed by `{table.by}`; otherwise {table.rule} is broken.\n\n"
    yield "| event | may come when it is | then it is | else |\n|---|---|---|---|\n"
    for step in table.steps:
        states = step.states.replace(" | ", " or ")
        yield (
            f"| `{step.event}` | {states} | {step.next or 'as it was'} |"
            f" {step.rule or table.rule} |\n"
        )


def vocabulary() -> str:
    """Every event that is recorded now, under its service and what it is about."""
    parts: list[str] = []
    for service in SERVICES:
        parts.append(
            f"\n### Recorded by {service}\n\n| about | event | what it says |\n|---|---|---|\n"
        )
        events = sorted(
            (event for event in NEWEST_TYPES if event.TYPE.startswith(f"{service}.")),
            key=lambda event: (event.SUBJECT, event.TYPE),
        )
        parts.extend(
            f"| {event.SUBJECT} | `{event.__name__}` | {_sentence(event)} |\n" for event in events
        )
    return "".join(parts)


def numbered(kind: str) -> Callable[[], str]:
    """The rules of one kind, with what is not built of them."""

    def listed() -> str:
        missing = not_yet()
        return "".join(
            f"- [{rule}](rules.md#{rule.lower()}) {sentence}"
            + (f" *{missing[rule]}*" if rule in missing else "")
            + "\n"
            for rule, sentence in rule_sentences().items()
            if rule.startswith(kind)
        )

    return listed


def accounts() -> str:
    """The kinds of account."""
    return ", ".join(f"`{kind}`" for kind in get_args(AccountKind)) + ".\n"


def components() -> str:
    """Every component that terms can have, in its own words."""
    return "".join(part for kind in get_args(Component) for part in _component(kind))


def _component(kind: type[Terms[Any]]) -> Iterator[str]:
    own = {*vars(kind)}
    yield f"\n### `{kind.__struct_config__.tag}`\n{_prose(inspect.getdoc(kind))}\n\n"
    module = inspect.getmodule(kind)
    yield f"From `{kind.__module__.replace('.', '/')}.py`: {_prose(inspect.getdoc(module))}\n\n"
    yield "| term | is | |\n|---|---|---|\n"
    for field, annotation, words in _fields(kind):
        yield f"| `{field}` | `{annotation}` | {words} |\n"
    yield "\n"
    for member in ("applies", "charge", "reverse", "close", "statement", "postings"):
        if member in own:
            yield f"- *{member}*: {_prose(inspect.getdoc(getattr(kind, member)))}\n"


def common_terms() -> str:
    """The terms that every component has."""
    rows = (
        f"| `{field}` | `{annotation}` | {words} |\n" for field, annotation, words in _fields(Terms)
    )
    return "| term | is | |\n|---|---|---|\n" + "".join(rows)


def _fields(kind: type) -> Iterator[tuple[str, str, str]]:
    """The fields that a class itself declares: name, type and the words below each."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    body = node.body if isinstance(node, ast.ClassDef) else []
    for line, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name):
            continue
        if "ClassVar" in (annotation := ast.unparse(line.annotation)):
            continue
        said = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        words = str(after.value.value) if said else ""  # type: ignore[union-attr]  # said: it is a text
        default = f" = {ast.unparse(line.value)}" if line.value is not None else ""
        yield line.target.id, (annotation + default).replace("|", "or"), _prose(words)


def _sentence(event: type[Event]) -> str:
    """The first paragraph of a docstring on one line."""
    return _prose((inspect.getdoc(event) or "").split("\n\n", 1)[0])


def _prose(text: str | None) -> str:
    return " ".join((text or "").split())


BLOCKS: dict[str, Callable[[], str]] = {
    "lifecycles": lifecycles,
    "vocabulary": vocabulary,
    "decisions": numbered("D"),
    "cases": numbered("T"),
    "fees": numbered("F"),
    "accounts": accounts,
    "components": components,
    "common-terms": common_terms,
}
