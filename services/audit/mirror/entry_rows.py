"""Proved entries as facts, and as the rows in which they are kept and found."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from services.audit.domain.entry import Position, Unread, read_entry
from services.audit.mirror.values import Row
from shared.kernel.event import Event, tag_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from services.audit.domain.entry import Entry
    from shared.messaging.unproved_entries import Arrived

FOUND_BY = frozenset({"person", "case", "custody", "invoice"})
"""The tags that entries are looked up by, besides their type."""
UNREADABLE = "unreadable"
"""The type of an entry that says none."""
LONGEST = 200
"""So long a tag may be; what Accord itself writes is far shorter."""
AT_ONCE = 128
"""After so many entries others have their turn: a cosignature does not wait for a page."""


async def read_page(
    origin: str, first: int, arrived: Sequence[Arrived]
) -> tuple[list[Entry], list[Row]]:
    """Entries that stand in a row, from index `first` on, as facts and as rows."""
    facts: list[Entry] = []
    rows: list[Row] = []
    for index, entry in enumerate(arrived):
        if index % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        fact = read_entry(entry.entry, Position(origin, first + index))
        facts.append(fact)
        rows.append(row_of(entry, fact))
    return facts, rows


def row_of(arrived: Arrived, fact: Entry) -> Row:
    """The row of an entry, also of one that cannot be read."""
    kind = fact.type if _can_be_sought(fact.type) else UNREADABLE
    return Row(
        entry=arrived.entry,
        leaf=arrived.leaf,
        type=kind,
        time=in_utc(fact.time),
        recorded_at=in_utc(fact.recorded_at),
        tags=(f"type:{kind}", *_tags(fact.event)),
    )


def in_utc(instant: datetime) -> datetime:
    """An instant as the database takes it; what is at the end of all days loses its offset."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return instant.replace(tzinfo=UTC)


def _tags(event: Event | Unread) -> Iterator[str]:
    """What an event is looked up by, each tag once."""
    if isinstance(event, Unread):
        return
    for field, prefix in _fields(type(event)):
        value = getattr(event, field)
        if value is not None:
            for part in set(value) if isinstance(value, tuple) else (value,):
                if _can_be_sought(part):
                    yield prefix + part


def _can_be_sought(text: str) -> bool:
    """Whether the database can hold and index a text: an entry may have anything, and is held."""
    return 0 < len(text) <= LONGEST and text.isprintable()


@cache
def _fields(event_type: type[Event]) -> tuple[tuple[str, str], ...]:
    """The fields that an event is looked up by, with what goes before their value."""
    marked = tag_fields(event_type)
    return tuple((field, f"{mark.prefix}:") for field, mark in marked if mark.prefix in FOUND_BY)
