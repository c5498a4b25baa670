"""Orders that stand, and when each last undid clearances (G2, G3)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from services.audit.domain.mark import Mark
from services.audit.domain.scopes import Shelf, covers, shelf_of, shelves_of
from shared.contracts.hold import HoldScope
from shared.kernel.codes import Code, Country
from shared.kernel.ids import HoldId, PersonId


class Request(msgspec.Struct, frozen=True):
    """The first of two subjects who lift a hold."""

    instrument: Code
    by: str


class Order(msgspec.Struct):
    """One order that stands. One that was lifted is not kept."""

    entry: Mark
    scope: HoldScope
    asserted_by: str
    """Within its body, once that was confirmed."""
    lift: Request | None = None


class Orders:
    """Every order that stands, by what it is about."""

    def __init__(self) -> None:
        """Begin with none."""
        self.open: dict[HoldId, Order] = {}
        self._shelves: dict[Shelf, dict[HoldId, Order]] = {}
        self._asserted: dict[Shelf, dict[HoldScope, int]] = {}
        """The entry that last asserted an order of each scope, lifted since or not."""

    def add(self, hold: HoldId, order: Order) -> None:
        """It stands from here."""
        self.open[hold] = order
        shelf = shelf_of(order.scope)
        self._shelves.setdefault(shelf, {})[hold] = order
        self._asserted.setdefault(shelf, {})[order.scope] = order.entry.sequence

    def lift(self, hold: HoldId) -> None:
        """It stands no longer."""
        order = self.open.pop(hold)
        self._shelves[shelf_of(order.scope)].pop(hold, None)

    def about(self, pseudonyms: set[PersonId]) -> Iterator[Order]:
        """Every order that names one of these pseudonyms, against whatever country."""
        for pseudonym in sorted(pseudonyms):
            yield from self._shelves.get(("person", pseudonym), {}).values()

    def against(self, pseudonyms: set[PersonId], destination: Country) -> Iterator[Order]:
        """Every order that stands against this person's departure to this country (G3; G9)."""
        for shelf in shelves_of(pseudonyms, destination):
            for order in self._shelves.get(shelf, {}).values():
                if covers(order.scope, pseudonyms, destination):
                    yield order

    def asserted_last(self, pseudonyms: set[PersonId], destination: Country) -> int:
        """The entry of the last order that undid this person's clearance, lifted or not."""
        return max(
            (
                index
                for shelf in shelves_of(pseudonyms, destination)
                for scope, index in self._asserted.get(shelf, {}).items()
                if covers(scope, pseudonyms, destination)
            ),
            default=-1,
        )
