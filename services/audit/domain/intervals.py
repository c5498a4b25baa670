"""Whole numbers as spans: the nights of a stay take the room of one, however long it lasts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date


class Intervals:
    """A set of whole numbers, kept as half-open intervals in order."""

    __slots__ = ("_ends", "_starts")
    _starts: list[int]
    _ends: list[int]

    def __init__(self) -> None:
        """Begin empty."""
        self._starts = []
        self._ends = []

    def __contains__(self, number: int) -> bool:
        """Whether the number is in the set."""
        if not self._ends or number >= self._ends[-1]:
            return False
        index = bisect_right(self._starts, number)
        return index > 0 and number < self._ends[index - 1]

    def add(self, number: int) -> None:
        """Put a number in; one that is there stays as it is."""
        starts, ends = self._starts, self._ends
        if ends and number == ends[-1]:
            ends[-1] += 1
            return
        index = bisect_right(starts, number)
        if index and number <= ends[index - 1]:
            if number < ends[index - 1]:
                return
            ends[index - 1] = number + 1
        else:
            starts.insert(index, number)
            ends.insert(index, number + 1)
            index += 1
        if index < len(starts) and starts[index] == number + 1:
            ends[index - 1] = ends.pop(index)
            del starts[index]

    def drop(self, number: int) -> None:
        """Take a number out that is there."""
        index = bisect_right(self._starts, number) - 1
        start, end = self._starts[index], self._ends[index]
        pieces = [(a, b) for a, b in ((start, number), (number + 1, end)) if a < b]
        self._starts[index : index + 1] = [a for a, _ in pieces]
        self._ends[index : index + 1] = [b for _, b in pieces]

    def after(self, number: int) -> Iterator[int]:
        """The numbers from `number` on, in order."""
        for start, end in zip(self._starts, self._ends, strict=True):
            yield from range(max(start, number), end)

    def __iter__(self) -> Iterator[int]:
        """The numbers, in order."""
        for start, end in zip(self._starts, self._ends, strict=True):
            yield from range(start, end)

    def dates(self) -> Iterator[date]:
        """The numbers as days, in order."""
        return map(date.fromordinal, self)

    def __len__(self) -> int:
        """How many numbers there are."""
        return sum(self._ends) - sum(self._starts)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """First and last of each span."""
        return tuple((a, b - 1) for a, b in zip(self._starts, self._ends, strict=True))
