"""A hold: a legal order that forbids a departure, from its assertion until its issuer lifts it."""

from __future__ import annotations

from typing import assert_never

import msgspec

from services.intake.domain.parties import same_subject
from shared.contracts.hold import (
    HoldAsserted,
    HoldBodyConfirmed,
    HoldBodyNamed,
    HoldLifted,
    HoldLiftRequested,
    HoldVerified,
)
from shared.kernel.actor import Actor
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import HoldId
from shared.kernel.rejected import Conflict, NotAllowed, Unknown

HoldChange = (
    HoldAsserted | HoldVerified | HoldBodyNamed | HoldBodyConfirmed | HoldLiftRequested | HoldLifted
)


class HoldState(msgspec.Struct, frozen=True):
    """One hold's own history; not asserted means that there is no such hold."""

    asserted: HoldAsserted | None = None
    verified: HoldVerified | None = None
    body_named: HoldBodyNamed | None = None
    body_confirmed: HoldBodyConfirmed | None = None
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
        case HoldBodyNamed():
            return msgspec.structs.replace(state, body_named=event)
        case HoldBodyConfirmed():
            return msgspec.structs.replace(state, body_confirmed=event)
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
        alternatives=(on(HoldChange, hold=hold),),
        initial=HoldState(),
        evolve=evolve,
    )


class HoldIsUnknown(Unknown):
    """No hold has this id."""


class HoldIsSettled(Conflict):
    """The hold was verified or lifted already."""


class TwoSubjectsAreNeeded(NotAllowed):
    """Whoever asked or asserted is not the one who confirms (G2)."""

    RULE = "G2"


def open_hold(state: HoldState, hold: HoldId) -> HoldAsserted:
    """The assertion of a hold that stands; raises `HoldIsUnknown` or `HoldIsSettled`."""
    if state.asserted is None:
        raise HoldIsUnknown(f"there is no hold {hold}")
    if state.lifted:
        raise HoldIsSettled(f"hold {hold} was lifted by {state.lifted.instrument}")
    return state.asserted


def issuer(asserted: HoldAsserted, confirmed: HoldBodyConfirmed | None) -> Actor:
    """Who asserted it, within the body that a second subject has confirmed, if that was needed."""
    asserter = Actor.read(asserted.asserted_by)
    return within(asserter, confirmed.body) if confirmed else asserter


def within(asserter: Actor, body: str) -> Actor:
    """The asserter as a subject of this body: whose second subject it is not."""
    return msgspec.structs.replace(asserter, subject=f"{body}/{asserter.subject}")


def office_of_issuer(asserter: Actor) -> str:
    """The issuing office, for people: `XX:court:district-court-9/…`."""
    return f"{asserter.party}:{asserter.office}:{asserter.body}/…"


def by_another(first: str, second: Actor, otherwise: str) -> None:
    """Refuse (`TwoSubjectsAreNeeded`) who is the subject that did the first step."""
    if same_subject(first, second):
        raise TwoSubjectsAreNeeded(otherwise)
