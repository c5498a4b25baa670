"""Persons over HTTP: into the vault under a pseudonym, and out for their own intake agency."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Protocol

import msgspec
from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.intake.domain import person as persons
from services.intake.domain.person import REGISTER_PERSON, RegisterPerson
from services.intake.domain.side import only_for
from services.intake.vault import Identity, IdentityDocument, SealedPerson, Vault
from shared.contracts.intake import PersonRegistered
from shared.kernel.ids import PersonId
from shared.ledger.ids import new_id
from shared.ledger.rows import RowChange
from shared.ledger.runner import CommandRunner
from shared.telemetry.logs import logger
from shared.web.answers import answer, found
from shared.web.asked import Asked, Reader, asked_by, reader
from shared.web.examples import records, shows
from shared.web.gate import resource_router
from shared.web.models import Country, Day, RequestModel, UuidPath

PersonRows = Callable[[SealedPerson], RowChange]
"""The vault's row for a sealed person: `services.intake.projections.vault_row`."""
_log = logger("vault")
_EXAMPLE: dict[str, Any] = {
    "name": "Synthetic Person 17",
    "birth_date": "1990-01-02",
    "sex": "male",
    "documents": [{"kind": "passport", "number": "SYN-0017", "issued_by": "VEN"}],
}
_PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"


class SealedPersons(Protocol):
    """Reads the vault's rows."""

    async def sealed_person(self, person: PersonId) -> SealedPerson | None:
        """The row of a person, if there is one."""
        ...


class DocumentShown(RequestModel):
    """A paper that says who somebody is."""

    kind: Literal["passport", "national-id", "birth-record", "other"]
    number: Annotated[str, Field(min_length=1, max_length=64)]
    issued_by: Country


class Registration(RequestModel):
    """Who a person is."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})
    name: Annotated[str, Field(min_length=1, max_length=200)]
    birth_date: Day
    sex: Literal["female", "male", "unspecified"]
    documents: Annotated[tuple[DocumentShown, ...], Field(max_length=20)] = ()

    def identity(self) -> Identity:
        """The identity as the vault keeps it."""
        shown = (
            IdentityDocument(kind=one.kind, number=one.number, issued_by=one.issued_by)
            for one in self.documents
        )
        return Identity(
            name=self.name, birth_date=self.birth_date, sex=self.sex, documents=tuple(shown)
        )


def router(
    runner: CommandRunner, sealed: SealedPersons, vault: Vault, row: PersonRows
) -> APIRouter:
    """`/v1/persons`."""
    router = resource_router("persons")
    _register(router, runner, vault, row)
    _read(router, runner, sealed, vault)
    return router


def _register(router: APIRouter, runner: CommandRunner, vault: Vault, row: PersonRows) -> None:
    @router.post(
        "/persons",
        summary="Register a person; the answer has the pseudonym",
        responses=records({"person": _PERSON}),
    )
    async def register(
        body: Registration, asked: Annotated[Asked, Depends(asked_by("intake-agency"))]
    ) -> Response:
        person = PersonId(new_id())
        sealed, commitment = vault.seal(person, body.identity())
        command = RegisterPerson(person=person, commitment=commitment, actor=asked.actor)
        outcome = await runner.run(
            REGISTER_PERSON, command, asked.provenance(), asked.idempotency, (row(sealed),)
        )
        return answer(outcome, _registered, location=_place)


def _read(router: APIRouter, runner: CommandRunner, sealed: SealedPersons, vault: Vault) -> None:
    @router.get(
        "/persons/{person}",
        summary="Who a person is, for the intake agency that registered them",
        responses=shows({"person": _PERSON, "registered_by": "USA", "identity": _EXAMPLE}),
    )
    async def read(
        person: UuidPath, asking: Annotated[Reader, Depends(reader("intake-agency"))]
    ) -> Response:
        state = await runner.state(persons.fold(PersonId(person)))
        registered = persons.registration(state, PersonId(person))
        only_for(asking.actor, registered.registered_by, "read who this person is")
        row = await sealed.sealed_person(registered.person)
        _log.info("identity read", person=person, actor=str(asking.actor), erased=row is None)
        return found(asking, _shown(registered, row, vault), what="person")


def _shown(
    registered: PersonRegistered, row: SealedPerson | None, vault: Vault
) -> dict[str, object]:
    identity = msgspec.to_builtins(vault.open(row)[0]) if row else None
    return {
        "person": registered.person,
        "registered_by": registered.registered_by,
        "commitment": registered.commitment,
        "identity": identity,
    }


def _registered(registered: PersonRegistered) -> dict[str, object]:
    return {"person": registered.person, "commitment": registered.commitment}


def _place(registered: PersonRegistered) -> str:
    return f"/v1/persons/{registered.person}"
