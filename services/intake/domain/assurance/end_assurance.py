"""Its giver and the court or counsel that has it end an assurance together (D5)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain.assurance.state import AssuranceState, fold, in_force
from shared.contracts.assurance import AssuranceEndAsked, AssuranceEnded, AssuranceGiven
from shared.kernel.actor import Actor
from shared.kernel.codes import Code
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import AssuranceId
from shared.kernel.rejected import NotAllowed


class EndedByGiverAndReceiver(NotAllowed):
    """The government that gave it asks, and whoever it was given to agrees: nobody else (D5)."""

    RULE = "D5"


class EndAssurance(msgspec.Struct, frozen=True, kw_only=True):
    """Ask that it ends, for the government that gave it; or agree, for whoever has it."""

    assurance: AssuranceId
    instrument: Code
    now: datetime
    actor: Actor


def _end(command: EndAssurance, state: AssuranceState) -> tuple[Event, ...]:
    given, by = in_force(state, command.assurance), str(command.actor)
    if (command.actor.party, command.actor.office) == (given.giver, "central-authority"):
        asked = AssuranceEndAsked(
            assurance=given.assurance,
            person=given.person,
            instrument=command.instrument,
            asked_by=by,
        )
        return (asked,)
    receiver = f"the {given.to_office} {given.to_body} of {given.to_party}"
    if not command.actor.is_same_body(_receiver(given)):
        raise EndedByGiverAndReceiver(f"{given.giver} asks, and {receiver} agrees that it ends")
    if state.asked is None or state.asked.instrument != command.instrument:
        raise EndedByGiverAndReceiver(f"{given.giver} asks first, by the instrument that you name")
    ended = AssuranceEnded(
        assurance=given.assurance,
        person=given.person,
        instrument=command.instrument,
        agreed_by=by,
        ended_at=command.now,
    )
    return (ended,)


def _receiver(given: AssuranceGiven) -> Actor:
    """Somebody of the body that it was given to."""
    return Actor(given.to_party, given.to_office, f"{given.to_body}/somebody")


END_ASSURANCE = Decider(boundary=lambda command: only(fold(command.assurance)), decide=_end)
