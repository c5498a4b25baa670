"""A legal order is entered, by an office that can assert one; it blocks at once (G2, G3)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

import msgspec

from services.intake.domain.hold import about
from services.intake.domain.hold.about import About
from services.intake.domain.hold.state import HoldState, fold
from services.intake.domain.parties import office_of
from shared.contracts.hold import HoldAsserted, HoldScope
from shared.kernel.actor import Actor
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.codes import Code, HoldForm
from shared.kernel.decider import Decider, Reading
from shared.kernel.event import Event
from shared.kernel.ids import HoldId
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken

HoldOffice = Literal["court", "counsel", "central-authority", "consulate"]
"""The offices that can assert a hold, and lift their own (G2)."""


class HoldStandsAlready(Conflict):
    """A hold with this id was asserted before."""


class OrderReceivedInTheFuture(RuleBroken):
    """An order binds from the minute it was received, and that minute has come (G3)."""

    RULE = "G3"


class HoldsAreNotForThisOffice(NotAllowed):
    """Courts, counsel, central authorities and consulates assert holds (G2)."""

    RULE = "G2"


class AssertHold(msgspec.Struct, frozen=True, kw_only=True):
    """Enter a legal order; it blocks at once."""

    hold: HoldId
    scope: HoldScope
    form: HoldForm
    received_at: datetime
    reference: Code
    now: datetime
    actor: Actor


class AssertionState(msgspec.Struct, frozen=True):
    """The hold, and what is on record of whom or what it names."""

    hold: HoldState
    about: About


def _boundary(command: AssertHold) -> Reading[AssertionState]:
    hold = yield from fold(command.hold)
    return AssertionState(hold, (yield from about.read(command.scope)))


def _assert(command: AssertHold, state: AssertionState) -> tuple[Event, ...]:
    if command.actor.office not in get_args(HoldOffice):
        raise HoldsAreNotForThisOffice(f"the office {command.actor.office} asserts no holds")
    if state.hold.asserted:
        raise HoldStandsAlready(f"hold {command.hold} stands already")
    if command.received_at > command.now + MAX_CLOCK_SKEW:
        raise OrderReceivedInTheFuture("received_at is in the future: say when it was received")
    about.on_record(command.scope, state.about)
    asserted = HoldAsserted(
        hold=command.hold,
        scope=command.scope,
        form=command.form,
        received_at=command.received_at,
        issued_by=command.actor.party,
        office=office_of(command.actor),
        reference=command.reference,
        asserted_by=str(command.actor),
    )
    return (asserted,)


ASSERT_HOLD = Decider(boundary=_boundary, decide=_assert)
