"""An office records what excludes a person: it forbids the transfer at once, at every gate (G8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, get_args

import msgspec

from services.intake.domain import person as persons
from services.intake.domain.exclusion import state as exclusions
from services.intake.domain.exclusion.state import ExclusionIsForAnotherOffice, ExclusionState
from services.intake.domain.parties import office_of
from services.intake.domain.person import PersonState
from shared.contracts.exclusion import ExclusionMatched
from shared.kernel.actor import Actor
from shared.kernel.codes import ExclusionKind, Sha256
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import ExclusionId, PersonId
from shared.kernel.rejected import Conflict, RuleBroken

ExclusionOffice = Literal["intake-agency", "central-authority", "court", "counsel", "consulate"]
"""The offices that can record an exclusion, and withdraw their own (G8)."""


class ExclusionStandsAlready(Conflict):
    """An exclusion with this id was recorded before."""


class ExclusionIsOver(RuleBroken):
    """An exclusion whose last day has passed forbids nothing."""

    RULE = "G8"


class MatchExclusion(msgspec.Struct, frozen=True, kw_only=True):
    """Record that a person is not to be transferred; `document` is the signed paper's digest."""

    exclusion: ExclusionId
    person: PersonId
    matched: ExclusionKind
    document: Sha256
    valid_until: date | None = None
    """The last day of it, in UTC; until it is withdrawn, where none is named."""
    on: date
    """The day on which it was signed, in UTC."""
    matched_at: datetime
    """The minute of that."""
    actor: Actor


class MatchState(msgspec.Struct, frozen=True):
    """The exclusion, and the person whom it is about."""

    exclusion: ExclusionState
    person: PersonState


def _boundary(command: MatchExclusion) -> Boundary[MatchState]:
    folds = (exclusions.fold(command.exclusion), persons.fold(command.person))
    return Boundary(folds, MatchState)


def _match(command: MatchExclusion, state: MatchState) -> tuple[Event, ...]:
    _may_record(command.actor)
    if state.exclusion.matched:
        raise ExclusionStandsAlready(f"exclusion {command.exclusion} is recorded already")
    persons.registration(state.person, command.person)
    if command.valid_until is not None and command.valid_until < command.on:
        raise ExclusionIsOver(f"{command.valid_until} has passed: say until when it is so, or none")
    matched = ExclusionMatched(
        exclusion=command.exclusion,
        person=command.person,
        document=command.document,
        matched=command.matched,
        signed_by=command.actor.party,
        office=office_of(command.actor),
        recorded_by=str(command.actor),
        matched_at=command.matched_at,
        valid_until=command.valid_until,
    )
    return (matched,)


def _may_record(actor: Actor) -> None:
    if actor.office not in get_args(ExclusionOffice):
        raise ExclusionIsForAnotherOffice(f"the office {actor.office} records no exclusion")
    if not exclusions.can_have_a_second(actor):
        raise ExclusionIsForAnotherOffice(
            "nobody could withdraw it: ask with a token whose subject is <body>/<person>"
        )


MATCH_EXCLUSION = Decider(boundary=_boundary, decide=_match)
