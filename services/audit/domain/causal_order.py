"""Several logs as one story: an entry waits for the entry that caused it.

Logs have no order between them but this: each keeps its own order, and an effect follows its cause.
Of what could come next, the earliest recorded does; so two nodes read the same story.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime

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
        self._waiting.setdefault(entry.origin, deque()).append(entry)
        return list(self._ready())

    def rest(self) -> list[Entry]:
        """Whatever still waits for a cause that never came, each log in its order."""
        left = [entry for queue in self._waiting.values() for entry in queue]
        self._waiting.clear()
        return left

    @property
    def heads(self) -> list[Entry]:
        """Of each log that waits, the entry that keeps the others waiting."""
        return [queue[0] for queue in self._waiting.values() if queue]

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
                while queue and self.known(queue[0]):
                    entry = queue.popleft()
                    self._given[entry.origin] = entry.sequence + 1
                    moved = True
                    yield entry

    def known(self, entry: Entry) -> bool:
        """Whether an entry's cause was given out, or it has none."""
        cause = entry.cause
        return cause is None or self._given.get(cause[0], 0) > cause[1]


def merge(streams: Mapping[str, Iterator[Entry]]) -> Iterator[Entry]:
    """Whole logs in causal order: of the entries that may come next, the earliest recorded.

    Reads one entry ahead of each log. Where a cause never comes, its effect comes without it.
    """
    given = dict.fromkeys(streams, 0)
    heads = {name: entry for name, one in streams.items() if (entry := next(one, None))}
    while heads:
        free = {name: entry for name, entry in heads.items() if _is_free(entry, given)}
        name = min(free or heads, key=lambda one: heads[one].recorded_at)
        entry = heads.pop(name)
        until = min((one.recorded_at for one in free.values() if one is not entry), default=None)
        blocked = (one for other, one in heads.items() if other not in free)
        wanted = min((at for one in blocked for at in _wanted(one, name)), default=None)
        following: Entry | None = entry
        while following is not None:
            entry = following
            yield entry
            given[name] = entry.sequence + 1
            following = next(streams[name], None)
            if following is not None and not _goes_on(entry, following, until, wanted):
                heads[name] = following
                break


def _is_free(entry: Entry, given: Mapping[str, int]) -> bool:
    cause = entry.cause
    return cause is None or given.get(cause[0], 0) > cause[1]


def _wanted(entry: Entry, name: str) -> Iterator[int]:
    """The entry of that log that this one waits for, if it waits for one."""
    cause = entry.cause
    if cause is not None and cause[0] == name:
        yield cause[1]


def _goes_on(entry: Entry, following: Entry, until: datetime | None, wanted: int | None) -> bool:
    """Whether the same log goes on: nobody else is earlier, or waits for what was given out."""
    return (
        following.causation == entry.causation
        and (until is None or following.recorded_at < until)
        and (wanted is None or entry.sequence < wanted)
    )
