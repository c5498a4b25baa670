"""Proved entries as facts, and as the rows in which they are kept and found."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.audit.domain.fact import Place, Unread, read_fact
from services.audit.mirror.store import Row
from shared.kernel.event import tags_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.audit.domain.fact import Fact
    from services.audit.mirror.pending import Arrived

FOUND_BY = ("person:", "case:", "custody:", "invoice:")
"""The tags that entries are looked up by, besides their type."""
AT_ONCE = 128
"""After so many entries others have their turn: a cosignature does not wait for a page."""


async def read_page(
    origin: str, first: int, arrived: Sequence[Arrived]
) -> tuple[list[Fact], list[Row]]:
    """Entries that stand in a row, from index `first` on, as facts and as rows."""
    facts: list[Fact] = []
    rows: list[Row] = []
    for place, one in enumerate(arrived):
        if place % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        fact = read_fact(one.entry, Place(origin, first + place))
        facts.append(fact)
        rows.append(row_of(one, fact))
    return facts, rows


def row_of(arrived: Arrived, fact: Fact) -> Row:
    """The row of an entry, also of one that cannot be read."""
    event = fact.event
    tags = () if isinstance(event, Unread) else tags_of(event)
    return Row(
        entry=arrived.entry,
        leaf=arrived.leaf,
        type=fact.type,
        time=fact.time,
        recorded_at=fact.recorded_at,
        tags=(f"type:{fact.type}", *(tag for tag in tags if tag.startswith(FOUND_BY))),
    )
