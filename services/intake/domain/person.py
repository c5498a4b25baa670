"""A person: a pseudonym with a salted commitment. Who it is stands in the vault alone."""

from __future__ import annotations

import msgspec

from shared.contracts.codes import Sha256
from shared.contracts.intake import CaseProposed, CaseTransferred, CaseWithdrawn, PersonRegistered
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.decider import Decider, Fold, on, only
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, PersonId
from shared.kernel.rejected import Conflict, NotAllowed, Unknown


class PersonState(msgspec.Struct, frozen=True):
    """Whether a person is registered, by whom, and which case of theirs is open."""

    registered: PersonRegistered | None = None
    open_case: CaseId | None = None


def evolve(state: PersonState, event: Event) -> PersonState:
    """The person after one more event that names them."""
    match event:
        case PersonRegistered():
            return msgspec.structs.replace(state, registered=event)
        case CaseProposed():
            return msgspec.structs.replace(state, open_case=event.case)
        case CaseWithdrawn() | CaseTransferred() if event.case == state.open_case:
            return msgspec.structs.replace(state, open_case=None)
        case _:
            return state


def fold(person: PersonId) -> Fold[PersonState]:
    """One person's registration and the case that is open."""
    return Fold(
        name=f"person/{person}",
        alternatives=(
            on(PersonRegistered, CaseProposed, CaseWithdrawn, CaseTransferred, person=person),
        ),
        initial=PersonState(),
        evolve=evolve,
    )


class PersonIsUnknown(Unknown):
    """No person has this pseudonym."""


class RegisteredAlready(Conflict):
    """The pseudonym belongs to somebody already."""


class OnlyStatesRegister(NotAllowed):
    """A person is registered by a state, which then answers for the vault's content."""


class RegisterPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Give a person a pseudonym; the commitment ties it to the vault."""

    person: PersonId
    commitment: Sha256
    actor: Actor


def registration(state: PersonState, person: PersonId) -> PersonRegistered:
    """The person's registration; raises `PersonIsUnknown` when there is none."""
    if state.registered is None:
        raise PersonIsUnknown(f"there is no person {person}: register the person first")
    return state.registered


def _register(command: RegisterPerson, state: PersonState) -> tuple[Event, ...]:
    if command.actor.party == INDEPENDENT:
        raise OnlyStatesRegister("an independent office registers nobody")
    if state.registered:
        raise RegisteredAlready(f"person {command.person} is registered already")
    registered = PersonRegistered(
        person=command.person,
        registered_by=command.actor.party,
        commitment=command.commitment,
    )
    return (registered,)


REGISTER_PERSON = Decider(boundary=lambda command: only(fold(command.person)), decide=_register)
