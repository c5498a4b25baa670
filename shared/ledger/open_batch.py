"""One transaction in the making: works that are decided, and what came of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from shared.kernel.decider import fold_all
from shared.ledger.batch_builder import Draft, Replay
from shared.ledger.store import Ask

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable, Sequence

    from shared.ledger.recorded import Recorded
    from shared.ledger.work import Folded, Settled, Work

    Decided = tuple[Work, list[Replay | Settled] | Exception]


class Reader(Protocol):
    """Answers boundary reads about what is committed: a store, or a transaction."""

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:
        """One statement for all."""
        ...


class Pending:
    """Works on their way into one transaction."""

    def __init__(self, works: Iterable[Work] = ()) -> None:
        """Start with works that are not decided yet."""
        self.works = list(works)
        self.decided: list[Decided] = []
        self.draft: Draft | None = None
        self.writing: asyncio.Task[bool] | None = None
        """Its append, once that is under way."""

    def begin(self, draft: Draft) -> None:
        """Decide in this draft; nothing decided before counts."""
        self.draft, self.decided = draft, []

    async def decide(self, reader: Reader, works: Sequence[Work], oldest: int, newest: int) -> None:
        """Decide works. Their folds must know index `oldest`; what is read knows index `newest`."""
        if self.draft is None:
            raise ValueError("begin before deciding")
        await _read_again(reader, works, oldest, newest)
        for work in works:
            try:
                self.decided.append((work, self.draft.take(work)))
            except Exception as error:  # noqa: BLE001 - a fault in one must not touch its neighbours
                self.decided.append((work, error))

    def key_names(self) -> list[tuple[str, bytes]]:
        """The idempotency keys of all works, as they are looked up."""
        return [name for work in self.works for name in work.key_names()]


async def _read_again(reader: Reader, works: Sequence[Work], oldest: int, newest: int) -> None:
    """Bring folds up to date that were read before the oldest entry that is in memory."""
    stale = {
        fold.name: (fold, prepared.states[fold.name])
        for work in works
        for prepared in work.steps
        for fold in prepared.boundary.folds
        if prepared.states[fold.name][1] < oldest
    }
    if not stale:
        return
    asks = [Ask(position, fold.alternatives) for fold, (_, position) in stale.values()]
    fresh: dict[str, Folded] = {}
    for (fold, (state, _)), found in zip(stale.values(), await reader.read(asks), strict=True):
        last = found[-1].sequence if found else newest
        folded: Any = fold_all(fold, [recorded.event for recorded in found], state)
        fresh[fold.name] = (folded, max(newest, last))
    for work in works:
        for prepared in work.steps:
            prepared.states.update({name: fresh[name] for name in prepared.states if name in fresh})
