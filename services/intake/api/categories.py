"""Categories over HTTP: sex, adult or minor, security and medical needs of a person, coded (G8)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.intake.domain.category.determine_category import (
    DETERMINE_CATEGORY,
    DetermineCategory,
)
from shared.contracts.category import CategoryDetermined
from shared.kernel.codes import Category
from shared.kernel.ids import PersonId
from shared.ledger.runner import CommandRunner
from shared.web.content.models import RequestModel, Sha256, UuidPath
from shared.web.identity.caller import Caller, caller_from
from shared.web.openapi.examples import records
from shared.web.responses import answer
from shared.web.routes import resource_router

_PAPER = "773885a613489e24ce2cf76199d6a423f042e4bbf12d7eecee912ef276c65701"
_EXAMPLE: dict[str, Any] = {"category": "male", "document": _PAPER}
_RECORDED = {"person": "01890a5d-ac96-774b-bcce-b302099a8057", "category": "male"}


class Determination(RequestModel):
    """Of which category a person is, and the digest of the paper that says so."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})
    category: Category
    document: Sha256


def router(runner: CommandRunner) -> APIRouter:
    """`/v1/persons/{person}/categories`: read with the person's case."""
    router = resource_router("persons")

    @router.post(
        "/persons/{person}/categories",
        summary="Say of which category a person is, for the state that registered them (G8)",
        responses=records(_RECORDED),
    )
    async def determine(
        person: UuidPath,
        body: Determination,
        caller: Annotated[Caller, Depends(caller_from("intake-agency", dry_run=True))],
    ) -> Response:
        command = DetermineCategory(
            person=PersonId(person),
            category=body.category,
            document=body.document,
            actor=caller.actor,
        )
        outcome = await runner.run(
            DETERMINE_CATEGORY, command, caller.provenance(), caller.idempotency
        )
        return answer(outcome, _determined)

    return router


def _determined(event: CategoryDetermined) -> dict[str, object]:
    return {"person": event.person, "category": event.category}
