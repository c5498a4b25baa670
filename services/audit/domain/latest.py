"""What the last entry of a kind said of each subject: what later entries have to repeat."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from services.audit.domain.language import (
    THIS_ENTRY,
    Key,
    KeyOf,
    families,
    key_of,
    laws_of,
    theirs_of,
)
from shared.contracts.catalog import NEWEST_TYPES
from shared.contracts.laws import Copied, Names, Signed
from shared.kernel.event import Event
from shared.kernel.ids import EntryRef

Source = tuple[str, str]
"""A type or family, and the fields that its entries are found by."""
EventType = TypeVar("EventType", bound=Event)


Kept = tuple[tuple[dict[Key, "Told[Any]"], KeyOf | None], ...]
"""Where an event of a type is kept, and by which key; by its entry's name where there is none."""


class Told(msgspec.Struct, Generic[EventType], frozen=True, gc=False):
    """An event, and the entry that says it."""

    ref: EntryRef
    event: EventType


def sources() -> frozenset[Source]:
    """Whatever a law asks for."""
    every = (law for kind in NEWEST_TYPES for law in laws_of(kind))
    copying = (law for law in every if isinstance(law, Copied | Names | Signed))
    return frozenset((law.of, theirs_of(law.by)) for law in copying if law.of is not None)


class Latest:
    """The last entry of each source, by its key."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._told: dict[Source, dict[Key, Told[Any]]] = {source: {} for source in sources()}
        self._kept: dict[type[Event], Kept] = {}

    def table(self, of: str, by: str) -> dict[Key, Told[Any]]:
        """What entries of a type or family said, by these fields of theirs."""
        return self._told.setdefault((of, by), {})

    def last(self, of: type[EventType], by: str, key: Key) -> Told[EventType] | None:
        """What the last entry of this type said, if there is one with this key."""
        return self._told[of.__name__, by].get(key)

    def remember(self, ref: EntryRef, event: Event) -> None:
        """Keep what an entry said, if anybody has to repeat it."""
        kept = self._kept.get(type(event))
        if kept is None:
            kept = self._kept[type(event)] = self._tables(type(event))
        for table, key in kept:
            table[ref if key is None else key(event)] = Told(ref, event)

    def forget(self, of: type[Event], by: str, key: Key) -> None:
        """Nobody has to repeat it any more."""
        self._told[of.__name__, by].pop(key, None)

    def _tables(self, event_type: type[Event]) -> Kept:
        return tuple(
            (table, None if by == THIS_ENTRY else key_of(event_type, by))
            for (of, by), table in self._told.items()
            if of in families(event_type)
        )
