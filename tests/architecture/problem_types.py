"""The problem types that a service can answer with, as the source declares them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import cast

from shared.web.problems import problem
from tests.architecture.source import ROOT, source_files

STATUSES = {"RuleBroken": "422", "Conflict": "409", "NotAllowed": "403", "Unknown": "404"}


@dataclass(frozen=True, order=True)
class ProblemType:
    """One problem: its type, its status, its rule and the file that declares it."""

    type: str
    status: str
    rule: str
    file: str


@cache
def problem_types() -> list[ProblemType]:
    """Every refusal class, and every problem that the rim names by itself."""
    kinds = {**STATUSES}
    files = [*source_files(ROOT, ("shared", "services"))]
    classes = [
        (node, file.name)
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ClassDef)
    ]
    for _ in range(4):  # a refusal may be below another one
        kinds |= {node.name: kind for node, _ in classes if (kind := _kind(node, kinds))}
    refusals = {
        ProblemType(_type(node.name), kinds[node.name], _rule(node), name)
        for node, name in classes
        if node.name in kinds and node.name not in STATUSES
    }
    calls = {
        ProblemType(_type(reason), status, "", file.name)
        for file in files
        for status, reason in _named(file.tree)
    }
    return sorted(refusals | calls)


def _kind(node: ast.ClassDef, kinds: dict[str, str]) -> str | None:
    bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
    return next((kinds[base] for base in bases if base in kinds), None)


def _rule(node: ast.ClassDef) -> str:
    for line in node.body:
        if isinstance(line, ast.Assign | ast.AnnAssign) and isinstance(line.value, ast.Constant):
            target = line.target if isinstance(line, ast.AnnAssign) else line.targets[0]
            if isinstance(target, ast.Name) and target.id == "RULE":
                return str(line.value.value)
    return ""


def _named(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "problem"
            and all(isinstance(argument, ast.Constant) for argument in node.args[:2])
        ):
            status, reason = (cast("ast.Constant", argument).value for argument in node.args[:2])
            yield str(status), str(reason)


def _type(reason: str) -> str:
    return problem(400, reason, "").type.rsplit("/", 1)[1]
