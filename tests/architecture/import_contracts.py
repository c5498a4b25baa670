"""Two import-linter contracts: what some modules may import, and who may import a library.

import-linter's own contracts name what is forbidden, so a module that is new to the world would be
allowed. Purity needs it the other way round. And its `protected` contract cannot run while nobody
imports the protected library, although that keeps the rule perfectly.
"""

from typing import cast

import grimp
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules
from importlinter.domain.imports import ModuleExpression

PURE_STANDARD_LIBRARY = frozenset(
    {
        "__future__",
        "abc",
        "base64",
        "binascii",
        "bisect",
        "calendar",
        "collections",
        "contextlib",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "fractions",
        "functools",
        "graphlib",
        "hashlib",
        "heapq",
        "hmac",
        "itertools",
        "json",
        "math",
        "numbers",
        "operator",
        "re",
        "statistics",
        "string",
        "struct",
        "textwrap",
        "types",
        "typing",
        "unicodedata",
        "uuid",
        "zoneinfo",
    }
)
"""The modules of the standard library without I/O, clock or randomness.

`datetime` and `uuid` have both kinds of function; test_purity.py forbids the impure ones by name.
"""


class AllowListContract(Contract):
    """Importers may import the allowed modules, what lies below them, and nothing else."""

    type_name = "allow_list"

    importers = fields.ListField(subfield=fields.ModuleExpressionField())
    allowed = fields.ListField(subfield=fields.ModuleExpressionField())
    as_packages = fields.BooleanField(default=True)
    allow_pure_standard_library = fields.BooleanField(default=False)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - import-linter's signature
        """Compare every direct import of every importer with the list."""
        importers = _names(graph, self.importers, as_packages=cast("bool", self.as_packages))
        allowed = _names(graph, self.allowed, as_packages=True)
        if cast("bool", self.allow_pure_standard_library):
            allowed |= PURE_STANDARD_LIBRARY
        illegal = [
            line
            for importer in sorted(importers)
            for imported in sorted(graph.find_modules_directly_imported_by(importer) - allowed)
            for line in _described(graph, importer, imported)
        ]
        return ContractCheck(kept=not illegal, metadata={"illegal": illegal})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for each import that is not on the list."""
        _print_illegal(check)


class ConfinedContract(Contract):
    """Nobody but the named modules, and what lies below them, imports these libraries or rooms."""

    type_name = "confined"

    libraries = fields.ListField(subfield=fields.ModuleExpressionField())
    only_in = fields.ListField(subfield=fields.ModuleExpressionField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - import-linter's signature
        """Look for importers of the libraries elsewhere."""
        permitted = _names(graph, self.only_in, as_packages=True)
        illegal = [
            line
            for library in sorted(_names(graph, self.libraries, as_packages=True))
            for importer in sorted(graph.find_modules_that_directly_import(library) - permitted)
            for line in _described(graph, importer, library)
        ]
        return ContractCheck(kept=not illegal, metadata={"illegal": illegal})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for each import from outside."""
        _print_illegal(check)


def _described(graph: grimp.ImportGraph, importer: str, imported: str) -> list[str]:
    details = graph.get_import_details(importer=importer, imported=imported)
    return [f"{importer} imports {imported} (line {detail['line_number']})" for detail in details]


def _print_illegal(check: ContractCheck) -> None:
    for line in check.metadata["illegal"]:
        output.print_error(line, bold=False)
    output.new_line()


def _names(graph: grimp.ImportGraph, expressions: object, *, as_packages: bool) -> set[str]:
    modules = module_expressions_to_modules(graph, cast("list[ModuleExpression]", expressions))
    names = {module.name for module in modules if module.name in graph.modules}
    if not as_packages:
        return names
    packages = {name for name in names if not graph.is_module_squashed(name)}
    return names.union(*(graph.find_descendants(package) for package in packages))
