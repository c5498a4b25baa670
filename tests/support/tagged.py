"""Events found by a query in a log in memory; what an event is tagged with is worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.kernel.event import Event, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shared.kernel.query import Query


class Tagged:
    """The tags of the events that a story has seen."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[Event, frozenset[str]]] = {}

    def found(self, query: Query, events: Iterable[Event]) -> Iterator[Event]:
        """The events that the query matches."""
        return (one for one in events if query.matches(one.TYPE, self._of(one)))

    def _of(self, event: Event) -> frozenset[str]:
        seen = self._seen.get(id(event))
        if seen is None:  # the event is kept too, so that no other one gets its id
            seen = self._seen[id(event)] = (event, frozenset(tags_of(event)))
        return seen[1]
