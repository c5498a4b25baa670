"""Evidence: the entries behind a line, as ranges of whole logs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from shared.contracts.invoice import EntryRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shared.kernel.ids import EntryRef


def ranges(entries: Iterable[EntryRef]) -> tuple[EntryRange, ...]:
    """Every entry once, sorted; entries that follow one another in a log make one range."""
    placed = sorted({_placed(entry) for entry in entries})
    return tuple(
        run
        for origin, entries_of in groupby(placed, key=lambda entry: entry[0])
        for run in _runs(origin, [sequence for _, sequence in entries_of])
    )


def _runs(origin: str, sequences: list[int]) -> Iterator[EntryRange]:
    first = last = sequences[0]
    for sequence in sequences[1:]:
        if sequence != last + 1:
            yield EntryRange(origin, first, last)
            first = sequence
        last = sequence
    yield EntryRange(origin, first, last)


def _placed(entry: EntryRef) -> tuple[str, int]:
    origin, _, sequence = entry.rpartition("#")
    return origin, int(sequence)
