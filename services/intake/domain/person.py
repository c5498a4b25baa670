"""A person: a pseudonym with a salted commitment. Who it is stands in the vault alone."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shared.contracts.added_document import DocumentAdded
from shared.contracts.case_return import CaseReturned
from shared.contracts.erasure import PersonErased
from shared.contracts.identity import NearMatchFound
from shared.contracts.intake import (
    CaseProposed,
    CaseTransferred,
    CaseWithdrawn,
    HeldDocument,
    PersonRegistered,
)
from shared.contracts.wrongful_transfer import RecallCompleted
from shared.kernel.actor import INDEPENDENT, Actor
from shared.kernel.codes import Party, Sha256
from shared.kernel.decider import Boundary, Decider, Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, PersonId
from shared.kernel.rejected import Conflict, NotAllowed, Unknown


class PersonState(msgspec.Struct, frozen=True):
    """Whether a person is registered, by whom, and which case of theirs is open."""

    registered: PersonRegistered | None = None
    """With every document that was added since, and the commitment to all of them."""
    open_case: CaseId | None = None
    erased: PersonErased | None = None
    """What says that nobody knows any more who it was."""


CASE_IS_OVER = (CaseWithdrawn, CaseTransferred, CaseReturned, RecallCompleted)
"""After these the person may be proposed again."""


def evolve(state: PersonState, event: Event) -> PersonState:
    """The person after one more event that names them."""
    match event:
        case PersonRegistered():
            return msgspec.structs.replace(state, registered=event)
        case DocumentAdded() if state.registered:
            return msgspec.structs.replace(state, registered=_with(state.registered, event))
        case PersonErased():
            return msgspec.structs.replace(state, erased=event)
        case CaseProposed():
            return msgspec.structs.replace(state, open_case=event.case)
        case CaseWithdrawn() | CaseTransferred() | CaseReturned() | RecallCompleted() if (
            event.case == state.open_case
        ):
            return msgspec.structs.replace(state, open_case=None)
        case _:
            return state


def _with(registered: PersonRegistered, added: DocumentAdded) -> PersonRegistered:
    documents = (*registered.documents, added.document)
    return msgspec.structs.replace(registered, commitment=added.commitment, documents=documents)


def fold(person: PersonId) -> Fold[PersonState]:
    """One person's registration and the case that is open."""
    return Fold(
        name=f"person/{person}",
        alternatives=(
            on(PersonRegistered, DocumentAdded, PersonErased, person=person),
            on(CaseProposed, *CASE_IS_OVER, person=person),
        ),
        initial=PersonState(),
        evolve=evolve,
    )


class PersonIsUnknown(Unknown):
    """No person has this pseudonym."""


class PersonIsErased(Conflict):
    """Who had this pseudonym was erased (G22): nothing is done about nobody."""

    RULE = "G22"


class RegisteredAlready(Conflict):
    """The pseudonym belongs to somebody already."""


class DocumentRegistered(Conflict):
    """One document is one person's, and the state has registered them (G9)."""

    RULE = "G9"


class OnlyStatesRegister(NotAllowed):
    """A person is registered by a state, which then answers for the vault's content."""


class RegisterPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Give a person a pseudonym; commitments tie it and its documents to the vault.

    What the vault's index knows comes with it: who was registered with one of the documents, and
    who may be them: by any spelling of the name with the birth date, or by what a document looks
    like (G9).
    """

    person: PersonId
    commitment: Sha256
    documents: tuple[HeldDocument, ...] = ()
    actor: Actor
    same_document: tuple[PersonId, ...] = ()
    alike: tuple[PersonId, ...] = ()


def registration(state: PersonState, person: PersonId) -> PersonRegistered:
    """The person's registration; raises `PersonIsUnknown` when there is none, and `PersonIsErased`
    when nobody knows any more who it was.
    """
    registered = on_record(state, person)
    if state.erased:
        raise PersonIsErased(
            f"person {person} was erased ({state.erased.reason}): register whoever it is anew"
        )
    return registered


def on_record(state: PersonState, person: PersonId) -> PersonRegistered:
    """The registration, also of a person who was erased since; raises `PersonIsUnknown`."""
    if state.registered is None:
        raise PersonIsUnknown(f"there is no person {person}: register the person first")
    return state.registered


class RegistrationState(msgspec.Struct, frozen=True):
    """The pseudonym, and those whom the vault's index names beside it."""

    own: PersonState
    others: dict[PersonId, PersonState]
    """Those who were registered with one of the documents, or are alike."""

    @property
    def still_known(self) -> dict[PersonId, PersonState]:
        """Those of them whom nobody has erased since the index was asked."""
        return {name: other for name, other in self.others.items() if not other.erased}


def boundary(command: RegisterPerson) -> Boundary[RegistrationState]:
    """What a registration depends on."""
    names = sorted({*command.same_document, *command.alike})

    def together(own: PersonState, *others: PersonState) -> RegistrationState:
        return RegistrationState(own, dict(zip(names, others, strict=True)))

    return Boundary((fold(command.person), *map(fold, names)), together)


def _register(command: RegisterPerson, state: RegistrationState) -> tuple[Event, ...]:
    party = command.actor.party
    if party == INDEPENDENT:
        raise OnlyStatesRegister("an independent office registers nobody")
    if state.own.registered:
        raise RegisteredAlready(f"person {command.person} is registered already")
    for known in command.same_document:
        other = state.still_known.get(known)
        if other and other.registered and is_of_agency(other.registered, party):
            raise DocumentRegistered(f"this document is person {known}'s: use that pseudonym")
    return (registered_now(command), *near_matches(command, state))


def is_of_agency(registered: PersonRegistered, party: Party) -> bool:
    """Whether a state's intake agency registered the person, and no office for its order (D9)."""
    return registered.registered_by == party and registered.meant_by is None


def near_matches(command: RegisterPerson, state: RegistrationState) -> Iterator[Event]:
    """Whoever shares the name and birth date, or a document that another state registered; nobody
    who was erased since the vault's index was asked.
    """
    for other in state.still_known:
        yield NearMatchFound(person=command.person, other=other, registrar=str(command.actor))


def registered_now(command: RegisterPerson, meant_by: str | None = None) -> PersonRegistered:
    """The registration; `meant_by` is who registers whom its order means, if it is for one."""
    return PersonRegistered(
        person=command.person,
        registered_by=command.actor.party,
        commitment=command.commitment,
        documents=command.documents,
        meant_by=meant_by,
    )


REGISTER_PERSON = Decider(boundary=boundary, decide=_register)
