"""A hold is lifted by two subjects of its issuing office, and by nobody else (G2)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.intake.domain.hold.state import (
    HoldState,
    by_another,
    fold,
    issuer,
    office_of_issuer,
    open_hold,
)
from shared.contracts.hold import HoldLifted, HoldLiftRequested
from shared.kernel.actor import Actor
from shared.kernel.codes import Code
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import HoldId
from shared.kernel.rejected import NotAllowed


class NobodyOverridesAHold(NotAllowed):
    """Only the issuing office lifts its hold (G2)."""

    RULE = "G2"


class LiftHold(msgspec.Struct, frozen=True, kw_only=True):
    """Lift a hold by its issuer's instrument: asked for by one subject, done by a second.

    A request that names another instrument replaces the earlier one, whoever makes it.
    """

    hold: HoldId
    instrument: Code
    now: datetime
    actor: Actor


def _of_the_issuing_office(actor: Actor, asserter: Actor) -> None:
    """A party has many courts and firms: the issuing office is one of them, by its body (G2)."""
    if not asserter.names_a_body:
        raise NobodyOverridesAHold(
            f"{asserter} asserted this hold without naming a body, so it has no second subject:"
            " subjects need the form body/person. Its asserter names the body with :name-body, and"
            " another subject of it confirms that with :confirm-body"
        )
    if not actor.is_same_body(asserter):
        raise NobodyOverridesAHold(
            f"only {office_of_issuer(asserter)} lifts this hold: nobody can override it; subjects"
            " need the form body/person"
        )


def _lift(command: LiftHold, state: HoldState) -> tuple[Event, ...]:
    asserted = open_hold(state, command.hold)
    _of_the_issuing_office(command.actor, issuer(asserted, state.body_confirmed))
    request = state.lift_requested
    if request is None or request.instrument != command.instrument:
        requested = HoldLiftRequested(
            hold=command.hold,
            scope=asserted.scope,
            instrument=command.instrument,
            requested_by=str(command.actor),
        )
        return (requested,)
    by_another(
        request.requested_by, command.actor, "the same subject asked: a second one must lift"
    )
    lifted = HoldLifted(
        hold=command.hold,
        scope=asserted.scope,
        instrument=command.instrument,
        lifted_by=str(command.actor),
        lifted_at=command.now,
    )
    return (lifted,)


LIFT_HOLD = Decider(boundary=lambda command: only(fold(command.hold)), decide=_lift)
