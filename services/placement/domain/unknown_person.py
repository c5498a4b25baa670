"""Whoever was counted and is unknown stays open until another subject says who it was (D3)."""

from __future__ import annotations

from datetime import date

import msgspec

from services.placement.domain.facility import state as facilities
from services.placement.domain.facility.state import FacilityCommand, FacilityState, require_own
from shared.contracts.unknown_person import (
    Explanation,
    UnknownPersonCounted,
    UnknownPersonSettled,
)
from shared.kernel.actor import Actor
from shared.kernel.codes import Code
from shared.kernel.decider import Boundary, Decider, Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import CustodyId, FacilityId
from shared.kernel.rejected import NotAllowed, RuleBroken, Unknown


class NobodyUnknownCounted(Unknown):
    """Nobody of that name is open for that night of the facility."""


class NotByWhoSettles(NotAllowed):
    """The registry or the central authority of the facility's state says who it was."""

    RULE = "D3"


class SettledByAttestor(RuleBroken):
    """Who attested the list does not say by themselves who the unknown person on it was."""

    RULE = "D3"


class SettleUnknownPerson(FacilityCommand, frozen=True, kw_only=True):
    """Say who somebody was that a night's list named and the record did not know there."""

    night: date
    counted: CustodyId
    explanation: Explanation
    reference: Code


class OpenNights(msgspec.Struct, frozen=True):
    """The nights on which one custody was counted and unknown, each with who attested it."""

    attested_by: dict[date, str] = msgspec.field(default_factory=dict)


class Unknowns(msgspec.Struct, frozen=True):
    """The facility, and what is open there of one custody."""

    facility: FacilityState
    nights: OpenNights


def evolve(state: OpenNights, event: Event) -> OpenNights:
    """What is open after one more event."""
    match event:
        case UnknownPersonCounted():
            return OpenNights({**state.attested_by, event.night: event.attested_by})
        case UnknownPersonSettled():
            rest = {night: by for night, by in state.attested_by.items() if night != event.night}
            return OpenNights(rest)
        case _:
            return state


def fold(facility: FacilityId, counted: CustodyId) -> Fold[OpenNights]:
    """The nights of one facility on which one custody was counted and unknown."""
    named = on(UnknownPersonCounted, UnknownPersonSettled, facility=facility, counted=counted)
    return Fold(
        name=f"unknown/{facility}/{counted}",
        alternatives=(named,),
        initial=OpenNights(),
        evolve=evolve,
    )


def _open(command: SettleUnknownPerson) -> Boundary[Unknowns]:
    folds = (facilities.fold(command.facility), fold(command.facility, command.counted))
    return Boundary(folds, Unknowns)


def _settle(command: SettleUnknownPerson, state: Unknowns) -> tuple[Event, ...]:
    actor = command.actor
    require_own(state.facility.country, command.facility, actor)
    if actor.office not in ("facility-registry", "central-authority"):
        raise NotByWhoSettles(f"the {actor.office} of {actor.party} cannot say who was counted")
    attested_by = state.nights.attested_by.get(command.night)
    if attested_by is None:
        raise NobodyUnknownCounted(
            f"nobody is open as {command.counted} on {command.night} in {command.facility}: check"
            " the exceptions"
        )
    if Actor.read(attested_by).is_same_subject(actor):
        raise SettledByAttestor(
            f"{attested_by} attested that list: have another subject of {actor.party} say who"
        )
    return (
        UnknownPersonSettled(
            facility=command.facility,
            night=command.night,
            counted=command.counted,
            attested_by=attested_by,
            explanation=command.explanation,
            settled_by=str(actor),
            reference=command.reference,
        ),
    )


SETTLE_UNKNOWN_PERSON = Decider(boundary=_open, decide=_settle)
