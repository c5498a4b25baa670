"""Looking for a person and reading who they are: on record before anything is shown (G22)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from services.intake.domain import person as persons
from services.intake.domain.parties import ActsOnlyForItself, office_of, only_for
from services.intake.domain.person import PersonState
from shared.contracts.recorded_read import (
    SEARCHING,
    PersonSearched,
    Purpose,
    SubjectExported,
    VaultRead,
)
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import PersonId, SearchId


class SearchPersons(msgspec.Struct, frozen=True, kw_only=True):
    """Look for a person; what the vault's index knows comes with it, as pseudonyms."""

    search: SearchId
    by: Literal["name", "document"]
    persons: tuple[PersonId, ...]
    actor: Actor
    purpose: Purpose


class ReadVault(msgspec.Struct, frozen=True, kw_only=True):
    """Read in the vault who a person is."""

    person: PersonId
    actor: Actor
    purpose: Purpose


class ExportSubject(msgspec.Struct, frozen=True, kw_only=True):
    """Hand out all that the record says of a person: subject access."""

    person: PersonId
    actor: Actor
    purpose: Purpose


def _all(command: SearchPersons) -> Boundary[tuple[PersonState, ...]]:
    return Boundary(tuple(persons.fold(person) for person in command.persons), _together)


def _together(*states: PersonState) -> tuple[PersonState, ...]:
    return states


def _search(command: SearchPersons, states: tuple[PersonState, ...]) -> tuple[Event, ...]:
    actor = command.actor
    if actor.office not in SEARCHING:
        raise ActsOnlyForItself(
            "an intake agency looks for a person by who they are, and whoever asserts holds (D9)"
        )
    found = dict(zip(command.persons, states, strict=True))
    for person, state in found.items():
        persons.on_record(state, person)
    searched = PersonSearched(
        **_asked(actor, command.purpose),
        search=command.search,
        by=command.by,
        persons=tuple(person for person, state in found.items() if not state.erased),
    )
    return (searched,)


def _own(command: ReadVault | ExportSubject) -> Boundary[PersonState]:
    return only(persons.fold(command.person))


def _read(command: ReadVault, state: PersonState) -> tuple[Event, ...]:
    actor, registered = command.actor, persons.registration(state, command.person)
    only_for(actor, registered.registered_by, "read who this person is")
    read = VaultRead(
        **_asked(actor, command.purpose),
        person=command.person,
    )
    return (read,)


def _export(command: ExportSubject, state: PersonState) -> tuple[Event, ...]:
    actor, registered = command.actor, persons.on_record(state, command.person)
    only_for(actor, registered.registered_by, "hand out what is recorded of this person")
    exported = SubjectExported(
        **_asked(actor, command.purpose),
        person=command.person,
    )
    return (exported,)


def _asked(actor: Actor, purpose: Purpose) -> dict[str, Any]:
    """Who asked, in which office, and for what."""
    return {
        "asked_by": str(actor),
        "party": actor.party,
        "office": office_of(actor),
        "purpose": purpose,
    }


SEARCH_PERSONS = Decider(boundary=_all, decide=_search)
READ_VAULT = Decider(boundary=_own, decide=_read)
EXPORT_SUBJECT = Decider(boundary=_own, decide=_export)
