"""Another subject of the body that was named confirms it: then two of it can lift (G2)."""

from __future__ import annotations

import msgspec

from services.intake.domain.hold.name_body import HoldHasItsBody
from services.intake.domain.hold.state import (
    HoldState,
    by_another,
    fold,
    issuer,
    office_of_issuer,
    open_hold,
    within,
)
from shared.contracts.hold import HoldBodyConfirmed
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import HoldId
from shared.kernel.rejected import Conflict, NotAllowed


class NoBodyIsNamed(Conflict):
    """There is nothing to confirm: whoever asserted the hold names its body first."""


class OnlyTheBodyConfirms(NotAllowed):
    """A body answers for itself: no other office, and no other body of it, confirms it (G2)."""

    RULE = "G2"


class ConfirmBody(msgspec.Struct, frozen=True, kw_only=True):
    """Confirm, as another subject of the body that was named, that the hold is its own."""

    hold: HoldId
    actor: Actor


def _confirm(command: ConfirmBody, state: HoldState) -> tuple[Event, ...]:
    asserted = open_hold(state, command.hold)
    asserter = issuer(asserted, state.body_confirmed)
    if asserter.names_a_body:
        raise HoldHasItsBody(f"this hold is of {asserter.body}: two subjects of it lift it")
    if state.body_named is None:
        raise NoBodyIsNamed(f"no body is named: {asserter} names it with :name-body")
    named = within(asserter, state.body_named.body)
    if not command.actor.is_same_body(named):
        raise OnlyTheBodyConfirms(
            f"only {office_of_issuer(named)} confirms that the hold is its own"
        )
    by_another(str(named), command.actor, "whoever asserted a hold does not confirm its body")
    confirmed = HoldBodyConfirmed(
        hold=command.hold,
        scope=asserted.scope,
        body=state.body_named.body,
        confirmed_by=str(command.actor),
    )
    return (confirmed,)


CONFIRM_BODY = Decider(boundary=lambda command: only(fold(command.hold)), decide=_confirm)
