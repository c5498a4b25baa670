"""Where a person is held or awaited, in whichever case and by whatever pseudonym (G12)."""

from __future__ import annotations

import msgspec

from shared.contracts.placement import (
    CustodyAccepted,
    CustodyEnded,
    CustodyEvent,
    HandoverPending,
    PlaceReserved,
    ReservationReleased,
)
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId, PersonId

_OVER = (ReservationReleased, CustodyEnded)


class PersonLocation(msgspec.Struct, frozen=True):
    """The latest fact of each stay of a person that is not over: awaited, offered or in custody."""

    stays: tuple[CustodyEvent, ...] = ()

    def besides(self, custody: CustodyId) -> CustodyEvent | None:
        """A stay in another case than this one, if there is one."""
        return next((stay for stay in self.stays if stay.custody != custody), None)


def evolve(state: PersonLocation, event: Event) -> PersonLocation:
    """The person's stays after one more event that names one of their pseudonyms."""
    if not isinstance(event, CustodyEvent):
        return state
    others = tuple(stay for stay in state.stays if stay.custody != event.custody)
    return PersonLocation(others if isinstance(event, _OVER) else (*others, event))


def fold(*pseudonyms: PersonId) -> Fold[PersonLocation]:
    """Every place that was held for a person, and every stay."""
    of_stays = (PlaceReserved, HandoverPending, CustodyAccepted, *_OVER)
    return Fold(
        name=f"person-location/{'/'.join(pseudonyms)}",
        alternatives=tuple(on(*of_stays, person=person) for person in pseudonyms),
        initial=PersonLocation(),
        evolve=evolve,
    )
