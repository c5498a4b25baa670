"""What a value of the published language names, and where it names nothing.

A type says what its codes are to name: `Meta(extra={"names": "country"})`. Whoever takes a value in
asks for its faults; entries are read whatever they name.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from shared.kernel.reference.faults import FAULTS

NAMES = "names"


def faults(value: msgspec.Struct, path: str = "$") -> Iterator[str]:
    """Each code within a value that names nothing: why, and the path to it."""
    for field, kind in _fields(type(value)):
        yield from _within(getattr(value, field), kind, f"{path}.{field}")


@cache
def _fields(struct: type[msgspec.Struct]) -> tuple[tuple[str, inspect.Type], ...]:
    fields: tuple[inspect.Field, ...] = getattr(inspect.type_info(struct), "fields", ())
    return tuple((field.name, field.type) for field in fields)


def _within(value: Any, kind: inspect.Type, path: str) -> Iterator[str]:  # noqa: ANN401 - any value
    if isinstance(value, msgspec.Struct):
        yield from faults(value, path)
    elif isinstance(value, tuple):
        item = kind.item_type if isinstance(kind, inspect.VarTupleType) else kind
        for index, part in enumerate(value):
            yield from _within(part, item, f"{path}[{index}]")
    elif isinstance(value, str) and (named := _named(kind)):
        fault = FAULTS[named](value)
        if fault:
            yield f"{fault} - at `{path}`"


def _named(kind: inspect.Type) -> str | None:
    """What a code of this type is to name; an optional one too."""
    if isinstance(kind, inspect.UnionType):
        return next((named for member in kind.types if (named := _named(member))), None)
    if isinstance(kind, inspect.Metadata) and kind.extra:
        named = kind.extra.get(NAMES)
        return named if isinstance(named, str) else None
    return None
