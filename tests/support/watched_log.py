"""Logs that are read in pages: the reads are counted, and something can happen between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from shared.kernel.decider import Boundary, Decider
from tests.support.ledgers import Places, Reserve, places, provenance, reserve_events
from tests.support.reserving import running

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.kernel.decider import Fold
    from shared.kernel.event import Event
    from shared.kernel.ids import FacilityId
    from shared.ledger.recorded import Recorded
    from shared.ledger.store import Ask, Store

LENGTH = 45
"""How many reservations a facility has in a filled log."""
SAY: Decider[tuple[Event, ...], None] = Decider(
    lambda _events: Boundary((), lambda: None), lambda events, _state: events
)


class Watched:
    """A store whose boundary reads are counted, and can be made to do something first.

    Reads are numbered from 1.
    """

    def __init__(self, store: Store, first: Callable[[int], Any] | None = None) -> None:
        """Call `first` with the number of each read; what it gives is awaited."""
        self._store = store
        self._first = first
        self.asked = 0
        self.given: list[int] = []
        """How many entries each read gave, all asks together."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)

    async def read(self, asks: Sequence[Ask]) -> Sequence[Sequence[Recorded]]:
        self.asked += 1
        if self._first is not None:
            await self._first(self.asked)
        answers = await self._store.read(asks)
        self.given.append(sum(len(answer) for answer in answers))
        return answers


def reserved(facility: FacilityId) -> Event:
    (event,) = reserve_events(Reserve(facility), Places())
    return event


async def filled(store: Store, *facilities: FacilityId) -> None:
    """As many reservations at each of these facilities, in turns."""
    events = tuple(reserved(facility) for _ in range(LENGTH) for facility in facilities)
    async with running(store) as runner:
        await runner.run(SAY, events, provenance())


def unkept(facility: FacilityId) -> Fold[Places]:
    """The reservations of a facility, in a form that no snapshot has."""
    return msgspec.structs.replace(places(facility), name=f"unkept/{facility}", snapshot=None)
