"""Whatever ends a custody: it happened, within the custody, and it explains who was missed (D2)."""

from __future__ import annotations

from datetime import date, datetime

from services.placement.domain.custody.state import CustodyCommand, CustodyState, standing
from shared.contracts.placement import CustodyAccepted, CustodyEnded, PersonAccountedFor
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.dates import local_date
from shared.kernel.event import Event
from shared.kernel.rejected import RuleBroken


class ExitBeforeCustody(RuleBroken):
    """Nobody leaves a custody before it was accepted."""

    RULE = "G13"


class ExitInTheFuture(RuleBroken):
    """An exit is a fact: it is recorded when it has happened, not before."""

    RULE = "G14"


class ExitCommand(CustodyCommand, frozen=True, kw_only=True):
    """A command that ends a custody, at an instant that has passed."""

    ended_at: datetime


def left(
    command: ExitCommand, state: CustodyState, exit_fact: type[CustodyEnded], **content: object
) -> tuple[Event, ...]:
    """The exit, and whom it accounts for. It depends on this custody and on nothing else: no hold,
    no money, no other service.
    """
    stay = standing(command, state)
    if command.ended_at < stay.accepted_at:
        raise ExitBeforeCustody(
            f"custody began at {stay.accepted_at.isoformat()}: give a later time"
        )
    if command.ended_at > command.now + MAX_CLOCK_SKEW:
        raise ExitInTheFuture("record the exit once it has happened")
    departed_on = local_date(command.ended_at, stay.timezone)
    ended = exit_fact(
        custody=stay.custody,
        person=stay.person,
        agreement=stay.agreement,
        facility=stay.facility,
        ended_at=command.ended_at,
        departed_on=departed_on,
        **content,
    )
    return (ended, *explained(stay, state.missed_from, departed_on))


def explained(stay: CustodyAccepted, missed_from: date | None, left_on: date) -> tuple[Event, ...]:
    """Nights missed after the person had left are explained; an exit explains no other night."""
    if missed_from is None or missed_from < left_on:
        return ()
    return (
        PersonAccountedFor(
            custody=stay.custody,
            person=stay.person,
            agreement=stay.agreement,
            facility=stay.facility,
            night=left_on,
        ),
    )
