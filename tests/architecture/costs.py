"""What an addition costs: in how many places a reader must look, counted from the source.

`python -m tests.architecture.costs` prints the table; `test_costs` holds it to its limits.
"""

from __future__ import annotations

import ast
import sys
from statistics import median
from typing import TYPE_CHECKING, Final, get_args

import msgspec

from shared.contracts.catalog import NEWEST_TYPES
from shared.contracts.hold import HoldScope
from tests.architecture.source import PRODUCT, ROOT, source_files
from tests.architecture.test_components import COMPONENTS, TARIFF

if TYPE_CHECKING:
    from pathlib import Path

    from shared.kernel.event import Event

ENTRY: Final = "DeathReported"
"""The event that was added to try what one costs."""
HOLDS: Final = "shared/contracts/hold.py"
MEDIAN_LINES: Final = 80


class Cost(msgspec.Struct, frozen=True):
    """One measure, and how much it may be."""

    what: str
    found: float
    most: float

    @property
    def holds(self) -> bool:
        """Whether it is within its limit."""
        return self.found <= self.most


def names_in(root: Path) -> dict[str, set[str]]:
    """What each file of the product names, however it names it."""
    return {file.name: set(_named(file.tree)) for file in source_files(root, PRODUCT)}


def _named(tree: ast.Module) -> list[str]:
    found: list[str] = []
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                found.append(name)
            case _:
                pass
    return found


def places_of(event: type[Event], names: dict[str, set[str]]) -> list[str]:
    """The files that name an event type, its contract among them."""
    contract = f"{event.__module__.replace('.', '/')}.py"
    return sorted({contract, *(file for file, said in names.items() if event.__name__ in said)})


def costs(root: Path = ROOT) -> list[Cost]:
    """Every measure."""
    names = names_in(root)
    places = {event.__name__: len(places_of(event, names)) for event in NEWEST_TYPES}
    lines = [len(file.text.splitlines()) for file in source_files(root, PRODUCT)]
    of_components = [
        1 + sum(kind.__name__ in said for file, said in names.items() if file != _home(module))
        for kind, module in COMPONENTS.items()
    ]
    of_scopes = [
        sum(kind.__name__ in said or file == HOLDS for file, said in names.items())
        for kind in get_args(HoldScope)
    ]
    return [
        Cost("places of an event, median", median(places.values()), 6),
        Cost("places of an event, most", max(places.values()), 19),
        Cost(f"places of {ENTRY}, which was added by itself", places[ENTRY], 3),
        Cost("places of a fee component, beside its line in the registry", max(of_components), 1),
        Cost("places of a hold's scope", max(of_scopes), 3),
        Cost("lines of a source file, median", median(lines), MEDIAN_LINES),
        Cost("lines of a source file, most", max(lines), 300),
    ]


def _home(module: str) -> str:
    return f"{TARIFF}/{module}.py"


def main() -> None:
    """Print the table."""
    for cost in costs():
        sys.stdout.write(f"{cost.what:70} {cost.found:>6g}   at most {cost.most:g}\n")


if __name__ == "__main__":
    main()
