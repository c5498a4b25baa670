"""The command that the append benchmark runs: one event with three tags, one row, one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from shared.contracts.catalog import EVENT_TYPES
from shared.database.row_changes import Insert
from shared.kernel.decider import Boundary, Decider, Fold, on, only
from shared.kernel.event import Event, Tag
from shared.kernel.ids import CustodyId, FacilityId, PersonId
from tests.support.ledgers import RESERVATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.database.row_changes import RowChange
    from shared.ledger.recorded import Recorded


class PlaceTaken(Event, frozen=True):
    """A place at a facility is taken."""

    TYPE: ClassVar[str] = "bench.PlaceTaken.v1"
    SUBJECT: ClassVar[str] = "custody"
    facility: Annotated[FacilityId, Tag("facility")]
    custody: Annotated[CustodyId, Tag("custody")]
    person: Annotated[PersonId, Tag("person")]


EVENT_TYPES[PlaceTaken.TYPE] = PlaceTaken


class Places(msgspec.Struct, frozen=True):
    """How many places of a facility are taken."""

    taken: int = 0


class TakePlace(msgspec.Struct, frozen=True):
    """Take a place, if there is one left."""

    facility: FacilityId
    custody: CustodyId
    person: PersonId
    limit: int = 1_000_000


def _evolve(state: Places, _event: Event) -> Places:
    return Places(state.taken + 1)


def _boundary(command: TakePlace) -> Boundary[Places]:
    alternatives = (on(PlaceTaken, facility=command.facility),)
    return only(Fold(f"places/{command.facility}", alternatives, Places(), _evolve))


def _decide(command: TakePlace, state: Places) -> tuple[Event, ...]:
    if state.taken >= command.limit:
        raise ValueError("the benchmark has more places than commands")
    return (PlaceTaken(command.facility, command.custody, command.person),)


TAKE_PLACE: Decider[TakePlace, Places] = Decider(_boundary, _decide)


def project(recorded: Recorded) -> Iterator[RowChange]:
    """One row for each place that is taken."""
    event = recorded.event
    if isinstance(event, PlaceTaken):
        row = {"custody": event.custody, "facility": event.facility, "sequence": recorded.sequence}
        yield Insert(RESERVATIONS, row)
