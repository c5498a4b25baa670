"""What an event is: a frozen fact that declares its type, its subject and which fields are tags."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

import msgspec


class Tag(msgspec.Struct, frozen=True):
    """Marks a field as a tag: `case: Annotated[CaseId, Tag("case")]` gives `case:<value>`.

    `of` turns the field's value into the text after the prefix. A field that is `None` gives no
    tag, a tuple gives one tag an item.
    """

    prefix: str
    of: Callable[[Any], str] = str


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A fact that happened. An event is never edited: a new version is a new type."""

    TYPE: ClassVar[str]
    """`<service>.<Fact>.v<version>`, written here and never derived from a Python path."""
    SUBJECT: ClassVar[str]
    """The prefix of the tag that says what the event is about: `case`, `hold`, `custody` …"""
    CANONICAL: ClassVar[bool] = False
    """Whether its data is written as canonical JSON, because what was signed stands in it."""
    FORMERLY: ClassVar[tuple[str, ...]] = ()
    """The `TYPE` of every earlier version of it; entries of those are read as this type."""


def concrete(event_type: type[Event]) -> tuple[type[Event], ...]:
    """The types that can be recorded among a type and all below it: a family means its members."""
    own = (event_type,) if "TYPE" in vars(event_type) else ()
    return (*own, *(kind for child in event_type.__subclasses__() for kind in concrete(child)))


def names_of(event_type: type[Event]) -> frozenset[str]:
    """The names under which entries hold a type, or the members of a family: their own, and those
    of their earlier versions.
    """
    return frozenset(
        name
        for kind in concrete(event_type)
        for name in (kind.TYPE, *vars(kind).get("FORMERLY", ()))
    )


def _marks(annotation: Any) -> Iterable[Tag]:  # noqa: ANN401 - an annotation can be any object
    if get_origin(annotation) is Annotated:
        return [mark for mark in get_args(annotation)[1:] if isinstance(mark, Tag)]
    return [mark for part in get_args(annotation) for mark in _marks(part)]


@cache
def tag_fields(event_type: type[Event]) -> tuple[tuple[str, Tag], ...]:
    """The fields of an event type that are tags, in field order."""
    hints = get_type_hints(event_type, include_extras=True)
    return tuple(
        (field, mark) for field in event_type.__struct_fields__ for mark in _marks(hints[field])
    )


def tags_of(event: Event) -> frozenset[str]:
    """The tags of an event: `{"case:…", "person:…"}`."""
    tags: list[str] = []
    for field, prefix, of in _prefixes(type(event)):
        value = getattr(event, field)
        if of is str and type(value) is str:
            tags.append(prefix + value)
        elif isinstance(value, tuple):
            tags += [prefix + of(item) for item in value]
        elif value is not None:
            tags.append(prefix + of(value))
    return frozenset(tags)


@cache
def _prefixes(event_type: type[Event]) -> tuple[tuple[str, str, Callable[[Any], str]], ...]:
    return tuple((field, f"{mark.prefix}:", mark.of) for field, mark in tag_fields(event_type))


def subject_of(event: Event) -> str:
    """What the event is about: `case/<id>`."""
    field, head, of = _subject(type(event))
    return head + of(getattr(event, field))


@cache
def _subject(event_type: type[Event]) -> tuple[str, str, Callable[[Any], str]]:
    prefix = event_type.SUBJECT
    for field, mark in tag_fields(event_type):
        if mark.prefix == prefix:
            return field, f"{prefix}/", mark.of
    message = f"{event_type.TYPE} has no field tagged as its subject {prefix!r}"
    raise LookupError(message)
