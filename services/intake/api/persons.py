"""Persons over HTTP: into the vault under a pseudonym. Out of it: `person_reads`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.intake.domain import identity_match
from services.intake.domain import person as persons
from services.intake.domain.identity_match import Likenesses
from services.intake.domain.parties import ActsOnlyForItself, only_for, same_body
from services.intake.domain.person import REGISTER_PERSON, RegisterPerson
from services.intake.queries import IntakeQueries
from services.intake.vault import (
    Identity,
    IdentityDocument,
    IdentityKeys,
    IndexedPerson,
    SealedPerson,
    Vault,
)
from shared.contracts.erasure import PersonErased
from shared.contracts.identity import NearMatchFound
from shared.contracts.intake import PersonRegistered
from shared.contracts.recorded_read import SEARCHING
from shared.database.errors import Unavailable, UnwritableBatch
from shared.database.row_changes import RowChange
from shared.kernel.actor import Actor
from shared.kernel.clock import has_come
from shared.kernel.codes import DocumentKind
from shared.kernel.decider import Decider
from shared.kernel.ids import PersonId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Outcome
from shared.web.content.malformed import malformed
from shared.web.content.models import Day, DocumentNumber, Issuer, Name, RequestModel, UuidPath
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.openapi.examples import records, shows
from shared.web.problems import finding
from shared.web.responses import Page, answer, found, listing, paged
from shared.web.routes import resource_router

PersonRows = Callable[[SealedPerson, Iterable[IndexedPerson]], Sequence[RowChange]]
"""The vault's rows for a sealed person: `services.intake.projections.vault_rows`."""
Registering = Decider[RegisterPerson, Any]
"""An agency's registration, or that of whom an order means (D9)."""
LOOKS = 5
"""How often a registration looks again when somebody like them is registered at the same moment."""
_EXAMPLE: dict[str, Any] = {
    "name": "Synthetic Person 17",
    "birth_date": "1990-01-02",
    "sex": "male",
    "documents": [{"kind": "passport", "number": "SYN-0017", "issued_by": "VEN"}],
}
_PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"


class DocumentShown(RequestModel):
    """A paper that says who somebody is."""

    kind: DocumentKind
    number: DocumentNumber
    issued_by: Issuer

    def document(self) -> IdentityDocument:
        """The document as the vault keeps it."""
        return IdentityDocument(kind=self.kind, number=self.number, issued_by=self.issued_by)


class Registration(RequestModel):
    """Who a person is."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})
    name: Name
    birth_date: Day
    sex: Literal["female", "male", "unspecified"]
    documents: Annotated[tuple[DocumentShown, ...], Field(max_length=20)] = ()

    def identity(self) -> Identity:
        """The identity as the vault keeps it."""
        shown = (document.document() for document in self.documents)
        return Identity(
            name=self.name, birth_date=self.birth_date, sex=self.sex, documents=tuple(shown)
        )


def router(
    runner: CommandRunner, sealed: IntakeQueries, vault: Vault, rows: PersonRows
) -> APIRouter:
    """`/v1/persons`."""
    router = resource_router("persons")
    _register(router, Registrar(runner, sealed, vault, rows))
    _read(router, runner)
    _list(router, sealed)
    return router


class Registrar(msgspec.Struct, frozen=True):
    """Looks for a person in the vault's index, then registers them, in one transaction with it."""

    runner: CommandRunner
    index: IntakeQueries
    vault: Vault
    rows: PersonRows

    async def register(self, identity: Identity, caller: Caller, decider: Registering) -> Outcome:
        """Register a person. Whoever took a place in the index meanwhile is seen at the next look.

        Raises `Rejected` when the state has registered one of the documents (G9), and `Unavailable`
        when it would not come to an end.
        """
        for _ in range(LOOKS):
            with contextlib.suppress(UnwritableBatch):
                return await self._try(identity, caller, decider)
        raise Unavailable("many who are alike are registered at this moment: try again")

    async def _try(self, identity: Identity, caller: Caller, decider: Registering) -> Outcome:
        person, keys = PersonId(new_id()), self.vault.keys(identity)
        known = await self.index.registered_with(keys.every())
        sealed, committed = self.vault.seal(person, identity)
        command = RegisterPerson(
            person=person,
            commitment=committed.commitment,
            documents=committed.documents,
            actor=caller.actor,
            same_document=persons_with(known, keys.documents),
            alike=persons_with(known, keys.alike),
        )
        rows = self.rows(sealed, next_places(person, keys, known))
        return await self.runner.run(
            decider, command, caller.provenance(), caller.idempotency, rows
        )


def persons_with(known: Sequence[IndexedPerson], keys: Collection[bytes]) -> tuple[PersonId, ...]:
    """Who has one of these keys, in order."""
    return tuple(sorted({key.person for key in known if key.key in keys}))


def next_places(
    person: PersonId, keys: IdentityKeys, known: Sequence[IndexedPerson]
) -> Iterator[IndexedPerson]:
    """The person's places in the index: the next of each key that is not theirs already."""
    last = {key.key: key.place for key in known}  # in the order of places
    own = {key.key for key in known if key.person == person}
    for key in sorted({*keys.every()} - own):
        yield IndexedPerson(person, key, last.get(key, -1) + 1)


def _register(router: APIRouter, registrar: Registrar) -> None:
    @router.post(
        "/persons",
        summary="Register a person; the answer has the pseudonym, and whom they may be (G9)",
        responses=records({"person": _PERSON, "near_matches": []}),
    )
    async def register(
        body: Registration,
        caller: Annotated[Caller, Depends(caller_from("intake-agency", batch=True))],
    ) -> Response:
        born(body.birth_date, caller)
        outcome = await registrar.register(body.identity(), caller, REGISTER_PERSON)
        return answer(outcome, _registered, location=_place)


def born(birth_date: date, caller: Caller) -> None:
    """Refuse a birth date that has not come."""
    if not has_come(birth_date, caller.now):
        said = "nobody is born in the future"
        wrong = [finding("future", said, path="body.birth_date")]
        raise malformed(f"The birth date is wrong: {said}.", wrong)


def _read(router: APIRouter, runner: CommandRunner) -> None:
    @router.get(
        "/persons/{person}",
        summary="What is on record of a person, and whom they may be; who they are: `:read`",
        responses=shows({"person": _PERSON, "registered_by": "USA", "alike": [], "erased": None}),
    )
    async def read(
        person: UuidPath,
        asking: Annotated[Reader, Depends(reader(*SEARCHING))],
    ) -> Response:
        state = await runner.state(persons.fold(PersonId(person)))
        registered = persons.on_record(state, PersonId(person))
        may_read_likeness(asking.actor, registered)
        alike = await runner.state(identity_match.fold(registered.person))
        return found(asking, _shown(registered, alike, state.erased), what="person")


def _list(router: APIRouter, listed: IntakeQueries) -> None:
    last = {"last_event": "intake.PersonRegistered.v1", "last_sequence": 17}

    @router.get(
        "/persons",
        summary="The pseudonyms that one's own state gave; who they are: `:read`",
        responses=shows(
            {"items": [{"person": _PERSON, "registered_by": "USA", **last}], "next": None}
        ),
    )
    async def list_persons(
        page: Annotated[Page, Depends(paged(str))],
        asking: Annotated[Reader, Depends(reader("intake-agency"))],
    ) -> Response:
        rows = await listed.persons(asking.actor.party, page)
        return listing(asking, page, rows, lambda row: (row["person"],))


def _shown(
    registered: PersonRegistered, alike: Likenesses, erased: PersonErased | None
) -> dict[str, object]:
    return {
        "person": registered.person,
        "registered_by": registered.registered_by,
        "commitment": registered.commitment,
        "meant_by": registered.meant_by,
        "alike": msgspec.to_builtins(alike.known),
        "erased": {"reason": erased.reason, "document": erased.document} if erased else None,
    }


def may_read_likeness(actor: Actor, registered: PersonRegistered) -> None:
    """The agency of the state that registered a person reads it, and the body that meant them."""
    if registered.meant_by and same_body(registered.meant_by, actor):
        return
    only_for(actor, registered.registered_by, "read whom this person may be")
    if actor.office != "intake-agency":
        raise ActsOnlyForItself("the intake agency reads it, or the body that meant the person")


def _registered(registered: PersonRegistered, *near: NearMatchFound) -> dict[str, object]:
    return {
        "person": registered.person,
        "commitment": registered.commitment,
        "near_matches": [match.other for match in near],
    }


def _place(registered: PersonRegistered, *_near: NearMatchFound) -> str:
    return f"/v1/persons/{registered.person}"
