"""Whoever asserted a hold without naming a body says which one; it says nothing yet (G2)."""

from __future__ import annotations

import msgspec

from services.intake.domain.hold.state import HoldState, fold, issuer, open_hold
from shared.contracts.hold import HoldBodyNamed
from shared.kernel.actor import Actor
from shared.kernel.codes import Body
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import HoldId
from shared.kernel.rejected import Conflict, NotAllowed


class HoldHasItsBody(Conflict):
    """Which body issued the hold is on record: its asserter's subject says it, or two confirmed."""


class OnlyItsAsserterNamesTheBody(NotAllowed):
    """Whose order it is, is for the one to say who asserted it: nobody takes a hold over (G2)."""

    RULE = "G2"


class NameBody(msgspec.Struct, frozen=True, kw_only=True):
    """Say, as the one who asserted a hold without a body, which body of the office issued it.

    A later one replaces it, until another subject of the body has confirmed it.
    """

    hold: HoldId
    body: Body
    actor: Actor


def _name(command: NameBody, state: HoldState) -> tuple[Event, ...]:
    asserted = open_hold(state, command.hold)
    asserter = issuer(asserted, state.body_confirmed)
    if asserter.names_a_body:
        raise HoldHasItsBody(f"this hold is of {asserter.body}: two subjects of it lift it")
    if str(command.actor) != asserted.asserted_by:
        raise OnlyItsAsserterNamesTheBody(
            f"only {asserter} names the body: ask with the token that asserted the hold"
        )
    named = HoldBodyNamed(
        hold=command.hold,
        scope=asserted.scope,
        body=command.body,
        named_by=str(command.actor),
    )
    return (named,)


NAME_BODY = Decider(boundary=lambda command: only(fold(command.hold)), decide=_name)
