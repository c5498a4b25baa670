"""The newest entries of a log in memory, found by tag: what a decision is checked against without a
read.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shared.kernel.query import Alternative
    from shared.ledger.recorded import Recorded

CAPACITY = 8_192
"""How many entries a window holds at the most before it forgets the older half."""


class Window:
    """Entries `base` up to, and not with, `next`. A fold older than `base` must be read anew."""

    def __init__(self, next_index: int = 0, capacity: int = CAPACITY) -> None:
        """Start empty just before `next_index`."""
        self._capacity = capacity
        self.restart(next_index)

    def restart(self, next_index: int) -> None:
        """Forget everything and go on at `next_index`."""
        self.base = self.next = next_index
        self._entries: list[Recorded] = []
        self._by_tag: dict[str, list[int]] = {}

    def append(self, recorded: Recorded) -> None:
        """Add the next entry. Raises `ValueError` for any other."""
        if recorded.sequence != self.next:
            message = f"entry {recorded.sequence} does not continue the log at {self.next}"
            raise ValueError(message)
        self._entries.append(recorded)
        self.next += 1
        by_tag = self._by_tag
        for tag in recorded.tags:
            if tag in by_tag:
                by_tag[tag].append(recorded.sequence)
            else:
                by_tag[tag] = [recorded.sequence]

    def truncate(self, next_index: int) -> None:
        """Take back the entries from `next_index` on: they were not committed."""
        while self.next > next_index:
            self.next -= 1
            for tag in self._entries.pop().tags:
                self._by_tag[tag].pop()

    def forget(self, needed: int) -> None:
        """Drop the older half once there are too many, but nothing from index `needed` on."""
        if len(self._entries) <= self._capacity:
            return
        first = min(self.next - self._capacity // 2, needed)
        kept = self._entries[first - self.base :]
        self.restart(first)
        for recorded in kept:
            self.append(recorded)

    def after(self, position: int, alternatives: Iterable[Alternative]) -> Sequence[Recorded]:
        """The entries beyond `position` that any of the alternatives matches, in log order."""
        if position >= self.next - 1:
            return ()
        found: set[int] = set()
        for one in alternatives:
            found.update(self._matches(position, one))
        return [self._entries[index - self.base] for index in sorted(found)]

    def _matches(self, position: int, one: Alternative) -> Iterable[int]:
        listed = [self._by_tag.get(tag) for tag in one.tags]
        places = [place for place in listed if place]
        if len(places) < len(listed):
            return ()
        shortest = min(places, key=len)
        return (
            index
            for index in shortest[bisect_right(shortest, position) :]
            if one.matches(
                type(self._entries[index - self.base].event).TYPE,
                self._entries[index - self.base].tags,
            )
        )
