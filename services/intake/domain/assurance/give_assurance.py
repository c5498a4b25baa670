"""A government assures a court or counsel that a person does not depart before an instant (D5)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain import person as persons
from services.intake.domain.assurance import state as assurances
from services.intake.domain.assurance.state import AssuranceState
from services.intake.domain.person import PersonState
from shared.contracts.assurance import AssuranceGiven, AssuredOffice
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.clock import has_happened
from shared.kernel.codes import Body, Code, Party
from shared.kernel.decider import Boundary, Decider
from shared.kernel.event import Event
from shared.kernel.ids import AssuranceId, PersonId
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken


class AssuranceStandsAlready(Conflict):
    """An assurance with this id was given before."""


class OnlyGovernmentsAssure(NotAllowed):
    """An assurance is a government's word: its central authority gives it (D5)."""

    RULE = "D5"


class AssuranceAssuresNothing(RuleBroken):
    """An assurance was given by now, and its instant is still to come (D5)."""

    RULE = "D5"


class GiveAssurance(msgspec.Struct, frozen=True, kw_only=True):
    """Assure one body of courts or counsel that a person does not depart before an instant."""

    assurance: AssuranceId
    person: PersonId
    to_party: Party
    to_office: AssuredOffice
    to_body: Body
    reference: Code
    given_at: datetime
    until: datetime
    now: datetime
    actor: Actor


class GivingState(msgspec.Struct, frozen=True):
    """The assurance, and the person whom it is about."""

    assurance: AssuranceState
    person: PersonState


def _boundary(command: GiveAssurance) -> Boundary[GivingState]:
    folds = (assurances.fold(command.assurance), persons.fold(command.person))
    return Boundary(folds, GivingState)


def _give(command: GiveAssurance, state: GivingState) -> tuple[Event, ...]:
    actor = command.actor
    if actor.office != "central-authority" or actor.party == INDEPENDENT:
        raise OnlyGovernmentsAssure(f"the office {actor.office} of {actor.party} gives none")
    if state.assurance.given:
        raise AssuranceStandsAlready(f"assurance {command.assurance} is given already")
    persons.registration(state.person, command.person)
    if not has_happened(command.given_at, command.now) or command.until <= command.now:
        raise AssuranceAssuresNothing(
            "say when it was given, which has come, and until when it binds, which has not"
        )
    given = AssuranceGiven(
        assurance=command.assurance,
        person=command.person,
        giver=actor.party,
        to_party=command.to_party,
        to_office=command.to_office,
        to_body=command.to_body,
        reference=command.reference,
        given_at=command.given_at,
        until=command.until,
        given_by=str(actor),
    )
    return (given,)


GIVE_ASSURANCE = Decider(boundary=_boundary, decide=_give)
