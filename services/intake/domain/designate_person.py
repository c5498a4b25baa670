"""A court, counsel, consulate or central authority registers whom its order means (D9).

What it knows of them suffices: a name and birth date, or a document. Whoever may be them is a near
match, so that an order on this pseudonym binds them at every gate, whether the agency registered
them before or does so later, under whatever spelling; and whose order it is says who is not meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from services.intake.domain import person as persons
from services.intake.domain.hold.assert_hold import HoldOffice
from services.intake.domain.parties import same_body, same_subject
from services.intake.domain.person import (
    RegisteredAlready,
    RegisterPerson,
    RegistrationState,
    near_matches,
    registered_now,
)
from shared.contracts.hold import HoldAsserted
from shared.contracts.intake import PersonRegistered
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider
from shared.kernel.event import Event
from shared.kernel.rejected import NotAllowed


class OnlyWhoAssertsHoldsDesignates(NotAllowed):
    """Whoever may assert a hold registers whom it means (D9)."""

    RULE = "D9"


class WhoeverMeantDecides(NotAllowed):
    """Only the body that registered whom its order means says who is not meant (D9)."""

    RULE = "D9"


def _designate(command: RegisterPerson, state: RegistrationState) -> tuple[Event, ...]:
    if command.actor.office not in get_args(HoldOffice):
        raise OnlyWhoAssertsHoldsDesignates(
            f"the office {command.actor.office} asserts no holds, and registers nobody for one"
        )
    if state.own.registered:
        raise RegisteredAlready(f"person {command.person} is registered already")
    return (registered_now(command, meant_by=str(command.actor)), *near_matches(command, state))


def designators(*registered: PersonRegistered) -> Iterator[str]:
    """Whoever registered one of these for an order, in the name of a body: their body decides."""
    for registration in registered:
        if registration.meant_by and Actor.read(registration.meant_by).names_a_body:
            yield registration.meant_by


def only_whoever_decides(actor: Actor, meant_by: str | None) -> None:
    """Refuse anybody but a second subject of the body that registered whom it means (D9); about
    whom no body meant an intake agency decides (G9).
    """
    if meant_by is None:
        if actor.office != "intake-agency":
            raise WhoeverMeantDecides("an intake agency says who those are whom no body meant")
    elif not same_body(meant_by, actor):
        raise WhoeverMeantDecides(
            f"{meant_by} registered whom an order means: only another subject of that body says"
            " who is not meant, so ask there"
        )
    elif same_subject(meant_by, actor):
        raise WhoeverMeantDecides("you registered whom you mean: another subject of your body says")


def is_its_own(hold: HoldAsserted, actor: Actor) -> bool:
    """Whether the order is of the actor's body, and another subject of it asserted it (G2)."""
    asserter = hold.asserted_by
    return same_body(asserter, actor) and not same_subject(asserter, actor)


DESIGNATE_PERSON = Decider(boundary=persons.boundary, decide=_designate)
