"""The issuing office says, by another subject, that it stands by its order (G2)."""

from __future__ import annotations

import msgspec

from services.intake.domain.hold.state import (
    HoldIsSettled,
    HoldState,
    by_another,
    fold,
    issuer,
    office_of_issuer,
    open_hold,
)
from shared.contracts.hold import HoldVerified
from shared.kernel.actor import Actor
from shared.kernel.codes import Code
from shared.kernel.decider import Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import HoldId
from shared.kernel.rejected import NotAllowed


class OnlyItsIssuerVerifies(NotAllowed):
    """The issuing office says whether it stands by its order; nobody else knows (G2)."""

    RULE = "G2"


class VerifyHold(msgspec.Struct, frozen=True, kw_only=True):
    """Confirm for the issuing office, as another subject of it, that it stands by the order."""

    hold: HoldId
    instrument: Code
    actor: Actor


def _verify(command: VerifyHold, state: HoldState) -> tuple[Event, ...]:
    asserted = open_hold(state, command.hold)
    if state.verified:
        raise HoldIsSettled(f"hold {command.hold} is verified by {state.verified.instrument}")
    asserter = issuer(asserted, state.body_confirmed)
    for verifier in (asserted.asserted_by, str(asserter)):
        by_another(
            verifier, command.actor, "whoever asserted a hold does not verify it: ask a colleague"
        )
    if not command.actor.is_same_body(asserter):
        raise OnlyItsIssuerVerifies(
            f"only {office_of_issuer(asserter)} verifies this hold; it blocks until it is lifted,"
            " verified or not"
        )
    verified = HoldVerified(
        hold=command.hold,
        scope=asserted.scope,
        instrument=command.instrument,
        verified_by=str(command.actor),
    )
    return (verified,)


VERIFY_HOLD = Decider(boundary=lambda command: only(fold(command.hold)), decide=_verify)
