"""Which witnesses together are enough: groups of names, and the one name that must be met."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from shared.transparency.errors import Malformed

NONE = "none"
"""The quorum that asks for no cosignature."""

_WORD = re.compile(r"[^\x00-\x20\x7f]+")


class Group(msgspec.Struct, frozen=True):
    """At least so many of these witnesses and groups."""

    name: str
    threshold: int
    members: tuple[str, ...]


def met(witnesses: Iterable[str], groups: Iterable[Group]) -> set[str]:
    """The names that are met when these witnesses have cosigned; groups in their order."""
    names = {NONE, *witnesses}
    for group in groups:
        if len(names.intersection(group.members)) >= group.threshold:
            names.add(group.name)
    return names


def check_names(witnesses: Iterable[str], groups: Iterable[Group], quorum: str) -> None:
    """Refuse a name that is defined twice, used before it is defined, or in two groups."""
    known = {NONE}
    for name in witnesses:
        _define(name, known)
    members: set[str] = set()
    for group in groups:
        if not 1 <= group.threshold <= len(group.members):
            raise Malformed(f"the group {group.name} cannot ask for {group.threshold} members")
        for member in group.members:
            _check_member(group, member, known, members)
            members.add(member)
        _define(group.name, known)
    if quorum not in known:
        raise Malformed(f"the quorum {quorum} is not defined before it")


def check_word(word: str, what: str) -> None:
    """Refuse what is not one word of a policy's line."""
    if _WORD.fullmatch(word) is None:
        raise Malformed(f"{what} is empty, or has a space or a control character: {word!r}")


def _check_member(group: Group, member: str, known: set[str], members: set[str]) -> None:
    if member == NONE or member not in known:
        raise Malformed(f"the group {group.name} names {member}, which is not defined before it")
    if member in members:
        raise Malformed(f"{member} is a member of a group already; it counts in one way only")


def _define(name: str, known: set[str]) -> None:
    check_word(name, "a name of a policy")
    if name in known:
        raise Malformed(f"the name {name} is taken")
    known.add(name)
