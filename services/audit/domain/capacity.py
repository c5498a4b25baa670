"""Places: reserved + en route + in custody never exceed the approved capacity (G19)."""

from __future__ import annotations

from services.audit.domain.records.custodies import Custody
from services.audit.domain.records.facilities import Facility
from services.audit.domain.state import State
from shared.contracts.placement import PlaceReserved
from shared.kernel.ids import CustodyId

WITH_A_PLACE = ("place reserved", "offered, place reserved")


def takes_a_place(state: State, facility: Facility) -> None:
    """One more place is about to be taken, and has to be free."""
    if facility.approved - facility.taken <= 0:
        found = (
            f"approved {facility.approved}, own population {facility.own},"
            f" reserved {facility.reserved}, in custody {len(facility.present)}"
        )
        expected = f"a free place in facility/{facility.facility}"
        state.findings.broken("G19", expected, found)


def holds_a_place(state: State, custody: CustodyId) -> bool:
    """Whether a place is held for this custody."""
    return state.lifecycles.state("custody", custody) in WITH_A_PLACE


def gives_up(state: State, custody: Custody) -> None:
    """The place that was held is free, or becomes the person's own."""
    reserved = state.latest.last(PlaceReserved, "custody", custody.custody)
    if reserved is not None and holds_a_place(state, custody.custody):
        state.facilities.of(reserved.event.facility).reserved -= 1
