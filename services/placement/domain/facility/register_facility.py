"""A state registers a facility of its own, a sending one too (D11)."""

from __future__ import annotations

from services.placement.domain.facility.state import (
    FacilityCommand,
    FacilityOfOthers,
    FacilityState,
    site,
)
from shared.contracts.codes import Timezone
from shared.contracts.facility import FacilityRegistered
from shared.kernel.actor import INDEPENDENT
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, NotAllowed


class FacilityAlreadyRegistered(Conflict):
    """A facility has this name already."""


class FacilityNeedsAState(NotAllowed):
    """A facility stands in a state; an independent office has none."""


class RegisterFacility(FacilityCommand, frozen=True, kw_only=True):
    """Register a facility of the actor's state."""

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
    if state.country == party or (state.country and not state.agreed):
        raise FacilityAlreadyRegistered(
            f"facility {command.facility} is registered already, in {state.country}"
        )
    return (
        FacilityRegistered(
            facility=command.facility, country=command.actor.party, timezone=command.timezone
        ),
    )


REGISTER_FACILITY = Decider(boundary=site, decide=_register)
