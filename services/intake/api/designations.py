"""Whom an order means, over HTTP: registered by what a court knows, and held at once (D9)."""

from __future__ import annotations

from typing import Annotated, Any, Self, get_args

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response

from services.intake.api.persons import DocumentShown, PersonRows, Registrar, born
from services.intake.domain.designate_person import DESIGNATE_PERSON
from services.intake.domain.hold.assert_hold import HoldOffice
from services.intake.queries import IntakeQueries
from services.intake.vault import Identity, Vault
from shared.contracts.identity import NearMatchFound
from shared.contracts.intake import PersonRegistered
from shared.kernel.actor import Actor
from shared.ledger.runner import CommandRunner
from shared.web.content.models import Day, Name, RequestModel
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

_PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"
_EXAMPLE: dict[str, Any] = {"name": "Synthetic Person 17", "birth_date": "1990-01-02"}


class Designation(RequestModel):
    """What is known of whom an order means: a name with the birth date, a document, or both."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})
    name: Name | None = None
    birth_date: Day | None = None
    documents: Annotated[tuple[DocumentShown, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def says_enough(self) -> Self:
        """Somebody is found by it: by a name with the birth date, or by a document."""
        if (self.name is None) != (self.birth_date is None):
            message = "a name comes with the birth date, and a birth date with the name"
            raise ValueError(message)
        if self.name is None and not self.documents:
            message = "say a name with the birth date, or a document"
            raise ValueError(message)
        return self

    def identity(self) -> Identity:
        """The identity as the vault keeps it."""
        return Identity(
            name=self.name,
            birth_date=self.birth_date,
            sex="unspecified",
            documents=tuple(document.document() for document in self.documents),
        )


def router(
    runner: CommandRunner, sealed: IntakeQueries, vault: Vault, rows: PersonRows
) -> APIRouter:
    """`/v1/persons:designate`."""
    router = resource_router("persons")
    registrar = Registrar(runner, sealed, vault, rows)

    @router.post(
        "/persons:designate",
        summary="Register whom an order means, by what is known; a hold may follow at once (D9)",
        responses=records({"person": _PERSON, "near_matches": [], "warnings": []}),
    )
    async def designate(
        body: Designation,
        caller: Annotated[Caller, Depends(caller_from(*get_args(HoldOffice), urgent=True))],
    ) -> Response:
        if body.birth_date is not None:
            born(body.birth_date, caller)
        outcome = await registrar.register(body.identity(), caller, DESIGNATE_PERSON)
        return answer(outcome, _designated, location=_place)

    return router


def _designated(registered: PersonRegistered, *near: NearMatchFound) -> dict[str, object]:
    return {
        "person": registered.person,
        "near_matches": [match.other for match in near],
        "warnings": _warnings(registered),
    }


def _warnings(registered: PersonRegistered) -> list[str]:
    """What whoever designated a person should do at once, so that an agency cannot part them."""
    actor = Actor.read(registered.meant_by or "")
    if actor.names_a_body:
        return []
    warning = (
        f"Assert the hold at once: {actor} names no body, so until a hold stands an agency may say"
        " that this is somebody else. Subjects need the form body/person: with such a token only"
        " another subject of your body says so."
    )
    return [warning]


def _place(registered: PersonRegistered, *_near: NearMatchFound) -> str:
    return f"/v1/persons/{registered.person}"
