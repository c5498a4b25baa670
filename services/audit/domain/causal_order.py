"""Several logs in causal order: an entry waits for the entry that caused it.

Logs have no order between them but this: each keeps its own order, and an effect follows its cause.
Of what could come next, the earliest recorded does; so two nodes read the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from heapq import merge as by_time
from operator import attrgetter

from services.audit.domain.entry import Entry


class CausalOrder:
    """Takes entries of each log as they arrive, and gives them out in causal order."""

    def __init__(self) -> None:
        """Begin before the first entry of every log."""
        self._given: dict[str, int] = {}
        self._waiting: dict[str, deque[Entry]] = {}

    def begin(self, origin: str, given: int) -> None:
        """Say that entries of a log were given out before: those below `given`."""
        self._given[origin] = given

    def take(self, entry: Entry) -> list[Entry]:
        """Take in the next entry of a log; gives what may come now: it, and what waited for it."""
        if not self._waiting and self._is_free(entry):
            self._given[entry.origin] = entry.sequence + 1
            return [entry]
        self._waiting.setdefault(entry.origin, deque()).append(entry)
        return list(self._ready())

    def merge(self, logs: Iterable[Iterable[Entry]]) -> Iterator[Entry]:
        """Whole logs, the earliest recorded first; what waits in vain is left as the `rest`."""
        for entry in by_time(*logs, key=attrgetter("recorded_at")):
            yield from self.take(entry)

    def rest(self) -> list[Entry]:
        """Whatever still waits for a cause that never came, each log in its order."""
        waiting, self._waiting = self._waiting, {}
        return [entry for queue in waiting.values() for entry in queue]

    @property
    def heads(self) -> list[Entry]:
        """Of each log that waits, the entry that keeps the others waiting."""
        return [queue[0] for queue in self._waiting.values()]

    @property
    def waiting(self) -> int:
        """How many entries wait for their cause."""
        return sum(map(len, self._waiting.values()))

    def _ready(self) -> Iterator[Entry]:
        """Give out what may come next until every log is empty or waits for a cause."""
        moved = True
        while moved:
            moved = False
            for queue in self._waiting.values():
                while queue and self._is_free(queue[0]):
                    entry = queue.popleft()
                    self._given[entry.origin] = entry.sequence + 1
                    moved = True
                    yield entry
        self._waiting = {origin: queue for origin, queue in self._waiting.items() if queue}

    def _is_free(self, entry: Entry) -> bool:
        """Whether an entry's cause was given out, or it has none."""
        cause = entry.cause
        return cause is None or self._given.get(cause[0], 0) > cause[1]


def merge(logs: Iterable[Iterable[Entry]]) -> Iterator[Entry]:
    """Whole logs in causal order. Where a cause never comes, its effect comes without it."""
    order = CausalOrder()
    yield from order.merge(logs)
    yield from order.rest()
