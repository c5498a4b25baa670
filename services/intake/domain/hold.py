"""A hold: a legal order that forbids a departure, from its assertion until its issuer lifts it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, assert_never, get_args

import msgspec

from services.intake.domain import person as persons
from services.intake.domain.parties import office_of, same_subject
from services.intake.domain.person import PersonState
from shared.contracts.codes import Code, HoldForm
from shared.contracts.hold import (
    CountryScope,
    HoldAsserted,
    HoldLifted,
    HoldLiftRequested,
    HoldScope,
    HoldVerified,
    PersonScope,
)
from shared.kernel.actor import Actor
from shared.kernel.clock import MAX_CLOCK_SKEW
from shared.kernel.decider import Boundary, Decider, Fold, on, only
from shared.kernel.event import Event
from shared.kernel.ids import HoldId
from shared.kernel.rejected import Conflict, NotAllowed, RuleBroken, Unknown

HoldOffice = Literal["court", "counsel", "central-authority", "consulate"]
"""The offices that can assert a hold, and lift their own (G2)."""


HoldChange = HoldAsserted | HoldVerified | HoldLiftRequested | HoldLifted


class HoldState(msgspec.Struct, frozen=True):
    """One hold's own story; not asserted means that there is no such hold."""

    asserted: HoldAsserted | None = None
    verified: HoldVerified | None = None
    lift_requested: HoldLiftRequested | None = None
    lifted: HoldLifted | None = None


def evolve(state: HoldState, event: Event) -> HoldState:
    """The hold after one more of its events."""
    if not isinstance(event, HoldChange):
        return state
    match event:
        case HoldAsserted():
            return HoldState(asserted=event)
        case HoldVerified():
            return msgspec.structs.replace(state, verified=event)
        case HoldLiftRequested():
            return msgspec.structs.replace(state, lift_requested=event)
        case HoldLifted():
            return msgspec.structs.replace(state, lifted=event)
        case _:
            assert_never(event)


def fold(hold: HoldId) -> Fold[HoldState]:
    """Everything that was recorded about one hold."""
    return Fold(
        name=f"hold/{hold}",
        alternatives=(on(HoldAsserted, HoldVerified, HoldLiftRequested, HoldLifted, hold=hold),),
        initial=HoldState(),
        evolve=evolve,
    )


class HoldIsUnknown(Unknown):
    """No hold has this id."""


class HoldStandsAlready(Conflict):
    """A hold with this id was asserted before."""


class HoldIsSettled(Conflict):
    """The hold was verified or lifted already."""


class OrderReceivedInTheFuture(RuleBroken):
    """An order binds from the minute it was received, and that minute has come (G3)."""

    RULE = "G3"


class HoldsAreNotForThisOffice(NotAllowed):
    """Courts, counsel, central authorities and consulates assert holds (G2)."""

    RULE = "G2"


class NobodyOverridesAHold(NotAllowed):
    """Only the issuing office lifts its hold (G2)."""

    RULE = "G2"


class OnlyItsIssuerVerifies(NotAllowed):
    """The issuing office says whether it stands by its order; nobody else knows (G2)."""

    RULE = "G2"


class TwoSubjectsAreNeeded(NotAllowed):
    """Whoever asked or asserted is not the one who confirms (G2)."""

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


class VerifyHold(msgspec.Struct, frozen=True, kw_only=True):
    """Confirm for the issuing office, as another subject of it, that it stands by the order."""

    hold: HoldId
    instrument: Code
    actor: Actor


class LiftHold(msgspec.Struct, frozen=True, kw_only=True):
    """Lift a hold by its issuer's instrument: asked for by one subject, done by a second.

    A request that names another instrument replaces the earlier one, whoever makes it.
    """

    hold: HoldId
    instrument: Code
    actor: Actor


class AssertionState(msgspec.Struct, frozen=True):
    """The hold, and the person whom it protects if it is about one."""

    hold: HoldState
    person: PersonState | None = None


def _assertion_boundary(command: AssertHold) -> Boundary[AssertionState]:
    own = fold(command.hold)
    match command.scope:
        case PersonScope():
            return Boundary((own, persons.fold(command.scope.person)), AssertionState)
        case CountryScope():
            return Boundary((own,), AssertionState)
        case _:
            assert_never(command.scope)


def _assert(command: AssertHold, state: AssertionState) -> tuple[Event, ...]:
    if command.actor.office not in get_args(HoldOffice):
        raise HoldsAreNotForThisOffice(f"the office {command.actor.office} asserts no holds")
    if state.hold.asserted:
        raise HoldStandsAlready(f"hold {command.hold} stands already")
    if command.received_at > command.now + MAX_CLOCK_SKEW:
        raise OrderReceivedInTheFuture("received_at is in the future: say when it was received")
    if state.person is not None and isinstance(command.scope, PersonScope):
        persons.registration(state.person, command.scope.person)
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


def _open(state: HoldState, hold: HoldId) -> HoldAsserted:
    if state.asserted is None:
        raise HoldIsUnknown(f"there is no hold {hold}")
    if state.lifted:
        raise HoldIsSettled(f"hold {hold} was lifted by {state.lifted.instrument}")
    return state.asserted


def _verify(command: VerifyHold, state: HoldState) -> tuple[Event, ...]:
    asserted = _open(state, command.hold)
    if state.verified:
        raise HoldIsSettled(f"hold {command.hold} is verified by {state.verified.instrument}")
    if same_subject(asserted.asserted_by, command.actor):
        raise TwoSubjectsAreNeeded("whoever asserted a hold does not verify it: ask a colleague")
    asserter = Actor.read(asserted.asserted_by)
    if not command.actor.is_same_body(asserter):
        raise OnlyItsIssuerVerifies(
            f"only {_office(asserter)} verifies this hold; it blocks until it is lifted, verified"
            " or not"
        )
    verified = HoldVerified(
        hold=command.hold,
        scope=asserted.scope,
        instrument=command.instrument,
        verified_by=str(command.actor),
    )
    return (verified,)


def _of_the_issuing_office(actor: Actor, asserter: Actor) -> None:
    """A party has many courts and firms: the issuing office is one of them, by its body (G2)."""
    if not asserter.names_a_body:
        raise NobodyOverridesAHold(
            f"{asserter} asserted this hold without naming a body, so it has no second subject:"
            " subjects need the form body/person"
        )
    if not actor.is_same_body(asserter):
        raise NobodyOverridesAHold(
            f"only {_office(asserter)} lifts this hold: nobody can override it; subjects need the"
            " form body/person"
        )


def _office(asserter: Actor) -> str:
    return f"{asserter.party}:{asserter.office}:{asserter.body}/…"


def _lift(command: LiftHold, state: HoldState) -> tuple[Event, ...]:
    asserted = _open(state, command.hold)
    actor = command.actor
    _of_the_issuing_office(actor, Actor.read(asserted.asserted_by))
    asked = state.lift_requested
    if asked is None or asked.instrument != command.instrument:
        requested = HoldLiftRequested(
            hold=command.hold,
            scope=asserted.scope,
            instrument=command.instrument,
            requested_by=str(actor),
        )
        return (requested,)
    if same_subject(asked.requested_by, actor):
        raise TwoSubjectsAreNeeded("the same subject asked already: a second one must lift it")
    lifted = HoldLifted(
        hold=command.hold,
        scope=asserted.scope,
        instrument=command.instrument,
        lifted_by=str(actor),
    )
    return (lifted,)


ASSERT_HOLD = Decider(boundary=_assertion_boundary, decide=_assert)
VERIFY_HOLD = Decider(boundary=lambda command: only(fold(command.hold)), decide=_verify)
LIFT_HOLD = Decider(boundary=lambda command: only(fold(command.hold)), decide=_lift)
