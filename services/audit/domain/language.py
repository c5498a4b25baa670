"""The published language as the tables name it: types and families by name, and fields by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from operator import attrgetter
from typing import Any

from shared.contracts.catalog import NEWEST_TYPES
from shared.contracts.laws import Law, declared
from shared.contracts.lifecycles import LIFECYCLES
from shared.kernel.event import Event, tag_fields

Key = Any
"""One field's value, or a tuple of several."""
KeyOf = Callable[[Any], Key]
THIS_ENTRY = "ref"
"""What stands for an entry's own name among the fields that it is found by."""


@cache
def families(event_type: type[Event]) -> tuple[str, ...]:
    """The names of a type and of its families, the nearest first."""
    return tuple(kind.__name__ for kind in event_type.__mro__ if issubclass(kind, Event))


@cache
def laws_of(event_type: type[Event]) -> tuple[Law, ...]:
    """The laws of a type: its families' and its own. What was refused repeats nothing."""
    if is_refusal(event_type):
        return ()
    return declared(event_type)


@cache
def is_refusal(event_type: type[Event]) -> bool:
    """Whether a type says that a rule said no, and nothing followed from it."""
    if "refusal" not in event_type.__struct_fields__:
        return False
    rows = {step.event for table in LIFECYCLES for step in table.steps}
    return not rows.intersection(families(event_type))


def types_named(name: str) -> Iterator[type[Event]]:
    """Every type that is called so, or is of the family that is."""
    return (kind for kind in NEWEST_TYPES if name in families(kind))


def pairs(fields: str) -> Iterator[tuple[str, str]]:
    """Our field and theirs, of each word: `receiving=country`."""
    for word in fields.split():
        ours, _, theirs = word.partition("=")
        yield ours, theirs or ours


def ours_of(by: str) -> str:
    """The fields of the entry that is read."""
    return " ".join(ours for ours, _ in pairs(by))


def theirs_of(by: str) -> str:
    """The fields of the earlier entry."""
    return " ".join(theirs for _, theirs in pairs(by))


def key_of(event_type: type[Event], fields: str) -> KeyOf:
    """Gives the values of these fields, one by itself; `#` before a name means its tag's text."""
    getters = [_getter(event_type, field) for field in fields.split()]
    if len(getters) == 1:
        return getters[0]
    return lambda event: tuple(get(event) for get in getters)


def _getter(event_type: type[Event], field: str) -> KeyOf:
    if not field.startswith("#"):
        return attrgetter(field)
    get = attrgetter(field[1:])
    of = dict(tag_fields(event_type))[field[1:]].of
    return lambda event: of(get(event))
