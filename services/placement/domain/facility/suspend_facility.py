"""A party or a court suspends a facility, and takes its word back (G17)."""

from __future__ import annotations

from services.placement.domain.facility.fitness import Fitness
from services.placement.domain.facility.reinstate import reinstated
from services.placement.domain.facility.state import (
    FacilityCommand,
    FacilityIsUnknown,
    FacilityState,
    site,
)
from shared.contracts.facility_course import FacilitySuspended, SuspensionWithdrawn, word_of
from shared.kernel.codes import Code
from shared.kernel.dates import utc_date
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import Conflict, NotAllowed


class CannotSuspend(NotAllowed):
    """Either party suspends a facility by its central authority, and a court does."""

    RULE = "G17"


class SuspendedByYou(Conflict):
    """The party or court has suspended it already."""


class NotSuspendedByYou(Conflict):
    """Each takes back its own word, and nobody another's."""


class SuspendFacility(FacilityCommand, frozen=True, kw_only=True):
    """Suspend a facility, by an order or a decision."""

    reference: Code


class WithdrawSuspension(FacilityCommand, frozen=True, kw_only=True):
    """Take one's own word back; the other grounds stay."""

    reference: Code


def _suspend(command: SuspendFacility, state: FacilityState) -> tuple[Event, ...]:
    _may(command, state)
    by = str(command.actor)
    if state.fitness.of("order", word_of(by)):
        raise SuspendedByYou(f"{word_of(by)} has suspended {command.facility}: it stands")
    return (
        FacilitySuspended(
            facility=command.facility,
            ground="order",
            since=utc_date(command.now),
            suspended_by=by,
            reference=command.reference,
        ),
    )


def _may(command: FacilityCommand, state: FacilityState) -> None:
    if not (state.country or state.agreed):
        raise FacilityIsUnknown(f"there is no facility {command.facility}: check its name")
    actor = command.actor
    parties = {state.country, state.agreed, *state.senders}
    if actor.office == "court" or (
        actor.office == "central-authority" and actor.party in parties - {""}
    ):
        return
    raise CannotSuspend(
        f"the {actor.office} of {actor.party} cannot suspend {command.facility}: a court can, and"
        " the central authority of a state that it stands in or that an agreement sends there for"
    )


def _withdraw(command: WithdrawSuspension, state: FacilityState) -> tuple[Event, ...]:
    by = str(command.actor)
    standing = state.fitness.of("order", word_of(by))
    if standing is None:
        raise NotSuspendedByYou(
            f"no suspension of {command.facility} is by {word_of(by)}: whoever suspended it says so"
        )
    withdrawn = SuspensionWithdrawn(
        facility=command.facility, withdrawn_by=by, reference=command.reference
    )
    rest: Fitness = state.fitness.without(standing)
    return (withdrawn, *reinstated(command, rest))


SUSPEND_FACILITY = Decider(boundary=site, decide=_suspend)
WITHDRAW_SUSPENSION = Decider(boundary=site, decide=_withdraw)
