"""Folded states in memory, so that a command costs its boundary's news and not the log's length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.ledger import snapshots
from shared.ledger.long_folds import read_on
from shared.ledger.pages import next_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.kernel.decider import Fold
    from shared.ledger.store import Store
    from shared.ledger.work import Folded

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
    statement for all, and long ones page by page.

    `known_next` is the next index that this process knew before it asked: what is read is no older.
    """
    loaded, further = await first_page(store, folds, known_next)
    for folded in further:
        loaded[folded.fold.name] = await read_on(store, folded, known_next)
    return loaded


async def first_page(
    store: Store, folds: Sequence[Fold[Any]], known_next: int
) -> tuple[dict[str, Folded], list[Folded]]:
    """Folds that are read with their snapshots and one page each, and those that go on."""
    return await next_page(store, await snapshots.begun(store, folds), known_next - 1)
