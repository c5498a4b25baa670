"""A person in custody is given a place in the facility."""

from __future__ import annotations

from services.placement.domain.custody.state import CustodyCommand, CustodyState, standing, stay_of
from shared.contracts.placement import PlaceAssigned
from shared.kernel.codes import Slug
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict


class PlaceAlreadyAssigned(Conflict):
    """The person has this place already."""


class AssignPlace(CustodyCommand, frozen=True, kw_only=True):
    """Give the person a place in the facility; a later one replaces it."""

    place: Slug


def _assign(command: AssignPlace, state: CustodyState) -> tuple[Event, ...]:
    stay = standing(command, state)
    if state.place == command.place:
        raise PlaceAlreadyAssigned(f"place {command.place} is assigned to this custody already")
    return (
        PlaceAssigned(
            custody=stay.custody,
            person=stay.person,
            agreement=stay.agreement,
            facility=stay.facility,
            place=command.place,
        ),
    )


ASSIGN_PLACE = Decider(boundary=stay_of, decide=_assign)
