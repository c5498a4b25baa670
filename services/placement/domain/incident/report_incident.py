"""An incident in a custody: what happened, within the stay, and whom it has to reach (G18)."""

from __future__ import annotations

from datetime import datetime

from services.placement.domain.custody.state import (
    Accepted,
    CustodyCommand,
    CustodyIsUnknown,
    CustodyState,
    NotInCustody,
    NotTheReceivingState,
)
from services.placement.domain.incident.notices import notices
from shared.contracts.incident import IncidentReported
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.codes import Code
from shared.kernel.event import Event
from shared.kernel.ids import IncidentId
from shared.kernel.rejected import RuleBroken


class IncidentOutsideCustody(RuleBroken):
    """What happened before the handover or after the exit did not happen in this custody."""

    RULE = "G18"


class IncidentInTheFuture(RuleBroken):
    """An incident is a fact: it is recorded when it has happened, not before."""

    RULE = "G18"


class IncidentCommand(CustodyCommand, frozen=True, kw_only=True):
    """A command that reports an incident."""

    incident: IncidentId
    happened_at: datetime
    reference: Code


def accepted(command: CustodyCommand, state: CustodyState) -> Accepted:
    """The custody as it was accepted, over or not: an incident is told also after the exit."""
    if state.known is None:
        raise CustodyIsUnknown(f"there is no custody {command.custody}: check the id")
    if state.accepted is None:
        raise NotInCustody(
            f"custody {command.custody} is not accepted yet: the sending state is responsible (G13)"
        )
    return state.accepted


def of_the_holder(command: CustodyCommand, stay: Accepted) -> None:
    """Raise unless the actor's state holds the person."""
    if command.actor.party != stay.receiving:
        raise NotTheReceivingState(
            f"{stay.receiving} holds this person: {command.actor.party} cannot say so"
        )


def happened_in(instant: datetime, command: CustodyCommand, state: CustodyState) -> None:
    """Raise unless an instant has come and is within the stay, as far as the record knows it."""
    if instant > command.now + MAX_CLOCK_SKEW:
        raise IncidentInTheFuture("record it once it has happened")
    began = state.accepted.accepted_at if state.accepted else instant
    ended = state.ended.ended_at if state.ended else instant
    if not began <= instant <= ended:
        until = f" to {ended.isoformat()}" if state.ended else ""
        raise IncidentOutsideCustody(
            f"the custody is from {began.isoformat()}{until}: give a time within it"
        )


def told(
    command: IncidentCommand,
    stay: Accepted,
    fact: type[IncidentReported],
    **content: object,
) -> tuple[Event, ...]:
    """The incident, and a notice to each office that it has to reach."""
    reported = fact(
        custody=stay.custody,
        person=stay.person,
        agreement=stay.agreement,
        facility=stay.facility,
        incident=command.incident,
        happened_at=command.happened_at,
        reference=command.reference,
        **content,
    )
    return (reported, *notices(command.incident, command.happened_at, stay))
