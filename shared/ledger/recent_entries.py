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


class RecentEntries:
    """Entries `base` up to, and not with, `next`. A fold older than `base` must be read anew."""

    def __init__(self, next_index: int = 0, capacity: int = CAPACITY) -> None:
        """Start empty just before `next_index`."""
        self._capacity = capacity
        self.restart(next_index)

    def restart(self, next_index: int) -> None:
        """Forget everything and go on at `next_index`."""
        self.base = self.next = self._turned = next_index
        self._entries: list[Recorded] = []
        self._older: dict[str, list[int]] = {}
        self._newer: dict[str, list[int]] = {}

    def append(self, recorded: Recorded) -> None:
        """Add the next entry. Raises `ValueError` for any other."""
        if recorded.sequence != self.next:
            message = f"entry {recorded.sequence} does not continue the log at {self.next}"
            raise ValueError(message)
        self._entries.append(recorded)
        newer, index = self._newer, self.next
        for tag in recorded.tags:
            places = newer.get(tag)
            if places is None:
                newer[tag] = [index]
            else:
                places.append(index)
        self.next = index + 1

    def truncate(self, next_index: int) -> None:
        """Take back the entries from `next_index` on: they were not committed."""
        while self.next > next_index:
            self.next -= 1
            by_tag = self._newer if self.next >= self._turned else self._older
            for tag in self._entries.pop().tags:
                by_tag[tag].pop()
        self._turned = min(self._turned, self.next)

    def forget(self, needed: int) -> None:
        """Drop the older half once the newer one is full, but nothing from index `needed` on."""
        if self.next - self._turned < self._capacity // 2 or self._turned > needed:
            return
        del self._entries[: self._turned - self.base]
        self.base, self._turned = self._turned, self.next
        self._older, self._newer = self._newer, {}

    def after(self, position: int, alternatives: Iterable[Alternative]) -> Sequence[Recorded]:
        """The entries beyond `position` that any of the alternatives matches, in log order."""
        if position >= self.next - 1:
            return ()
        indexes: list[int] = []
        for alternative in alternatives:
            if position < self._turned - 1:
                indexes += self._matching(self._older, position, alternative)
            indexes += self._matching(self._newer, position, alternative)
        return (
            [self._entries[index - self.base] for index in sorted(set(indexes))] if indexes else ()
        )

    def _matching(
        self, by_tag: dict[str, list[int]], position: int, alternative: Alternative
    ) -> Sequence[int]:
        """Where an alternative matches in one half, by its rarest tag."""
        rarest: list[int] | None = None
        for tag in alternative.tags:
            places = by_tag.get(tag)
            if not places:
                return ()
            if rarest is None or len(places) < len(rarest):
                rarest = places
        indexes: list[int] = []
        for index in rarest[bisect_right(rarest, position) :] if rarest else ():
            recorded = self._entries[index - self.base]
            if alternative.matches(recorded.event.TYPE, recorded.tags):
                indexes.append(index)
        return indexes
