"""The vault read over HTTP: looking for a person and reading who they are, each on record first.

Both are commands: the answer has a receipt, and the entry says who asked, in which office, for
what. Neither a GET nor an entry shows who anybody is.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.intake.api.persons import DocumentShown
from services.intake.domain.person_reads import (
    READ_VAULT,
    SEARCH_PERSONS,
    ReadVault,
    SearchPersons,
)
from services.intake.queries import IntakeQueries
from services.intake.vault import Vault
from shared.contracts.recorded_read import SEARCHING, PersonSearched, Purpose, VaultRead
from shared.kernel.ids import PersonId, SearchId
from shared.ledger.machine import new_id
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Day, Name, RequestModel, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer, still_fresh
from shared.web.routes import resource_router

Agency = Annotated[Caller, Depends(caller_from("intake-agency"))]
Searching = Annotated[Caller, Depends(caller_from(*SEARCHING, urgent=True))]
_PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"
_SOUGHT: dict[str, Any] = {
    "purpose": "identification",
    "by": {"kind": "name", "name": "Synthetic Person 17", "birth_date": "1990-01-02"},
}
_IDENTITY: dict[str, Any] = {
    "name": "Synthetic Person 17",
    "birth_date": "1990-01-02",
    "sex": "male",
    "documents": [],
}


class ByName(RequestModel):
    """A name, in whatever order, case and accents, and the birth date."""

    kind: Literal["name"]
    name: Name
    birth_date: Day

    def keys(self, vault: Vault) -> list[bytes]:
        """What the index has it under."""
        return sorted(vault.keys_of_name(self.name, self.birth_date))


class ByDocument(RequestModel):
    """A paper that says who somebody is."""

    kind: Literal["document"]
    document: DocumentShown

    def keys(self, vault: Vault) -> list[bytes]:
        """What the index has it under."""
        return vault.keys_of_document(self.document.document()).every()


class Search(RequestModel):
    """Who is looked for, and what for."""

    model_config = ConfigDict(json_schema_extra={"example": _SOUGHT})
    purpose: Purpose
    by: Annotated[ByName | ByDocument, Field(discriminator="kind")]


class Reading(RequestModel):
    """What somebody reads the vault for."""

    model_config = ConfigDict(json_schema_extra={"example": {"purpose": "transfer-proceedings"}})
    purpose: Purpose


def router(runner: CommandRunner, sealed: IntakeQueries, vault: Vault) -> APIRouter:
    """`/v1/persons:search` and `/v1/persons/{person}:read`."""
    router = resource_router("persons")
    _search(router, runner, sealed, vault)
    _read(router, runner, sealed, vault)
    return router


def _search(router: APIRouter, runner: CommandRunner, sealed: IntakeQueries, vault: Vault) -> None:
    @router.post(
        "/persons:search",
        summary="Look for a person by name and birth date or by a document; it is on record",
        responses=records({"search": _PERSON, "persons": [_PERSON]}),
    )
    async def search(body: Search, caller: Searching) -> Response:
        known = await sealed.registered_with(body.by.keys(vault))
        command = SearchPersons(
            search=SearchId(new_id()),
            by=body.by.kind,
            persons=tuple(sorted({indexed.person for indexed in known})),
            actor=caller.actor,
            purpose=body.purpose,
        )
        outcome = await runner.run(SEARCH_PERSONS, command, caller.provenance(), caller.idempotency)
        return answer(outcome, _searched)


def _read(router: APIRouter, runner: CommandRunner, sealed: IntakeQueries, vault: Vault) -> None:
    @router.post(
        "/persons/{person}:read",
        summary="Read who a person is, for the state that registered them; it is on record",
        responses=records({"person": _PERSON, "identity": _IDENTITY}),
    )
    async def read(person: UuidPath, body: Reading, caller: Agency) -> Response:
        command = ReadVault(person=PersonId(person), actor=caller.actor, purpose=body.purpose)
        outcome = await runner.run(READ_VAULT, command, caller.provenance(), caller.idempotency)
        still_fresh(outcome, caller.now)
        row = await sealed.sealed_person(command.person)
        identity = msgspec.to_builtins(vault.open(row)[0]) if row else None

        def shown(event: VaultRead) -> dict[str, object]:
            return {"person": event.person, "identity": identity}

        return answer(outcome, shown)


def _searched(event: PersonSearched) -> dict[str, object]:
    return {"search": event.search, "persons": event.persons}
