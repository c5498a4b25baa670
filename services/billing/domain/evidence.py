"""Evidence: the entries behind a line, as ranges of whole logs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from shared.contracts.billing import EntryRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shared.kernel.ids import EntryRef


def ranges(entries: Iterable[EntryRef]) -> tuple[EntryRange, ...]:
    """Every entry once, sorted; entries that follow one another in a log make one range."""
    placed = sorted({_place(one) for one in entries})
    return tuple(
        one
        for origin, places in groupby(placed, key=lambda place: place[0])
        for one in _runs(origin, [sequence for _, sequence in places])
    )


def _runs(origin: str, sequences: list[int]) -> Iterator[EntryRange]:
    first = last = sequences[0]
    for sequence in sequences[1:]:
        if sequence != last + 1:
            yield EntryRange(origin, first, last)
            first = sequence
        last = sequence
    yield EntryRange(origin, first, last)


def _place(entry: EntryRef) -> tuple[str, int]:
    origin, _, sequence = entry.rpartition("#")
    return origin, int(sequence)
