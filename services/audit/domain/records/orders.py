"""Orders that stand, and when each last undid clearances (G2, G3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from services.audit.domain.mark import Mark
from services.audit.domain.scopes import Shelf, Travel, covers, person_of, shelf_of, shelves_of
from shared.contracts.hold import HoldScope
from shared.kernel.codes import Code
from shared.kernel.ids import HoldId, PersonId


class Request(msgspec.Struct, frozen=True):
    """The first of two subjects who lift a hold."""

    instrument: Code
    by: str


class Order(msgspec.Struct):
    """One order, as long as it stands; of one that was lifted its span is kept (`Ended`)."""

    entry: Mark
    scope: HoldScope
    asserted_by: str
    """Within its body, once that was confirmed."""
    received_at: datetime
    recorded_at: datetime
    lift: Request | None = None


class Ended(msgspec.Struct, frozen=True, gc=False):
    """An order that was lifted, and when it was in force."""

    entry: Mark
    scope: HoldScope
    received_at: datetime
    recorded_at: datetime
    lifted_at: datetime

    def bound(self, at: datetime) -> bool:
        """Whether it was in force at a moment."""
        return self.received_at <= at < self.lifted_at


class Orders:
    """Every order that stands, and the spans of those that do not, by what they are about."""

    def __init__(self) -> None:
        """Begin with none."""
        self.open: dict[HoldId, Order] = {}
        self.ended: dict[HoldId, Ended] = {}
        self._shelves: dict[Shelf, dict[HoldId, Order]] = {}
        self._ended: dict[Shelf, list[Ended]] = {}
        self._asserted: dict[Shelf, dict[HoldScope, int]] = {}
        """The entry that last asserted an order of each scope, lifted since or not."""
        self._counts: dict[str, int] = {}
        """How many there were of each scope that is about nobody by name."""

    def add(self, hold: HoldId, order: Order) -> None:
        """It stands from here."""
        self.open[hold] = order
        shelf = shelf_of(order.scope)
        self._shelves.setdefault(shelf, {})[hold] = order
        self._asserted.setdefault(shelf, {})[order.scope] = order.entry.sequence
        if person_of(order.scope) is None:
            tag = order.scope.tag
            self._counts[tag] = self._counts.get(tag, 0) + 1

    def lift(self, hold: HoldId, at: datetime) -> None:
        """It stands no longer."""
        order = self.open.pop(hold)
        shelf = shelf_of(order.scope)
        self._shelves[shelf].pop(hold, None)
        ended = Ended(order.entry, order.scope, order.received_at, order.recorded_at, at)
        self.ended[hold] = ended
        self._ended.setdefault(shelf, []).append(ended)

    def of(self, hold: HoldId, at: datetime) -> Order | Ended | None:
        """An order that stands, or one that was lifted and was in force at a moment."""
        ended = self.ended.get(hold)
        return ended if ended is not None and ended.bound(at) else self.open.get(hold)

    def were_against(self, travel: Travel, at: datetime) -> Iterator[Ended]:
        """Every order against this departure that was in force at a moment and was lifted since."""
        for shelf in shelves_of(travel):
            for ended in self._ended.get(shelf, ()):
                if ended.bound(at) and covers(ended.scope, travel):
                    yield ended

    def about(self, pseudonyms: set[PersonId]) -> Iterator[Order]:
        """Every order that names one of these pseudonyms, against whatever country."""
        for pseudonym in sorted(pseudonyms):
            yield from self._shelves.get(("person", pseudonym), {}).values()

    def named(self, pseudonyms: set[PersonId]) -> Iterator[tuple[HoldId, Order]]:
        """The same, each with its id."""
        for pseudonym in sorted(pseudonyms):
            yield from self._shelves.get(("person", pseudonym), {}).items()

    def against(self, travel: Travel) -> Iterator[Order]:
        """Every order that stands against this departure (G3; G9)."""
        for shelf in shelves_of(travel):
            for order in self._shelves.get(shelf, {}).values():
                if covers(order.scope, travel):
                    yield order

    def counted(self, travel: Travel) -> dict[str, int]:
        """How many orders there ever were of each scope that covers this departure by no name."""
        scopes = (scope for scope, _ in self._ever(travel) if person_of(scope) is None)
        return {scope.tag: self._counts[scope.tag] for scope in scopes}

    def asserted_last(self, travel: Travel) -> int:
        """The entry of the last order that undid this person's clearance, lifted or not."""
        return max((index for _, index in self._ever(travel.without_journey)), default=-1)

    def _ever(self, travel: Travel) -> Iterator[tuple[HoldScope, int]]:
        """Each scope of which an order was ever asserted that covers this, and the last one."""
        for shelf in shelves_of(travel):
            for scope, index in self._asserted.get(shelf, {}).items():
                if covers(scope, travel):
                    yield scope, index
