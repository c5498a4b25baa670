"""A document that comes later: into the vault by the state that registered the person (G9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from services.intake.domain import identity_match
from services.intake.domain import person as persons
from services.intake.domain.identity_match import Likenesses
from services.intake.domain.parties import only_for
from services.intake.domain.person import DocumentRegistered, PersonState, is_of_agency
from shared.contracts.added_document import DocumentAdded
from shared.contracts.identity import NearMatchFound
from shared.contracts.intake import HeldDocument
from shared.kernel.actor import Actor
from shared.kernel.codes import Sha256
from shared.kernel.decider import Decider, Reading, together
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from shared.kernel.rejected import Conflict


class DocumentHeldAlready(Conflict):
    """The vault holds this paper of the person, by the same kind."""


class VaultReadTooEarly(Conflict):
    """Another document was added since the vault was read: it is read again."""


class AddDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Add a document to what the vault holds of a person.

    `read` is the commitment of the identity that the document was added to, and `commitment` that
    of the identity with it. Whom the vault's index knows by the document comes with it, as in a
    registration.
    """

    person: PersonId
    read: Sha256
    commitment: Sha256
    document: HeldDocument
    actor: Actor
    same_document: tuple[PersonId, ...] = ()
    alike: tuple[PersonId, ...] = ()

    @property
    def others(self) -> tuple[PersonId, ...]:
        """Everybody else whom the person may be by the document, in order."""
        return tuple(sorted({*self.same_document, *self.alike} - {self.person}))


class AdditionState(msgspec.Struct, frozen=True):
    """The person, who they may be, and whom the vault's index names beside them."""

    own: PersonState
    known: Likenesses
    others: dict[PersonId, PersonState]


def _boundary(command: AddDocument) -> Reading[AdditionState]:
    own = yield from persons.fold(command.person)
    known = yield from identity_match.alike(command.person)
    names = command.others
    others = (yield from together(*map(persons.fold, names))) if names else ()
    return AdditionState(own, known, dict(zip(names, others, strict=True)))


def _add(command: AddDocument, state: AdditionState) -> tuple[Event, ...]:
    registered = persons.registration(state.own, command.person)
    only_for(command.actor, registered.registered_by, "add a document of this person")
    if command.document in registered.documents:
        raise DocumentHeldAlready(
            f"the vault holds this {command.document.kind} of person {command.person}: name it"
        )
    if command.read != registered.commitment:
        raise VaultReadTooEarly("another document was added at this moment: ask again")
    others = {name: other for name, other in state.others.items() if not other.erased}
    for name in sorted(others.keys() & {*command.same_document}):
        other = others[name].registered
        if other and is_of_agency(other, registered.registered_by):
            _one_person(command.person, name, state.known)
    added = DocumentAdded(
        person=command.person, document=command.document, commitment=command.commitment
    )
    return (added, *_near_matches(command, state.known, others))


def _one_person(person: PersonId, other: PersonId, known: Likenesses) -> None:
    """One document of a state is one person's, by however many pseudonyms (G9)."""
    if other not in known.merged_with(person):
        raise DocumentRegistered(
            f"this document is person {other}'s: say first that {person} is the same person"
        )


def _near_matches(
    command: AddDocument, known: Likenesses, others: Iterable[PersonId]
) -> Iterator[Event]:
    """Whoever has it too and of whom nobody said yet that they may be the person; nobody who was
    erased since the vault's index was asked.
    """
    one_person = known.merged_with(command.person)
    for other in others:
        is_known = known.between(command.person, other) or other in one_person
        if not is_known:
            yield NearMatchFound(person=command.person, other=other, registrar=str(command.actor))


ADD_DOCUMENT = Decider(boundary=_boundary, decide=_add)
