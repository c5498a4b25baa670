"""One subject proposes how many a facility may hold (G19)."""

from __future__ import annotations

from services.placement.domain.facility.state import (
    FacilityCommand,
    FacilityState,
    Proposal,
    require_own,
    site,
)
from shared.contracts.facility import CapacityProposed
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict


class CapacityAlreadyProposed(Conflict):
    """The same subject has proposed the same capacity already."""


class ProposeCapacity(FacilityCommand, frozen=True, kw_only=True):
    """Propose how many persons the facility may hold. It changes nothing before it is approved."""

    places: int


def _propose(command: ProposeCapacity, state: FacilityState) -> tuple[Event, ...]:
    require_own(state.country, command.facility, command.actor)
    proposal = Proposal(command.places, str(command.actor))
    if proposal == state.proposal:
        raise CapacityAlreadyProposed(
            f"you have proposed {command.places} places already: another subject approves them"
        )
    return (
        CapacityProposed(
            facility=command.facility, places=proposal.places, proposed_by=proposal.proposed_by
        ),
    )


PROPOSE_CAPACITY = Decider(boundary=site, decide=_propose)
