"""A legal order is entered, by an office that can assert one; it blocks at once (G2, G3)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

import msgspec

from services.intake.domain import person as persons
from services.intake.domain.hold.state import HoldState, fold
from services.intake.domain.parties import office_of
from services.intake.domain.person import PersonState
from shared.contracts.hold import HoldAsserted, HoldScope
from shared.kernel.actor import Actor
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.codes import Code, HoldForm
from shared.kernel.decider import Boundary, Decider
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
    """The hold, and the person whom it protects if it is about one."""

    hold: HoldState
    person: PersonState | None = None


def _assertion_boundary(command: AssertHold) -> Boundary[AssertionState]:
    own = fold(command.hold)
    person = command.scope.named_person
    if person is None:
        return Boundary((own,), AssertionState)
    return Boundary((own, persons.fold(person)), AssertionState)


def _assert(command: AssertHold, state: AssertionState) -> tuple[Event, ...]:
    if command.actor.office not in get_args(HoldOffice):
        raise HoldsAreNotForThisOffice(f"the office {command.actor.office} asserts no holds")
    if state.hold.asserted:
        raise HoldStandsAlready(f"hold {command.hold} stands already")
    if command.received_at > command.now + MAX_CLOCK_SKEW:
        raise OrderReceivedInTheFuture("received_at is in the future: say when it was received")
    if state.person is not None and command.scope.named_person is not None:
        persons.registration(state.person, command.scope.named_person)
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


ASSERT_HOLD = Decider(boundary=_assertion_boundary, decide=_assert)
