"""Folded states in memory, so that a command costs its boundary's news and not the log's length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from shared.ledger import snapshots
from shared.ledger.store import Ask
from shared.ledger.work import Folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.kernel.decider import Fold
    from shared.ledger.store import Store

CAPACITY = 50_000
"""How many folds are kept: one stays if it is used again before half as many others."""


class FoldCache:
    """The folds that were used last, by name."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Start empty."""
        self._half = max(1, capacity // 2)
        self._newer: dict[str, Folded] = {}
        self._older: dict[str, Folded] = {}

    def get(self, name: str) -> Folded | None:
        """A fold with its state and the index that it includes, if it is known."""
        return self._newer.get(name) or self._older.get(name)

    def keep(self, folded: Mapping[str, Folded]) -> None:
        """Take in folds as of the last commit, which used them: no older state is among them."""
        if len(self._newer) + len(folded) > self._half:
            self._older, self._newer = self._newer, {}
        self._newer.update(folded)


async def load(store: Store, folds: Sequence[Fold[Any]], known_next: int) -> dict[str, Folded]:
    """Read folds that are not in memory: from their snapshots where they have one, then one
    statement for all. What took long to read is saved at once.

    `known_next` is the next index that this process knew before it asked: what is read is no older.
    """
    starts = await snapshots.states(store, folds)
    asks = [Ask(after, fold.alternatives) for fold, (_, after) in zip(folds, starts, strict=True)]
    loaded: dict[str, Folded] = {}
    for fold, (state, after), news in zip(folds, starts, await store.read(asks), strict=True):
        newest = max(after, known_next - 1, news[-1].sequence if news else -1)
        loaded[fold.name] = Folded(fold, state, after).after(news, newest)
    long = [folded for folded in loaded.values() if snapshots.is_due(folded)]
    if long:
        await store.save([snapshots.encoded(folded) for folded in long])
        saved = {one.fold.name: msgspec.structs.replace(one, unsaved=0) for one in long}
        loaded.update(saved)
    return loaded
