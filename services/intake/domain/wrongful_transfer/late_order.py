"""An order that comes after a departure which it would have stopped: by rule they come back (D7).

It is decided once for every order, as soon as it is on the record. Whoever departs from then on has
met it at the gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from services.intake.domain.clearance.state import ClearanceState
from services.intake.domain.hold import state as holds
from services.intake.domain.wrongful_transfer import departure, under_way
from services.intake.domain.wrongful_transfer.departure import Closing, Departed
from shared.contracts.hold import HoldAsserted
from shared.contracts.manifest import LegDeparted
from shared.kernel.decider import Decider, Reading
from shared.kernel.event import Event
from shared.kernel.ids import HoldId
from shared.kernel.rejected import Conflict, Finding


class NobodyIsWithinReach(Conflict):
    """What came forbids no departure that has taken place."""


class FindWrongfulTransfers(msgspec.Struct, frozen=True, kw_only=True):
    """Find everybody whose departure an order that is on the record would have stopped."""

    hold: HoldId
    found_at: datetime
    """When the order came onto the record."""


class Reached(msgspec.Struct, frozen=True):
    """The order, and every journey that it may reach."""

    order: HoldAsserted | None = None
    departed: tuple[Departed, ...] = ()


def _boundary(command: FindWrongfulTransfers) -> Reading[Reached]:
    hold = yield from holds.fold(command.hold)
    if hold.asserted is None:
        return Reached()
    listed = yield from under_way.within_reach(hold.asserted, command.found_at)
    return Reached(hold.asserted, (yield from departure.read(listed)))


def _find(command: FindWrongfulTransfers, state: Reached) -> tuple[Event, ...]:
    order = state.order
    if order is None:
        raise NobodyIsWithinReach(f"there is no hold {command.hold}")
    events = tuple(
        event for departed in state.departed for event in _of_journey(command, order, departed)
    )
    if not events:
        raise NobodyIsWithinReach(f"hold {command.hold} forbids no departure that took place")
    return events


def _of_journey(
    command: FindWrongfulTransfers, order: HoldAsserted, departed: Departed
) -> Iterator[Event]:
    for case, passenger, cleared in departed.each():
        if forbade(order, cleared, departed.last):
            found = [closed_by(order, cleared)]
            yield from departure.wrongful(departed, case, passenger, found, command.found_at)


def forbade(order: HoldAsserted, cleared: ClearanceState, last: LegDeparted) -> bool:
    """Whether the order is against a departure: while it stands, and of one that was lifted since,
    whether it bound at the minute of it (G3).
    """
    if any(standing.hold == order.hold for standing in cleared.holds.standing):
        return True
    ended = (lifted for lifted in cleared.holds.lifted if lifted.order.hold == order.hold)
    return any(lifted.was_in_force(last.departed_at) for lifted in ended)


def closed_by(order: HoldAsserted, cleared: ClearanceState) -> Closing:
    """What an order would have closed the gate with; its issuer has lifted it, or is told."""
    finding = Finding(
        rule="G3",
        missing=f"the {order.form} order {order.reference} stands until its issuer lifts it",
        evidence=f"hold/{order.hold}",
    )
    stands = any(standing.hold == order.hold for standing in cleared.holds.standing)
    return Closing(finding, order.received_at, order.asserted_by if stands else None)


FIND_WRONGFUL_TRANSFERS = Decider(boundary=_boundary, decide=_find)
