"""All that intake's log says of one person, for the person: subject access (G22).

What it says of anybody else is left out: whom a person was taken for, whom a search found beside
them, what a refusal found in another person's record, and which official acted. The party and
office that answer for an entry stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from shared.contracts.catalog import NEWEST_TYPES
from shared.contracts.hold import HoldEvent
from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.contracts.laws import Says, declared
from shared.contracts.recorded_read import PersonSearched
from shared.kernel.actor import Actor
from shared.kernel.decider import on
from shared.kernel.event import Event, tag_fields
from shared.kernel.rejected import Finding

if TYPE_CHECKING:
    from shared.kernel.ids import PersonId
    from shared.kernel.query import Alternative

OF_OTHERS = (NearMatchFound, PersonsMerged, PersonsToldApart, PersonSearched)
"""What names other persons, or pseudonyms that may turn out to be somebody else's."""
_OF_OTHERS = ("pseudonyms", "substitute_for")
"""Fields that do, of entries that are about the person all the same."""
_OF_SOMEBODY = ("person", "case", "custody", "hold", "assurance", "exclusion")
"""What evidence names that is one person's, or an order on one."""
_ACTORS = ("meant_by",)
"""Who acted too, where no law says so."""
ELSEWHERE = "something in the record of another person"
"""What stands for a finding there."""
ABOUT: tuple[type[Event], ...] = tuple(
    kind
    for kind in NEWEST_TYPES
    if kind.TYPE.startswith("intake.")
    and kind not in OF_OTHERS
    and any(tag.prefix == "person" for _, tag in tag_fields(kind))
)
"""Every type that names a person, whichever there is or will be."""


def about(person: PersonId) -> tuple[Alternative, ...]:
    """Where everything about a person stands: their own entries, and the orders about them."""
    return on(*ABOUT, person=person), on(HoldEvent, hold_scope=f"person:{person}")


def evidence_of_others(event: Event, own: Collection[str]) -> frozenset[str]:
    """What an entry's findings name as evidence that is none of the person's `own`: a person, a
    case, an order.
    """
    named = (finding["evidence"] for finding in _findings(msgspec.to_builtins(event)))
    return frozenset(
        evidence
        for evidence in named
        if evidence and evidence.partition("/")[0] in _OF_SOMEBODY and evidence not in own
    )


def shown(event: Event, others: Collection[str] = ()) -> dict[str, Any]:
    """What an entry says, with the offices that acted, and without the officials and others.

    `others`: the evidence that another person's record has.
    """
    said: dict[str, Any] = msgspec.to_builtins(event)
    for finding in _findings(said):
        if finding["evidence"] in others:
            finding.update(missing=ELSEWHERE, evidence=None)
    for name in _OF_OTHERS:
        said.pop(name, None)
    named = (name for name in _actors(type(event)) if said[name] is not None)
    for name in named:
        actor = Actor.read(said[name])
        said[name] = f"{actor.party}:{actor.office}"
    return said


def _findings(said: object) -> Iterator[dict[str, Any]]:
    """Every finding in what an entry says, however deep."""
    if isinstance(said, list | tuple):
        for part in said:
            yield from _findings(part)
    elif isinstance(said, dict):
        if said.keys() == {*Finding.__struct_fields__}:
            yield said
        for part in said.values():
            yield from _findings(part)


def _actors(event_type: type[Event]) -> list[str]:
    """The fields that name who acted, as the laws beside them say."""
    laws = declared(event_type)
    saying = (law for law in laws if isinstance(law, Says) and law.attribute == "actor")
    named = [name for law in saying for name in law.fields.split()]
    return [*named, *(name for name in _ACTORS if name in event_type.__struct_fields__)]
