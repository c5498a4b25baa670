"""Folds of a log in memory, each event taken into each fold once: a story asks a thousand times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from shared.kernel.decider import Fold, fold_all
from shared.kernel.event import Event, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.kernel.query import Alternative

State = TypeVar("State")


class Folding:
    """The folds of `log`, whose last events a test may exchange."""

    def __init__(self, log: list[Event]) -> None:
        self._log = log
        self._seen: list[tuple[Event, frozenset[str]]] = []
        self._by_tag: dict[str, list[int]] = {}
        self._kept: dict[str, tuple[int, Any]] = {}

    def of(self, fold: Fold[State]) -> State:
        """A fold of the events that its own alternatives name."""
        self._look()
        position, state = self._kept.get(fold.name, (0, fold.initial))
        places = {place for alternative in fold.alternatives for place in self._places(alternative)}
        news = [self._log[place] for place in sorted(places) if place >= position]
        folded: State = fold_all(fold, news, state)
        self._kept[fold.name] = (len(self._log), folded)
        return folded

    def chosen(self, fold: Fold[Any]) -> list[Event]:
        """The events that a fold's own alternatives name, in log order."""
        self._look()
        places = {place for alternative in fold.alternatives for place in self._places(alternative)}
        return [self._log[place] for place in sorted(places)]

    def _look(self) -> None:
        """Take in what was recorded, and forget what is not there any more."""
        while self._seen and self._seen[-1][0] is not self._log[len(self._seen) - 1]:
            for tag in self._seen.pop()[1]:
                self._by_tag[tag].pop()
            self._kept.clear()
        for event in self._log[len(self._seen) :]:
            tags = tags_of(event)
            for tag in tags:
                self._by_tag.setdefault(tag, []).append(len(self._seen))
            self._seen.append((event, tags))

    def _places(self, one: Alternative) -> Iterator[int]:
        rarest = min((self._by_tag.get(tag, []) for tag in one.tags), key=len)
        return (
            place
            for place in rarest
            if one.matches(self._seen[place][0].TYPE, self._seen[place][1])
        )
