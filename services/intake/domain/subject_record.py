"""All that intake's log says of one person, for the person: subject access (G22).

What it says of anybody else is left out: whom a person was taken for, whom a search found beside
them, and which official acted. The party and office that answer for an entry stay.
"""

from __future__ import annotations

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

if TYPE_CHECKING:
    from shared.kernel.ids import PersonId
    from shared.kernel.query import Alternative

OF_OTHERS = (NearMatchFound, PersonsMerged, PersonsToldApart, PersonSearched)
"""What names other persons, or pseudonyms that may turn out to be somebody else's."""
_OF_OTHERS = ("pseudonyms",)
"""Fields that do, of entries that are about the person all the same."""
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


def shown(event: Event) -> dict[str, Any]:
    """What an entry says, with the offices that acted, and without the officials and others."""
    said: dict[str, Any] = msgspec.to_builtins(event)
    for name in _OF_OTHERS:
        said.pop(name, None)
    for name in _actors(type(event)):
        actor = Actor.read(said[name])
        said[name] = f"{actor.party}:{actor.office}"
    return said


def _actors(event_type: type[Event]) -> list[str]:
    """The fields that name who acted, as the laws beside them say."""
    laws = declared(event_type)
    saying = (law for law in laws if isinstance(law, Says) and law.attribute == "actor")
    return [name for law in saying for name in law.fields.split()]
