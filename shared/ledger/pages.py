"""Long reads in pages, so that no statement and no process holds more of a log than one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from shared.ledger.store import Ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from shared.kernel.query import Alternative
    from shared.ledger.recorded import Recorded
    from shared.ledger.work import Folded


PAGE = 1_000
"""How many entries one read gives of each ask: whoever wants more asks again behind the last."""


class Reader(Protocol):
    """Answers boundary reads about what is committed: a store, or a transaction."""

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:
        """One statement for all."""
        ...


async def all_that_match(
    reader: Reader, alternatives: tuple[Alternative, ...]
) -> AsyncIterator[Recorded]:
    """Every entry that one of these alternatives names, in log order."""
    page: Sequence[Recorded] = ()
    after = -1
    while after < 0 or len(page) == PAGE:
        (page,) = await reader.read([Ask(after, alternatives, PAGE)])
        for recorded in page:
            yield recorded
        after = page[-1].sequence if page else 0


async def next_page(
    reader: Reader, folds: Sequence[Folded], newest: int
) -> tuple[dict[str, Folded], list[Folded]]:
    """Folds with a page of news each, by one statement: those that are up to date with it, by name,
    and those that have more to read. What is read knows index `newest`.
    """
    asks = [Ask(folded.position, folded.fold.alternatives, PAGE) for folded in folds]
    current: dict[str, Folded] = {}
    further: list[Folded] = []
    for folded, news in zip(folds, await reader.read(asks), strict=True):
        last = news[-1].sequence if news else folded.position
        if len(news) == PAGE:
            further.append(folded.after(news, last))
        else:
            current[folded.fold.name] = folded.after(news, max(last, newest))
    return current, further


async def up_to_date(reader: Reader, folds: Sequence[Folded], newest: int) -> dict[str, Folded]:
    """Folds with all their news, by name."""
    current, further = await next_page(reader, folds, newest)
    while further:
        more, further = await next_page(reader, further, newest)
        current |= more
    return current
