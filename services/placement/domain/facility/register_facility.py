"""A state registers a facility of its own, a sending one too (D11)."""

from __future__ import annotations

from services.placement.domain.facility.agreed_zone import (
    FacilityInAnotherZone,
    in_force,
    leads_to_one_of,
)
from services.placement.domain.facility.state import (
    FacilityCommand,
    FacilityOfOthers,
    FacilityState,
    site,
)
from shared.contracts.facility import FacilityRegistered
from shared.kernel.actor import INDEPENDENT
from shared.kernel.codes import Timezone
from shared.kernel.dates import utc_date
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, NotAllowed


class FacilityAlreadyRegistered(Conflict):
    """A facility has this name already."""


class FacilityNeedsAState(NotAllowed):
    """A facility stands in a state; an independent office has none."""


class RegisterFacility(FacilityCommand, frozen=True, kw_only=True):
    """Register a facility of the actor's state; in another zone while nobody was held there."""

    timezone: Timezone


def _register(command: RegisterFacility, state: FacilityState) -> tuple[Event, ...]:
    if command.actor.party == INDEPENDENT:
        raise FacilityNeedsAState("a facility is registered by the state that it stands in")
    party = command.actor.party
    if state.agreed not in ("", party):
        raise FacilityOfOthers(
            f"an agreement names {command.facility} as a facility of {state.agreed}: name yours"
            " otherwise"
        )
    if not _may_be_registered(command, state):
        why = ", and people were in custody there" if state.dates_nights else ""
        raise FacilityAlreadyRegistered(
            f"facility {command.facility} is registered already, in {state.country} and the time"
            f" zone {state.timezone}{why}: keep to it, or take another name"
        )
    agreed = in_force(state, utc_date(command.now))
    if agreed and not leads_to_one_of(command.timezone, agreed.values()):
        named = ", ".join(f"{zone} by {agreement}" for agreement, zone in agreed.items())
        raise FacilityInAnotherZone(
            f"nights in {command.facility} are dates in the agreed time zone ({named}), not in"
            f" {command.timezone}: register it there, or amend the agreement first"
        )
    anew = state.timezone if state.country == party else None
    return (
        FacilityRegistered(
            facility=command.facility, country=party, timezone=command.timezone, instead_of=anew
        ),
    )


def _may_be_registered(command: RegisterFacility, state: FacilityState) -> bool:
    """A name that is free, or that an agreement gives to this state; and the own facility anew, in
    another zone, unless the one that it has is agreed or dates nights already (F10).
    """
    if state.country != command.actor.party:
        return not state.country or bool(state.agreed)
    agreed = in_force(state, utc_date(command.now)).values()
    stays = leads_to_one_of(state.timezone, (command.timezone, *agreed))
    return not (stays or state.dates_nights)


REGISTER_FACILITY = Decider(boundary=site, decide=_register)
