"""Another subject approves a facility's capacity, never below what is taken (G19)."""

from __future__ import annotations

from services.placement.domain.facility.state import (
    FacilityCommand,
    FacilityState,
    Proposal,
    require_own,
    site,
)
from shared.contracts.facility import CapacityApproved, CapacityRefused
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, Finding, RuleBroken


class NoSuchProposal(Conflict):
    """What is to be approved is not what was proposed."""


class CapacityNeedsTwoSubjects(RuleBroken):
    """Who proposed a capacity may not approve it."""

    RULE = "G19"


class CapacityBelowOccupancy(RuleBroken):
    """More places are taken than the capacity would have."""

    RULE = "G19"


class ApproveCapacity(FacilityCommand, frozen=True, kw_only=True):
    """Approve the proposed capacity, as another subject."""

    places: int


def _approve(command: ApproveCapacity, state: FacilityState) -> tuple[Event, ...]:
    require_own(state.country, command.facility, command.actor)
    if state.proposal is None or state.proposal.places != command.places:
        pending = f"{state.proposal.places} places are" if state.proposal else "nothing is"
        raise NoSuchProposal(f"{pending} proposed: propose {command.places} places first")
    broken = _same_subject(command, state.proposal) or _below_occupancy(command, state)
    if broken:
        raise broken.on_record(
            lambda refusal: CapacityRefused(
                facility=command.facility, places=command.places, refusal=refusal
            )
        )
    return (CapacityApproved(facility=command.facility, places=command.places),)


def _same_subject(command: ApproveCapacity, proposal: Proposal) -> RuleBroken | None:
    if Actor.read(proposal.proposed_by).is_same_subject(command.actor):
        said = f"{proposal.proposed_by} proposed this capacity: let another subject approve it"
        return CapacityNeedsTwoSubjects(said)
    return None


def _below_occupancy(command: ApproveCapacity, state: FacilityState) -> RuleBroken | None:
    if command.places >= state.taken:
        return None
    own, reserved = (state.own_population, "own population"), (state.reserved, "reserved")
    parts = (own, reserved, (state.in_custody, "in custody"))
    return CapacityBelowOccupancy(
        f"{state.taken} places are taken: propose and approve {state.taken} or more",
        findings=tuple(
            Finding(rule="G19", missing=f"{count} {what}", evidence=f"facility/{command.facility}")
            for count, what in parts
            if count
        ),
    )


APPROVE_CAPACITY = Decider(boundary=site, decide=_approve)
