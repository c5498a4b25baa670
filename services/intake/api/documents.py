"""Documents over HTTP that come after the registration: into the vault, and into its index (G9)."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.api.persons import LOOKS, DocumentShown, PersonRows, next_places, persons_with
from services.intake.domain import person as persons
from services.intake.domain.add_document import ADD_DOCUMENT, AddDocument, VaultReadTooEarly
from services.intake.queries import IntakeQueries
from services.intake.vault import IdentityDocument, Vault
from shared.contracts.added_document import DocumentAdded
from shared.contracts.identity import NearMatchFound
from shared.database.errors import Unavailable, UnwritableBatch
from shared.kernel.ids import PersonId
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Outcome
from shared.web.content.models import UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

_EXAMPLE: dict[str, Any] = {"kind": "national-id", "number": "SYN-ID-0017", "issued_by": "VEN"}
_PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"


class DocumentFound(DocumentShown):
    """A document that the person was not registered with."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})


class VaultDesk(msgspec.Struct, frozen=True):
    """Opens what the vault holds of a person, adds to it and looks who has the document too."""

    runner: CommandRunner
    sealed: IntakeQueries
    vault: Vault
    rows: PersonRows

    async def add(self, person: PersonId, document: IdentityDocument, caller: Caller) -> Outcome:
        """Add a document in one transaction with its entry. Whoever changed the vault or its index
        meanwhile is seen at the next look.

        Raises `Rejected` for a document that is held, or is somebody else's of the state (G9), and
        `Unavailable` when it would not come to an end.
        """
        for _ in range(LOOKS):
            with contextlib.suppress(UnwritableBatch, VaultReadTooEarly):
                return await self._try(person, document, caller)
        raise Unavailable("many documents are added at this moment: try again")

    async def _try(self, person: PersonId, document: IdentityDocument, caller: Caller) -> Outcome:
        row = await self.sealed.sealed_person(person)
        if row is None:
            raise await self._gone(person)
        added = self.vault.add(row, document)
        keys = self.vault.keys_of_document(document)
        known = await self.sealed.registered_with(keys.every())
        command = AddDocument(
            person=person,
            read=added.before,
            commitment=added.commitment,
            document=added.document,
            actor=caller.actor,
            same_document=persons_with(known, keys.documents),
            alike=persons_with(known, keys.alike),
        )
        rows = self.rows(added.sealed, next_places(person, keys, known))
        return await self.runner.run(
            ADD_DOCUMENT, command, caller.provenance(), caller.idempotency, rows
        )

    async def _gone(self, person: PersonId) -> Exception:
        """Why the vault has no row of a person; raises `Rejected` for who is unknown or erased."""
        persons.registration(await self.runner.state(persons.fold(person)), person)
        return Unavailable("the vault has lost who this is: have its operators restore it")


def router(
    runner: CommandRunner, sealed: IntakeQueries, vault: Vault, rows: PersonRows
) -> APIRouter:
    """`/v1/persons/{person}/documents`."""
    router = resource_router("persons")
    desk = VaultDesk(runner, sealed, vault, rows)

    @router.post(
        "/persons/{person}/documents",
        summary="Add a document to the vault, for the state that registered the person (G9)",
        responses=records({"person": _PERSON, "near_matches": []}),
    )
    async def add(
        person: UuidPath,
        body: DocumentFound,
        caller: Annotated[Caller, Depends(caller_from("intake-agency"))],
    ) -> Response:
        outcome = await desk.add(PersonId(person), body.document(), caller)
        return answer(outcome, _added)

    return router


def _added(added: DocumentAdded, *near: NearMatchFound) -> dict[str, object]:
    return {"person": added.person, "near_matches": [match.other for match in near]}
